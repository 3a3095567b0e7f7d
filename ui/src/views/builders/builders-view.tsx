import { Box, Button, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { z } from 'zod';
import { useQuery } from '../../client/use-query.ts';
import { EmptyState } from '../../components/states/empty-state.tsx';
import { Icon } from '../../components/icon.tsx';
import { Page } from '../../components/layout/page.tsx';
import { Queried } from '../../components/states/queried.tsx';
import { useRemembered } from '../../memory/use-remembered.ts';
import { useText } from '../../text/use-text.tsx';
import { BuilderDialog } from './builder-dialog.tsx';
import { BuilderPanel } from './builder-panel.tsx';
import { EmulationPanel } from './emulation-panel.tsx';

/** Nothing: no dialog is open; an empty name: one for a new builder. */
const dialogSchema = z.object({ appendTo: z.string() }).nullable();

/** The Builders tab: who builds what natively, and how to get more of them. */
export function BuildersView(): ReactElement {
  const { builders, common } = useText();
  const query = useQuery('builders', (client, signal) => client.builders({}, { signal }));
  const [dialog, setDialog] = useRemembered('builder dialog', dialogSchema, null);
  return (
    <Page>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <Typography color="text.secondary" sx={{ flex: '1 1 20rem' }}>
          {builders.text}
        </Typography>
        <Button startIcon={<Icon name="retry" />} onClick={query.reload}>
          {common.refresh}
        </Button>
        <Button
          variant="contained"
          startIcon={<Icon name="plus" />}
          onClick={() => {
            setDialog({ appendTo: '' });
          }}
        >
          {builders.create}
        </Button>
      </Box>
      <Queried query={query}>
        {({ builders: found }) =>
          found.length === 0 ? (
            <EmptyState icon="server" title={builders.empty}>
              <p>{builders.emptyText}</p>
            </EmptyState>
          ) : (
            found.map((builder) => (
              <BuilderPanel
                key={builder.name}
                builder={builder}
                onChanged={query.reload}
                onAppend={(appendTo) => {
                  setDialog({ appendTo });
                }}
              />
            ))
          )
        }
      </Queried>
      <EmulationPanel builders={query.value?.builders} onChanged={query.reload} />
      {dialog !== null && (
        <BuilderDialog
          appendTo={dialog.appendTo}
          onChanged={query.reload}
          onClose={() => {
            setDialog(null);
          }}
        />
      )}
    </Page>
  );
}
