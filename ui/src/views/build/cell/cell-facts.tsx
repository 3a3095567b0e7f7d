import { hasEnded, type BuildCellReport, type BuildCellState, type Job } from '@xbundle/backend/contract';
import { Box } from '@mui/material';
import type { ReactElement } from 'react';
import { Digest } from '../../../components/values/digest.tsx';
import { StatusChip } from '../../../components/values/status-chip.tsx';
import { printable } from '../../../format/printable.ts';
import { useText } from '../../../text/use-text.tsx';
import { cellTook } from './cell-took.ts';
import { STATE_LOOKS } from '../how-look.ts';
import { StopCell } from './stop-cell.tsx';

const STOPPABLE: ReadonlySet<BuildCellState> = new Set(['queued', 'building']);

interface Props {
  readonly job: Job;
  readonly cell: BuildCellReport;
  readonly now: number;
}

/** One line about a cell: how it stands, how and where it was built, how long that took, what came out. */
export function CellFacts({ job, cell, now }: Props): ReactElement {
  const { build } = useText();
  const { state, how, node, stepsDone, stepsTotal, digest } = cell;
  const { icon, tone } = STATE_LOOKS[state];
  const facts = [
    how === undefined ? '' : build.how[how],
    node === undefined ? '' : build.on(printable(node)),
    cellTook(cell, now),
    stepsDone === undefined || stepsTotal === undefined ? '' : build.stepOf(stepsDone, stepsTotal),
  ].filter((each) => each !== '');
  return (
    <Box
      sx={{
        display: 'flex',
        gap: 1.5,
        alignItems: 'center',
        flexWrap: 'wrap',
        px: 2,
        pt: 1.25,
        fontSize: '0.8125rem',
        color: 'text.secondary',
      }}
    >
      <StatusChip tone={tone} icon={icon} label={build.cellStates[state]} isBusy={state === 'building'} />
      <span>{facts.join(' · ')}</span>
      {digest !== undefined && <Digest digest={digest} />}
      {!hasEnded(job.state) && job.runner !== 'tab' && STOPPABLE.has(state) && (
        <StopCell key={cell.id} job={job.id} cell={cell.id} />
      )}
    </Box>
  );
}
