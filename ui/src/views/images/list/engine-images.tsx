import type { EngineImageReport } from '@xbundle/backend/contract';
import { Box, Button, TextField } from '@mui/material';
import type { ReactElement } from 'react';
import { z } from 'zod';
import { useQuery } from '../../../client/use-query.ts';
import { DataTable } from '../../../components/tables/data-table.tsx';
import { EmptyState } from '../../../components/states/empty-state.tsx';
import { Icon } from '../../../components/icon.tsx';
import { ListEnd, PAGE } from '../../../components/tables/list-end.tsx';
import { Panel } from '../../../components/layout/panel.tsx';
import { Queried } from '../../../components/states/queried.tsx';
import { useDebounced } from '../../../components/fields/use-debounced.ts';
import { TableHead } from '../../../components/tables/table-head.tsx';
import { useRemembered } from '../../../memory/use-remembered.ts';
import { useText } from '../../../text/use-text.tsx';
import { ImageRow } from './image-row.tsx';

const listSchema = z.object({ search: z.string(), limit: z.number() });

/** What the engine has. */
export function EngineImages(): ReactElement {
  const { images, common } = useText();
  const [{ search, limit }, setList] = useRemembered('engine images', listSchema, {
    search: '',
    limit: PAGE,
  });
  const asked = useDebounced(search, 250).slice(0, 200);
  const query = useQuery(`images ${asked} ${limit}`, (client, signal) =>
    client.engineImages({ limit, ...(asked !== '' && { search: asked }) }, { signal }),
  );
  const filter = (
    <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
      <TextField
        value={search}
        onChange={(event) => {
          setList({ search: event.target.value, limit: PAGE });
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
    <Panel title={images.listTitle} actions={filter} flush>
      <Queried query={query} rows={8}>
        {({ images: found, total }) =>
          found.length === 0 ? (
            <NoImages isFiltered={asked !== ''} />
          ) : (
            <>
              <ImageTable found={found} />
              <ListEnd
                shown={found.length}
                total={total}
                limit={limit}
                onLimit={(next) => {
                  setList({ search, limit: next });
                }}
              />
            </>
          )
        }
      </Queried>
    </Panel>
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
        <TableHead
          columns={[
            common.name,
            common.platforms,
            images.attestations,
            [common.size, 'number'],
            bundles.created,
          ]}
        />
        <tbody>
          {found.map((image) => (
            <ImageRow key={`${image.name} ${image.id}`} image={image} />
          ))}
        </tbody>
      </DataTable>
    </Box>
  );
}
