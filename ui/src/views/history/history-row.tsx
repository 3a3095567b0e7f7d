import { hasEnded, type JobSummary } from '@xbundle/backend/contract';
import { Box, Button, IconButton, Tooltip } from '@mui/material';
import type { ReactElement } from 'react';
import { useAction } from '../../client/use-action.ts';
import { Icon, type IconName } from '../../components/icon.tsx';
import { Explanation } from '../../components/values/explanation.tsx';
import { Mono } from '../../components/values/mono.tsx';
import { TextButton } from '../../components/text-button.tsx';
import { formatDuration } from '../../format/duration.ts';
import { printable } from '../../format/printable.ts';
import { formatTime } from '../../format/time.ts';
import { useHost } from '../../host/host-context.tsx';
import { runAgain } from '../../host/run-again.ts';
import { usePlace } from '../../memory/place.tsx';
import { useLanguage, useText } from '../../text/use-text.tsx';
import { JobProgressBar } from '../job/job-progress.tsx';
import { JobStateChip } from '../job/job-state.tsx';
import { elapsedMs } from '../job/job-times.ts';
import { placeOfJob } from '../job/place-of-job.ts';

const KIND_ICONS: Readonly<Record<JobSummary['kind'], IconName>> = {
  build: 'layers',
  export: 'download',
  verify: 'shield',
  import: 'upload',
  'builder-create': 'server',
  'binfmt-install': 'emulated',
  manifest: 'box',
};

interface Props {
  readonly job: JobSummary;
  readonly onChanged: () => void;
}

/** A job in a line: how it went, what it was about, what it made. */
export function HistoryRow({ job, onChanged }: Props): ReactElement {
  const { history, job: texts } = useText();
  const language = useLanguage();
  const { go } = usePlace();
  const title = `${texts.kinds[job.kind]}: ${printable(job.title)}`;
  return (
    <tr>
      <td>
        <JobStateChip state={job.state} />
      </td>
      <td>
        <TextButton
          type="button"
          aria-label={history.open(title)}
          onClick={() => {
            go(placeOfJob(job));
          }}
        >
          <Icon name={KIND_ICONS[job.kind]} sx={{ mr: 1, verticalAlign: 'text-bottom' }} />
          {title}
        </TextButton>
        {job.retryOf !== undefined && <span className="note"> · {history.retryOf}</span>}
      </td>
      <td style={{ maxWidth: '34rem' }}>
        <Result job={job} />
      </td>
      <td style={{ whiteSpace: 'nowrap' }}>{formatTime(job.createdAt, language)}</td>
      <td className="number">{hasEnded(job.state) ? formatDuration(elapsedMs(job, 0)) : ''}</td>
      <td style={{ whiteSpace: 'nowrap' }}>
        <RowActions job={job} onChanged={onChanged} />
      </td>
    </tr>
  );
}

function Result({ job }: { readonly job: JobSummary }): ReactElement {
  const { history, job: texts, errors } = useText();
  const language = useLanguage();
  const { go } = usePlace();
  const { counts, error, bundle, state } = job;
  const isPlain = counts === undefined && error === undefined && bundle === undefined;
  if (!hasEnded(state)) return <JobProgressBar job={job} />;
  return (
    <Box sx={{ display: 'grid', gap: 0.25, justifyItems: 'start' }}>
      {counts !== undefined && history.cellsDone(counts.done, counts.cells)}
      {isPlain && <span className="note">{texts.stateHelp[state]}</span>}
      {error !== undefined && (
        <Box sx={{ color: 'error.main', '& p': { font: 'inherit' } }}>
          <Explanation
            told={language === 'en' ? undefined : errors[error.code]}
            text={printable(error.message)}
          />
        </Box>
      )}
      {bundle !== undefined && (
        <Tooltip title={history.openBundle}>
          <Button
            startIcon={<Icon name="box" />}
            sx={{ p: 0, textAlign: 'left' }}
            onClick={() => {
              go({ tab: 'bundles', bundlePart: 'open', bundle: bundle.path, bundleJob: undefined });
            }}
          >
            <Mono text={bundle.path} />
          </Button>
        </Tooltip>
      )}
    </Box>
  );
}

function RowActions({ job, onChanged }: Props): ReactElement | null {
  const { history, job: texts } = useText();
  const { go } = usePlace();
  const host = useHost();
  const again = useAction(async (client) => {
    go(placeOfJob(await runAgain(host, await client.job({ id: job.id }))));
  });
  const remove = useAction(async (client) => {
    await client.removeJob({ id: job.id });
    onChanged();
  });
  if (!hasEnded(job.state)) return null;
  const failure = again.error ?? remove.error;
  return (
    <>
      <Tooltip title={failure?.message ?? texts.again}>
        <IconButton
          aria-label={texts.again}
          disabled={again.isRunning}
          color={failure === undefined ? 'default' : 'error'}
          onClick={() => void again.run()}
        >
          <Icon name="retry" />
        </IconButton>
      </Tooltip>
      <Tooltip title={history.remove}>
        <IconButton aria-label={texts.remove} disabled={remove.isRunning} onClick={() => void remove.run()}>
          <Icon name="trash" />
        </IconButton>
      </Tooltip>
    </>
  );
}
