import { hasEnded } from '@xbundle/backend/contract';
import { Alert, Box, Typography } from '@mui/material';
import { useEffect, useRef, type ReactElement } from 'react';
import { useJob } from '../../client/use-job.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { printable } from '../../format/printable.ts';
import { useText } from '../../text/use-text.tsx';
import { CancelButton } from './cancel-button.tsx';
import { JobProgressBar } from './job-progress.tsx';
import { JobStateChip } from './job-state.tsx';

interface Props {
  readonly id: string;
  /** Called once, when it has gone well. */
  readonly onDone?: () => void;
}

/** A job in two lines, where it is not what the page is about. */
export function JobStrip({ id, onDone }: Props): ReactElement | null {
  const texts = useText();
  const { job, error } = useJob(id);
  const told = useRef<string>(undefined);
  const state = job?.state;
  useEffect(() => {
    if (state !== 'done' || told.current === id) return;
    told.current = id;
    onDone?.();
  }, [state, id, onDone]);
  if (job === undefined) return error === undefined ? null : <ErrorNotice error={error} />;
  const lastNote = job.notes.at(-1);
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
        <JobStateChip state={job.state} />
        <Typography sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
          {texts.job.kinds[job.kind]}: {printable(job.title)}
        </Typography>
        <CancelButton job={job} />
      </Box>
      <JobProgressBar job={job} />
      {!hasEnded(job.state) && lastNote !== undefined && (
        <Typography variant="body2" color="text.secondary">
          {printable(lastNote.message)}
        </Typography>
      )}
      {job.error !== undefined && (
        <Alert severity="error" variant="outlined">
          <span style={{ overflowWrap: 'anywhere' }}>{printable(job.error.message)}</span>
        </Alert>
      )}
    </Box>
  );
}
