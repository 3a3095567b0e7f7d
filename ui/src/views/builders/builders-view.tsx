import { Box, Button, Typography } from '@mui/material';
import { useState, type ReactElement } from 'react';
import { useAction } from '../../client/use-action.ts';
import { useQuery } from '../../client/use-query.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Icon } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import { Queried } from '../../components/queried.tsx';
import { useText } from '../../text/use-text.tsx';
import { JobStrip } from '../job/job-strip.tsx';
import { BuilderDialog } from './builder-dialog.tsx';
import { BuilderPanel } from './builder-panel.tsx';

/** The Builders tab: who builds what natively, and how to get more of them. */
export function BuildersView(): ReactElement {
  const { builders, common } = useText();
  const query = useQuery('builders', (client, signal) => client.builders({}, { signal }));
  /** Undefined: no dialog; an empty name: a new builder. */
  const [append, setAppend] = useState<string>();
  return (
    <Box sx={{ maxWidth: '84rem', mx: 'auto', display: 'grid', gap: 2, minWidth: 0 }}>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
        <Typography color="text.secondary" sx={{ flex: 1 }}>
          {builders.text}
        </Typography>
        <Button startIcon={<Icon name="retry" />} onClick={query.reload}>
          {common.refresh}
        </Button>
        <Button
          variant="contained"
          startIcon={<Icon name="plus" />}
          onClick={() => {
            setAppend('');
          }}
        >
          {builders.create}
        </Button>
      </Box>
      <Queried query={query}>
        {({ builders: found }) =>
          found.length === 0 ? (
            <EmptyState icon="server" title={builders.empty} />
          ) : (
            found.map((builder) => (
              <BuilderPanel
                key={builder.name}
                builder={builder}
                onChanged={query.reload}
                onAppend={setAppend}
              />
            ))
          )
        }
      </Queried>
      <Emulation onChanged={query.reload} />
      {append !== undefined && (
        <BuilderDialog
          appendTo={append}
          onChanged={query.reload}
          onClose={() => {
            setAppend(undefined);
          }}
        />
      )}
    </Box>
  );
}

function Emulation({ onChanged }: { readonly onChanged: () => void }): ReactElement {
  const { builders } = useText();
  const [job, setJob] = useState<string>();
  const install = useAction(async (client) => {
    const { id } = await client.startJob({ job: { kind: 'binfmt-install' } });
    setJob(id);
  });
  return (
    <Panel
      title={builders.emulationTitle}
      actions={
        <Button variant="outlined" disabled={install.isRunning} onClick={() => void install.run()}>
          {builders.install}
        </Button>
      }
    >
      <Box sx={{ display: 'grid', gap: 1.5 }}>
        <Typography color="text.secondary">{builders.emulationText}</Typography>
        {install.error !== undefined && <ErrorNotice error={install.error} />}
        {job !== undefined && <JobStrip id={job} onDone={onChanged} />}
      </Box>
    </Panel>
  );
}
