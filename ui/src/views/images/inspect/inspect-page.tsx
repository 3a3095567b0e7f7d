import type { Inspection } from '@xbundle/backend/contract';
import { Box, Button, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { z } from 'zod';
import { useQuery } from '../../../client/use-query.ts';
import { BackButton } from '../../../components/back-button.tsx';
import { Digest } from '../../../components/values/digest.tsx';
import { Icon } from '../../../components/icon.tsx';
import { Mono } from '../../../components/values/mono.tsx';
import { Page } from '../../../components/layout/page.tsx';
import { PlatformsField } from '../../../components/fields/platforms-field.tsx';
import { Queried } from '../../../components/states/queried.tsx';
import { StatusChip } from '../../../components/values/status-chip.tsx';
import { printable } from '../../../format/printable.ts';
import { usePlace } from '../../../memory/place.tsx';
import { useRemembered } from '../../../memory/use-remembered.ts';
import { useText } from '../../../text/use-text.tsx';
import { ImageTree } from './image-tree.tsx';
import { ListDialog } from './list-dialog.tsx';
import type { Lookup } from '../lookup.ts';

const wantedSchema = z.array(z.string());

/** One reference in full. */
export function InspectPage({ reference, from }: Lookup): ReactElement {
  const { images } = useText();
  const { go } = usePlace();
  const query = useQuery(`inspect ${from} ${reference}`, (client, signal) =>
    client.inspect({ reference, from }, { signal }),
  );
  return (
    <Page>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <BackButton
          label={images.backToList}
          onClick={() => {
            go({ image: undefined, imageFrom: undefined });
          }}
        />
        {query.value !== undefined && <InspectHead reference={reference} inspection={query.value} />}
      </Box>
      <Queried query={query} rows={8}>
        {(inspection) => <Inspected reference={reference} inspection={inspection} />}
      </Queried>
    </Page>
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
    <ImageTree
      tree={tree}
      wanted={wanted}
      name={name}
      lookup={{ reference, from: from === 'bundle' ? 'auto' : from }}
      platformsEnd={
        <Box sx={{ px: 2, pb: 2, pt: 1 }}>
          <PlatformsField
            label={images.wantedPlatforms}
            helperText={images.wantedHelp}
            value={wanted}
            onChange={setWanted}
          />
        </Box>
      }
    />
  );
}

function InspectHead({ reference, inspection }: InspectedProps): ReactElement {
  const { images } = useText();
  const { go } = usePlace();
  const [isListOpen, setListOpen] = useRemembered(`list dialog ${reference}`, z.boolean(), false);
  return (
    <Box sx={{ flex: 1, display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
      <InspectTitle inspection={inspection} />
      <Button
        startIcon={<Icon name="layers" />}
        onClick={() => {
          setListOpen(true);
        }}
      >
        {images.makeList}
      </Button>
      <Button
        startIcon={<Icon name="compare" />}
        onClick={() => {
          go({ compare: '' });
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
      {isListOpen && (
        <ListDialog
          name={reference}
          onClose={() => {
            setListOpen(false);
          }}
        />
      )}
    </Box>
  );
}

function InspectTitle({ inspection }: Pick<InspectedProps, 'inspection'>): ReactElement {
  const { images } = useText();
  const { name, label, tree } = inspection;
  return (
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
  );
}
