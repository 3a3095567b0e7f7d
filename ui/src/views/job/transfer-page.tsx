import { hasEnded, type Job } from '@xbundle/backend/contract';
import { Alert, Box, Button, Link, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { z } from 'zod';
import { useAction } from '../../client/use-action.ts';
import { useJob } from '../../client/use-job.ts';
import { CommandLine } from '../../components/values/command-line.tsx';
import { ErrorNotice } from '../../components/states/error-notice.tsx';
import { ErrorOf } from '../../components/states/error-of.tsx';
import { Icon } from '../../components/icon.tsx';
import { Loading } from '../../components/states/loading.tsx';
import { ToldNotice } from '../../components/states/told-notice.tsx';
import { Panel } from '../../components/layout/panel.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatDuration } from '../../format/duration.ts';
import { printable } from '../../format/printable.ts';
import { formatTime } from '../../format/time.ts';
import { LogView } from '../../log/log-view.tsx';
import { usePlace } from '../../memory/place.tsx';
import { useRemembered } from '../../memory/use-remembered.ts';
import { useLanguage, useText } from '../../text/use-text.tsx';
import { CancelButton } from './cancel-button.tsx';
import { JobProgressBar } from './job-progress.tsx';
import { JobResultView } from './job-result-view.tsx';
import { JobStateChip } from './job-state.tsx';
import { TransferStats } from './transfer-stats.tsx';
import { elapsedMs } from './job-times.ts';
import { NoteList } from './note-list.tsx';
import { placeOfJob } from './place-of-job.ts';

interface Props {
  readonly id: string;
  readonly onClose: () => void;
}

/** A job that is no build: how far it is, what it found, and what it wrote. */
export function TransferPage({ id, onClose }: Props): ReactElement {
  const { common, job: texts } = useText();
  const { job, error } = useJob(id);
  if (job === undefined) {
    if (error === undefined) return <Loading />;
    return (
      <ErrorNotice
        error={error}
        title={texts.gone}
        onRetry={error.code === 'NOT_FOUND' ? onClose : undefined}
      />
    );
  }
  return (
    <>
      {error !== undefined && <Alert severity="warning">{common.backendGone}</Alert>}
      <Panel title={<Title job={job} />} actions={<Actions job={job} onClose={onClose} />}>
        <Box sx={{ display: 'grid', gap: 1.5 }}>
          <Times job={job} />
          <JobProgressBar job={job} isBare />
          {!hasEnded(job.state) && job.progress !== undefined && <TransferStats progress={job.progress} />}
          <ToldNotice told={job.runnerNote} />
          <ErrorOf of={job} />
        </Box>
      </Panel>
      {job.result !== undefined && <JobResultView job={job} result={job.result} />}
      <Words job={job} />
    </>
  );
}

function Title({ job }: { readonly job: Job }): ReactElement {
  const texts = useText();
  return (
    <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
      <span style={{ overflowWrap: 'anywhere' }}>
        {texts.job.kinds[job.kind]}: {printable(job.title)}
      </span>
      <JobStateChip state={job.state} />
    </Box>
  );
}

function Times({ job }: { readonly job: Job }): ReactElement {
  const { job: texts } = useText();
  const language = useLanguage();
  const isRunning = !hasEnded(job.state);
  const now = useNow(isRunning);
  const elapsed = formatDuration(elapsedMs(job, now));
  const facts = [
    texts.startedAt(formatTime(job.startedAt ?? job.createdAt, language)),
    isRunning ? texts.since(elapsed) : texts.took(elapsed),
    job.exitCode !== undefined && job.exitCode !== 0 && texts.exitCode(job.exitCode),
  ];
  return (
    <Typography variant="body2" color="text.secondary">
      {facts.filter((each) => each !== false).join(' · ')}
    </Typography>
  );
}

function Actions({ job, onClose }: { readonly job: Job; readonly onClose: () => void }): ReactElement {
  const { bundles, job: texts } = useText();
  const { go } = usePlace();
  const again = useAction(async (client) => {
    const next = await client.startJob({ job: job.request, retryOf: job.id });
    go(placeOfJob(next));
  });
  return (
    <Box sx={{ display: 'flex', gap: 1 }}>
      <CancelButton job={job} />
      {hasEnded(job.state) && (
        <>
          <Button
            startIcon={<Icon name="retry" />}
            disabled={again.isRunning}
            onClick={() => void again.run()}
          >
            {texts.again}
          </Button>
          <Button variant="outlined" onClick={onClose}>
            {bundles.another}
          </Button>
        </>
      )}
      <ErrorOf of={again} />
    </Box>
  );
}

/** Notes, the command and the log: for those who want to know more. */
function Words({ job }: { readonly job: Job }): ReactElement {
  const { job: texts } = useText();
  const [isLogShown, setLogShown] = useRemembered(`log-shown ${job.id}`, z.boolean(), job.state === 'failed');
  return (
    <>
      <Panel title={texts.commandTitle}>
        <Box sx={{ display: 'grid', gap: 1.5 }}>
          {job.notes.length > 0 && <NoteList notes={job.notes} />}
          <CommandLine args={job.command} what={texts.command} />
          <Link
            component="button"
            aria-expanded={isLogShown}
            sx={{ justifySelf: 'start' }}
            onClick={() => {
              setLogShown(!isLogShown);
            }}
          >
            {texts.showLog}
          </Link>
        </Box>
      </Panel>
      {isLogShown && (
        <Panel flush>
          <Box sx={{ display: 'flex', height: '24rem' }}>
            <LogView
              job={job.id}
              total={job.logLines}
              isRunning={!hasEnded(job.state)}
              label={texts.log.whole}
            />
          </Box>
        </Panel>
      )}
    </>
  );
}
