import { Box, Button, TextField } from '@mui/material';
import { useState, type FormEvent, type ReactElement } from 'react';
import { z } from 'zod';
import { Icon } from '../../../components/icon.tsx';
import { Page } from '../../../components/layout/page.tsx';
import { Parted } from '../../../components/layout/parted.tsx';
import { usePlace } from '../../../memory/place.tsx';
import { useRemembered } from '../../../memory/use-remembered.ts';
import { useText } from '../../../text/use-text.tsx';
import { EngineImages } from './engine-images.tsx';
import { RegistryImages } from './registry-images.tsx';

const SOURCES = ['engine', 'registry'] as const;
const sourceSchema = z.enum(SOURCES);

/** What the engine and registries have, and the way to any other image. */
export function ImageList(): ReactElement {
  const { images } = useText();
  const [source, setSource] = useRemembered('image source', sourceSchema, 'engine');
  return (
    <Page>
      <OpenReference />
      <Parted
        value={source}
        parts={SOURCES.map((name) => [name, images.sources[name]] as const)}
        onChange={setSource}
        label={images.sourcesLabel}
        panel="image-source"
      >
        {source === 'engine' ? <EngineImages /> : <RegistryImages />}
      </Parted>
    </Page>
  );
}

function OpenReference(): ReactElement {
  const { images } = useText();
  const { go } = usePlace();
  const [reference, setReference] = useState('');
  const open = (event: FormEvent): void => {
    event.preventDefault();
    if (reference.trim() !== '') go({ image: reference.trim(), imageFrom: undefined });
  };
  return (
    <Box component="form" onSubmit={open} sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
      <TextField
        label={images.openLabel}
        value={reference}
        onChange={(event) => {
          setReference(event.target.value);
        }}
        sx={{ flex: 1, bgcolor: 'background.paper' }}
        slotProps={{ htmlInput: { spellCheck: false } }}
      />
      <Button type="submit" variant="contained" size="medium" startIcon={<Icon name="search" />}>
        {images.openButton}
      </Button>
    </Box>
  );
}
