import type { ResponseOf } from '@xbundle/backend/contract';
import { Box, Button, TextField, Typography } from '@mui/material';
import { useState, type ReactElement } from 'react';
import { useAction } from '../../client/use-action.ts';
import { useQuery } from '../../client/use-query.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ErrorOf } from '../../components/states/error-of.tsx';
import { Panel } from '../../components/layout/panel.tsx';
import { Queried } from '../../components/states/queried.tsx';
import { formatBytes } from '../../format/bytes.ts';
import { useText } from '../../text/use-text.tsx';

const MEGABYTE = 1_000_000;

/** How much of the past is kept, and the way to be rid of it. */
export function HistoryKeep({ onChanged }: { readonly onChanged: () => void }): ReactElement {
  const { history } = useText();
  const [isAsked, setAsked] = useState(false);
  const query = useQuery('history', (client, signal) => client.history({}, { signal }));
  const clear = useAction(async (client) => {
    await client.clearHistory({});
    query.reload();
    onChanged();
  });
  const actions = (
    <Button
      color="error"
      disabled={clear.isRunning}
      onClick={() => {
        setAsked(true);
      }}
    >
      {history.clear}
    </Button>
  );
  return (
    <Panel title={history.limits} actions={actions}>
      <ErrorOf of={clear} />
      <Queried query={query} rows={1}>
        {(kept) => <Limits key={`${kept.maxJobs} ${kept.maxBytes}`} kept={kept} onChanged={query.reload} />}
      </Queried>
      {isAsked && (
        <ConfirmDialog
          title={history.clearTitle}
          text={history.clearText}
          action={history.clear}
          onEnd={(isConfirmed) => {
            setAsked(false);
            if (isConfirmed) void clear.run();
          }}
        />
      )}
    </Panel>
  );
}

interface LimitsProps {
  readonly kept: ResponseOf<'history'>;
  readonly onChanged: () => void;
}

function Limits({ kept, onChanged }: LimitsProps): ReactElement {
  const { history } = useText();
  const [jobs, setJobs] = useState(String(kept.maxJobs));
  const [megabytes, setMegabytes] = useState(String(Math.round(kept.maxBytes / MEGABYTE)));
  const save = useAction(async (client) => {
    await client.setHistory({ maxJobs: Number(jobs), maxBytes: Number(megabytes) * MEGABYTE });
    onChanged();
  });
  const field = (label: string, value: string, onChange: (text: string) => void): ReactElement => (
    <TextField
      type="number"
      label={label}
      value={value}
      onChange={(event) => {
        onChange(event.target.value);
      }}
      sx={{ width: '12rem' }}
    />
  );
  return (
    <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap', pt: 0.5 }}>
      {field(history.maxJobs, jobs, setJobs)}
      {field(history.maxMegabytes, megabytes, setMegabytes)}
      <Button variant="outlined" disabled={save.isRunning} onClick={() => void save.run()}>
        {history.save}
      </Button>
      <Typography variant="body2" color="text.secondary">
        {history.usage(kept.jobs, formatBytes(kept.bytes))}. {history.limitsText}
      </Typography>
      <ErrorOf of={save} />
    </Box>
  );
}
