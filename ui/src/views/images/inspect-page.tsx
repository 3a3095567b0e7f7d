import type { Inspection } from '@xbundle/backend/contract';
import { Box, Button, Typography } from '@mui/material';
import { useState, type ReactElement } from 'react';
import { z } from 'zod';
import { useQuery } from '../../client/use-query.ts';
import { Digest } from '../../components/digest.tsx';
import { Icon } from '../../components/icon.tsx';
import { Mono } from '../../components/mono.tsx';
import { PlatformsField } from '../../components/platforms-field.tsx';
import { Queried } from '../../components/queried.tsx';
import { StatusChip } from '../../components/status-chip.tsx';
import { printable } from '../../format/printable.ts';
import { usePlace } from '../../memory/place.tsx';
import { useRemembered } from '../../memory/use-remembered.ts';
import { useText } from '../../text/use-text.tsx';
import { CompareDialog } from './compare-dialog.tsx';
import { ImageTree } from './image-tree.tsx';
import { ListDialog } from './list-dialog.tsx';

const wantedSchema = z.array(z.string());

/** One reference in full. */
export function InspectPage({ reference }: { readonly reference: string }): ReactElement {
  const { images } = useText();
  const { go } = usePlace();
  const query = useQuery(`inspect ${reference}`, (client, signal) =>
    client.inspect({ reference }, { signal }),
  );
  return (
    <Box sx={{ display: 'grid', gap: 2, minWidth: 0 }}>
      <Box>
        <Button
          startIcon={<Icon name="chevron" sx={{ transform: 'scaleX(-1)' }} />}
          onClick={() => {
            go({ image: undefined });
          }}
        >
          {images.backToList}
        </Button>
      </Box>
      <Queried query={query} rows={8}>
        {(inspection) => <Inspected reference={reference} inspection={inspection} />}
      </Queried>
    </Box>
  );
}

interface InspectedProps {
  readonly reference: string;
  readonly inspection: Inspection;
}

function Inspected({ reference, inspection }: InspectedProps): ReactElement {
  const { images } = useText();
  const [wanted, setWanted] = useRemembered('wanted', wantedSchema, []);
  const { from, tree, name } = inspection;
  return (
    <>
      <InspectHead reference={reference} inspection={inspection} />
      <Box sx={{ maxWidth: '48rem' }}>
        <PlatformsField
          label={images.wantedPlatforms}
          helperText={images.wantedHelp}
          value={wanted}
          onChange={setWanted}
        />
      </Box>
      <ImageTree
        tree={tree}
        wanted={wanted}
        name={name}
        lookup={{ reference, from: from === 'bundle' ? 'auto' : from }}
      />
    </>
  );
}

type Open = 'compare' | 'list';

function InspectHead({ reference, inspection }: InspectedProps): ReactElement {
  const { images } = useText();
  const { go } = usePlace();
  const [open, setOpen] = useState<Open>();
  const { name, label, tree } = inspection;
  const close = (): void => {
    setOpen(undefined);
  };
  return (
    <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
      <Icon name="box" sx={{ fontSize: '1.75rem', color: 'text.secondary' }} />
      <Box sx={{ flex: 1, minWidth: '16rem' }}>
        <Typography variant="h2" component="h2">
          <Mono text={name} />
        </Typography>
        <Box
          sx={{
            display: 'flex',
            gap: 1.5,
            alignItems: 'center',
            color: 'text.secondary',
            fontSize: '0.8125rem',
          }}
        >
          <StatusChip tone="secondary" label={images.kinds[tree.kind]} />
          <Digest digest={tree.digest} />
          <span>{printable(label)}</span>
        </Box>
      </Box>
      <Button
        startIcon={<Icon name="layers" />}
        onClick={() => {
          setOpen('list');
        }}
      >
        {images.makeList}
      </Button>
      <Button
        startIcon={<Icon name="compare" />}
        onClick={() => {
          setOpen('compare');
        }}
      >
        {images.compare}
      </Button>
      <Button
        variant="outlined"
        startIcon={<Icon name="download" />}
        onClick={() => {
          go({ tab: 'bundles', bundlePart: 'export', bundleJob: undefined, exportImages: [reference] });
        }}
      >
        {images.exportThis}
      </Button>
      {open === 'compare' && <CompareDialog left={inspection} onClose={close} />}
      {open === 'list' && <ListDialog name={reference} onClose={close} />}
    </Box>
  );
}
