import { hasEnded, type Job } from '@xbundle/backend/contract';
import { Alert, Box, Button, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { useAction } from '../../../client/use-action.ts';
import { BackButton } from '../../../components/back-button.tsx';
import { ErrorNotice } from '../../../components/states/error-notice.tsx';
import { ErrorOf } from '../../../components/states/error-of.tsx';
import { ToldNotice } from '../../../components/states/told-notice.tsx';
import { Icon } from '../../../components/icon.tsx';
import { formatDuration } from '../../../format/duration.ts';
import { printable } from '../../../format/printable.ts';
import { useNow } from '../../../components/use-now.ts';
import { useHost } from '../../../host/host-context.tsx';
import { usePlace } from '../../../memory/place.tsx';
import { useText } from '../../../text/use-text.tsx';
import { CancelButton } from '../../job/cancel-button.tsx';
import { JobProgressBar } from '../../job/job-progress.tsx';
import { JobStateChip } from '../../job/job-state.tsx';
import { elapsedMs } from '../../job/job-times.ts';
import { RunBar } from './run-bar.tsx';
import { countRun, exportOf, planOf, retryOf, tabRetryOf } from './run-outcome.ts';

interface Props {
  readonly job: Job;
  readonly onClose: () => void;
}

/** What is built, how far it is, and what can be done with it. */
export function RunHeader({ job, onClose }: Props): ReactElement {
  const { build, job: texts } = useText();
  const isRunning = !hasEnded(job.state);
  const now = useNow(isRunning);
  const { done, all, failed } = countRun(job.cells);
  const elapsed = formatDuration(elapsedMs(job, now));
  const facts = [
    build.stateCounts(done, all, failed),
    isRunning ? texts.since(elapsed) : texts.took(elapsed),
    job.exitCode !== undefined && job.exitCode !== 0 && texts.exitCode(job.exitCode),
  ];
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <BackButton label={build.backToPlan} onClick={onClose} />
        <Box sx={{ flex: 1, minWidth: '14rem' }}>
          <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
            <Typography variant="h2" component="h2" sx={{ overflowWrap: 'anywhere' }}>
              {build.runTitle(printable(job.title))}
            </Typography>
            <JobStateChip state={job.state} />
          </Box>
          <Typography variant="body2" color="text.secondary" role="status">
            {facts.filter((each) => each !== false).join(' · ')}
          </Typography>
        </Box>
        <RunActions job={job} />
      </Box>
      {job.cells.length === 0 ? <JobProgressBar job={job} /> : <RunBar cells={job.cells} />}
      <RunNotices job={job} />
    </>
  );
}

function RunActions({ job }: { readonly job: Job }): ReactElement {
  const { build } = useText();
  const { go } = usePlace();
  const { startTabBuild } = useHost();
  const retry = useAction(async (client) => {
    const inTab = job.runner === 'tab' ? tabRetryOf(job) : undefined;
    const { id } = await (inTab !== undefined && startTabBuild !== undefined
      ? startTabBuild(inTab, job.id)
      : client.startJob({ job: retryOf(job), retryOf: job.id }));
    go({ tab: 'build', build: id });
  });
  const toExport = useAction(async (client) => {
    const request = planOf(job);
    const start = request === undefined ? {} : exportOf(job, await client.plan(request));
    go({ tab: 'bundles', bundlePart: 'export', bundleJob: undefined, ...start });
  });
  const error = retry.error ?? toExport.error;
  const { missing } = countRun(job.cells);
  return (
    <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
      {error !== undefined && <ErrorNotice error={error} />}
      <CancelButton job={job} />
      {hasEnded(job.state) && missing > 0 && (
        <Button
          variant="contained"
          startIcon={<Icon name="retry" />}
          disabled={retry.isRunning}
          onClick={() => void retry.run()}
        >
          {build.retryFailed(missing)}
        </Button>
      )}
      {job.state === 'done' && (
        <Button
          variant="contained"
          startIcon={<Icon name="box" />}
          disabled={toExport.isRunning}
          onClick={() => void toExport.run()}
        >
          {build.exportResult}
        </Button>
      )}
    </Box>
  );
}

function RunNotices({ job }: { readonly job: Job }): ReactElement {
  const { build, job: texts } = useText();
  const { all, missing } = countRun(job.cells);
  return (
    <>
      {job.runner === 'tab' && !hasEnded(job.state) && <Alert severity="warning">{texts.inTab}</Alert>}
      <ToldNotice told={job.runnerNote} />
      <ErrorOf of={job} />
      {job.error === undefined && hasEnded(job.state) && missing > 0 && (
        <Alert severity="warning">{build.someMissing(missing)}</Alert>
      )}
      {job.state === 'done' && (
        <Alert severity="success" variant="outlined">
          {build.allDone(all)} {job.bundle !== undefined && printable(job.bundle.path)}
        </Alert>
      )}
    </>
  );
}
