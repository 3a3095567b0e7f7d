import type { EngineImageReport } from '@xbundle/backend/contract';
import { Box, Button, TextField, Typography } from '@mui/material';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useQuery } from '../../client/use-query.ts';
import { DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Icon } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import { Queried } from '../../components/queried.tsx';
import { useDebounced } from '../../components/use-debounced.ts';
import { usePlace } from '../../memory/place.tsx';
import { useText } from '../../text/use-text.tsx';
import { ImageRow } from './image-row.tsx';

const PAGE = 100;
const MOST = 1_000;

/** What the engine has, and the way to any other image. */
export function ImageList(): ReactElement {
  const { images, common } = useText();
  const [search, setSearch] = useState('');
  const [limit, setLimit] = useState(PAGE);
  const asked = useDebounced(search, 250).slice(0, 200);
  const query = useQuery(`images ${asked} ${limit}`, (client, signal) =>
    client.engineImages({ limit, ...(asked !== '' && { search: asked }) }, { signal }),
  );
  const filter = (
    <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
      <TextField
        value={search}
        onChange={(event) => {
          setSearch(event.target.value);
        }}
        placeholder={images.search}
        slotProps={{ htmlInput: { 'aria-label': images.search } }}
      />
      <Button startIcon={<Icon name="retry" />} onClick={query.reload}>
        {common.refresh}
      </Button>
    </Box>
  );
  return (
    <Box sx={{ display: 'grid', gap: 2, minWidth: 0 }}>
      <OpenReference />
      <Panel title={images.listTitle} actions={filter} flush>
        <Queried query={query} rows={8}>
          {({ images: found, total }) =>
            found.length === 0 ? (
              <NoImages isFiltered={asked !== ''} />
            ) : (
              <>
                <ImageTable found={found} />
                <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', p: 1.5 }}>
                  <Typography variant="body2" color="text.secondary">
                    {images.countOf(found.length, total)}
                  </Typography>
                  {found.length < total && limit < MOST && (
                    <Button
                      onClick={() => {
                        setLimit(Math.min(MOST, limit + PAGE));
                      }}
                    >
                      {common.more}
                    </Button>
                  )}
                </Box>
              </>
            )
          }
        </Queried>
      </Panel>
    </Box>
  );
}

function OpenReference(): ReactElement {
  const { images } = useText();
  const { go } = usePlace();
  const [reference, setReference] = useState('');
  const open = (event: FormEvent): void => {
    event.preventDefault();
    if (reference.trim() !== '') go({ image: reference.trim() });
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

function NoImages({ isFiltered }: { readonly isFiltered: boolean }): ReactElement {
  const { images } = useText();
  if (isFiltered) return <EmptyState icon="search" title={images.nothingFound} />;
  return (
    <EmptyState icon="box" title={images.emptyTitle}>
      <p>{images.empty}</p>
    </EmptyState>
  );
}

function ImageTable({ found }: { readonly found: readonly EngineImageReport[] }): ReactElement {
  const { common, images, bundles } = useText();
  return (
    <Box sx={{ overflow: 'auto' }}>
      <DataTable aria-label={images.listTitle}>
        <thead>
          <tr>
            <th scope="col">{common.name}</th>
            <th scope="col">{common.platforms}</th>
            <th scope="col">{images.attestations}</th>
            <th scope="col" className="number">
              {common.size}
            </th>
            <th scope="col">{bundles.created}</th>
          </tr>
        </thead>
        <tbody>
          {found.map((image) => (
            <ImageRow key={`${image.name} ${image.id}`} image={image} />
          ))}
        </tbody>
      </DataTable>
    </Box>
  );
}
