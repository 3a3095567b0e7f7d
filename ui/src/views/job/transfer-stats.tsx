import type { JobProgress } from '@xbundle/backend/contract';
import { Box, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { formatBytes, formatRate } from '../../format/bytes.ts';
import { formatDuration } from '../../format/duration.ts';
import { useText } from '../../text/use-text.tsx';

/** How far a transfer is, in figures that can be read from afar. */
export function TransferStats({ progress }: { readonly progress: JobProgress }): ReactElement {
  const { stats, phases } = useText().job;
  const { phase, done, total, blobsDone, blobs, rate, secondsLeft } = progress;
  const figures: readonly (readonly [string, string | undefined])[] = [
    [stats.phase, phase && phases[phase]],
    [stats.done, total === undefined ? formatBytes(done) : `${formatBytes(done)} / ${formatBytes(total)}`],
    [stats.part, total === undefined || total === 0 ? undefined : `${Math.floor((done / total) * 100)} %`],
    [stats.rate, rate > 0 ? formatRate(rate) : undefined],
    [stats.left, secondsLeft === undefined ? undefined : formatDuration(secondsLeft * 1000)],
    [stats.blobs, blobs === undefined ? String(blobsDone) : `${blobsDone} / ${blobs}`],
  ];
  return (
    <Box component="dl" sx={{ m: 0, display: 'flex', flexWrap: 'wrap', columnGap: 5, rowGap: 1.5 }}>
      {figures.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <Typography component="dt" variant="body2" color="text.secondary">
              {name}
            </Typography>
            <Typography
              component="dd"
              sx={{ m: 0, fontSize: '1.125rem', fontWeight: 500, fontVariantNumeric: 'tabular-nums' }}
            >
              {value}
            </Typography>
          </div>
        ),
      )}
    </Box>
  );
}
