import { Box } from '@mui/material';
import type { ReactElement } from 'react';
import { useQuery } from '../../../client/use-query.ts';
import { Queried } from '../../../components/states/queried.tsx';
import type { Lookup } from '../lookup.ts';
import { RawText } from './raw-text.tsx';

interface Props {
  readonly kind: 'manifest' | 'config';
  readonly manifest: string;
  readonly lookup: Lookup;
}

/** A manifest or config as it is. */
export function RawDocument({ kind, manifest, lookup }: Props): ReactElement {
  const query = useQuery(`${kind} ${lookup.reference} ${manifest}`, async (client, signal) => {
    const request = { ...lookup, manifest };
    return kind === 'config' ? client.config(request, { signal }) : client.rawManifest(request, { signal });
  });
  return (
    <Box sx={{ p: 2 }}>
      <Queried query={query}>{({ raw }) => <RawText text={raw} />}</Queried>
    </Box>
  );
}
