import type { BuildCellReport, BuildCellState } from '../contract.ts';
import type { CliCell } from './cli-line.ts';

const STATES: Readonly<Record<CliCell['state'], BuildCellState>> = {
  waiting: 'queued',
  running: 'building',
  done: 'done',
  failed: 'failed',
  wrong: 'failed',
  blocked: 'blocked',
  canceled: 'cancelled',
};

/** A cell as the command line reports it, with what was known before. `time`: milliseconds since 1970. */
export function updatedCell(
  known: BuildCellReport | undefined,
  cell: CliCell,
  time: number,
): BuildCellReport {
  const { id, component, platform, wanted, how, node, failure } = cell;
  const state = stateOf(cell);
  const hasEnded = state !== 'queued' && state !== 'building';
  const ran = hasEnded && cell.durationMs !== undefined ? time - cell.durationMs : undefined;
  const startedAt =
    state === 'queued' ? undefined : (known?.startedAt ?? ran ?? (hasEnded ? undefined : time));
  const reason = failure?.message ?? cell.reason;
  const percent = state === 'done' || state === 'cached' ? 100 : known?.percent;
  return {
    ...known,
    id,
    component,
    platform,
    wanted,
    how,
    ...(node !== undefined && { node }),
    state,
    ...(percent !== undefined && { percent }),
    ...(startedAt !== undefined && { startedAt }),
    ...(hasEnded && startedAt !== undefined && { endedAt: time }),
    ...(reason !== undefined && { reason }),
    ...(failure?.step !== undefined && { step: failure.step }),
    ...(failure?.suggestion !== undefined && { suggestion: failure.suggestion }),
    ...(failure?.at !== undefined && { excerpt: excerptOf(failure.at) }),
    logLines: known?.logLines ?? 0,
  };
}

function stateOf({ state, how, cached, kept }: CliCell): BuildCellState {
  if (how === 'impossible' && (state === 'waiting' || state === 'failed')) return 'impossible';
  return state === 'done' && (cached === true || kept === true) ? 'cached' : STATES[state];
}

type CliExcerpt = NonNullable<NonNullable<CliCell['failure']>['at']>;

function excerptOf({ file, line, source }: CliExcerpt): NonNullable<BuildCellReport['excerpt']> {
  const lines = source.map((text, at) => ({ number: line + at, text, failed: true }));
  return { file, line, lines };
}

export interface StepCounts {
  readonly total: number;
  readonly ended: number;
}

/** A cell that builds, one step further. */
export function steppedCell(
  cell: BuildCellReport,
  step: string | undefined,
  { total, ended }: StepCounts,
): BuildCellReport {
  return {
    ...cell,
    ...(step !== undefined && { step }),
    stepsDone: ended,
    stepsTotal: total,
    // Steps come up while it builds: it is never quite done before it says so.
    percent: total === 0 ? 0 : Math.min(99, Math.round((ended / total) * 100)),
  };
}
