import { hasEnded, type JobProgress, type JobSummary } from '@xbundle/backend/contract';
import { Box, LinearProgress, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { formatBytes, formatRate } from '../../format/bytes.ts';
import { formatDuration } from '../../format/duration.ts';
import { printable } from '../../format/printable.ts';
import { useText } from '../../text/use-text.tsx';

interface Props {
  readonly job: JobSummary;
  /** Without the line about a transfer. */
  readonly isBare?: boolean;
}

/** How far a job is: cells of a build, bytes of a transfer; a moving bar where neither is known. */
export function JobProgressBar({ job, isBare = false }: Props): ReactElement | null {
  const texts = useText();
  if (hasEnded(job.state)) return null;
  const part = partOf(job);
  return (
    <Box sx={{ display: 'grid', gap: 0.5, minWidth: 0 }}>
      <LinearProgress
        aria-label={texts.job.progressOf(printable(job.title))}
        {...(part === undefined ? {} : { variant: 'determinate', value: Math.min(100, part * 100) })}
        sx={{ height: '0.375rem', borderRadius: 1 }}
      />
      {!isBare && job.progress !== undefined && job.kind !== 'build' && (
        <TransferLine progress={job.progress} />
      )}
    </Box>
  );
}

function partOf({ counts, progress }: JobSummary): number | undefined {
  if (counts !== undefined && counts.cells > 0) return (counts.done + counts.failed) / counts.cells;
  if (progress?.total === undefined || progress.total === 0) return undefined;
  return progress.done / progress.total;
}

function TransferLine({ progress }: { readonly progress: JobProgress }): ReactElement {
  const { job } = useText();
  const { phase, done, total, blobsDone, blobs, rate, secondsLeft } = progress;
  const parts = [
    phase !== undefined && job.phases[phase],
    done > 0 && (total === undefined ? formatBytes(done) : `${formatBytes(done)} / ${formatBytes(total)}`),
    blobsDone > 0 && job.blobs(blobsDone, blobs),
    rate > 0 && formatRate(rate),
    secondsLeft !== undefined && job.left(formatDuration(secondsLeft * 1000)),
  ];
  return (
    <Typography variant="body2" color="text.secondary" sx={{ fontVariantNumeric: 'tabular-nums' }}>
      {parts.filter((each) => each !== false).join(' · ')}
    </Typography>
  );
}
