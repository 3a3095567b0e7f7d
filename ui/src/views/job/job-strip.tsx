import { hasEnded, type Job } from '@xbundle/backend/contract';
import { Box, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { ErrorNotice } from '../../components/states/error-notice.tsx';
import { ErrorOf } from '../../components/states/error-of.tsx';
import { printable } from '../../format/printable.ts';
import { toldText } from '../../text/told-text.ts';
import { useText } from '../../text/use-text.tsx';
import { CancelButton } from './cancel-button.tsx';
import { JobProgressBar } from './job-progress.tsx';
import { JobStateChip } from './job-state.tsx';
import type { StartedJob } from './use-started-job.ts';

/** A job in two lines, where it is not what the page is about; nothing while there is none. */
export function JobStrip({ started }: { readonly started: StartedJob }): ReactElement {
  const { job, error, startError } = started;
  const failure = startError ?? error;
  return (
    <>
      {failure !== undefined && <ErrorNotice error={failure} />}
      {job !== undefined && <JobLines job={job} />}
    </>
  );
}

function JobLines({ job }: { readonly job: Job }): ReactElement {
  const texts = useText();
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
          {printable(toldText(lastNote, texts.explained))}
        </Typography>
      )}
      <ErrorOf of={job} />
    </Box>
  );
}
