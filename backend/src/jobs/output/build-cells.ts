import type { BuildCellReport, BuildCellState } from '../../contract.ts';
import { withoutUndefined } from '../../without-undefined.ts';
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
  const { id, component, platform, wanted, how, failure } = cell;
  const state = stateOf(cell);
  const report: Loose = {
    ...known,
    id,
    component,
    platform,
    wanted,
    how,
    node: cell.node ?? known?.node,
    state,
    percent: state === 'done' || state === 'cached' ? 100 : known?.percent,
    ...timesOf(known, cell, time),
    reason: cell.reason,
    logLines: known?.logLines ?? 0,
    ...(failure !== undefined && failureOf(failure, known)),
  };
  return withoutUndefined(report) as BuildCellReport;
}

type CliFailure = NonNullable<CliCell['failure']>;
type Explained = Pick<Loose, 'reason' | 'cause' | 'step' | 'suggestion' | 'excerpt'>;

function failureOf(
  { message, cause, step, suggestion, at }: CliFailure,
  known: BuildCellReport | undefined,
): Explained {
  const excerpt = at === undefined ? undefined : excerptOf(at);
  return { reason: message, cause, step: step ?? known?.step, suggestion, excerpt };
}

type Times = { readonly [Key in 'startedAt' | 'endedAt']: number | undefined };

/** A cell that another run has done was never started in this one. */
function timesOf(known: BuildCellReport | undefined, cell: CliCell, time: number): Times {
  const isWaiting = cell.state === 'waiting';
  const isRunning = cell.state === 'running';
  const ran = cell.durationMs === undefined ? undefined : time - cell.durationMs;
  const startedAt = isWaiting ? undefined : (known?.startedAt ?? (isRunning ? time : ran));
  return { startedAt, endedAt: isWaiting || isRunning || startedAt === undefined ? undefined : time };
}

type Loose = { readonly [Key in keyof BuildCellReport]: BuildCellReport[Key] | undefined };

function stateOf({ state, how, cached, kept }: CliCell): BuildCellState {
  if (how === 'impossible' && (state === 'waiting' || state === 'failed')) return 'impossible';
  return state === 'done' && (cached === true || kept === true) ? 'cached' : STATES[state];
}

function excerptOf({
  file,
  line,
  source,
}: NonNullable<CliFailure['at']>): NonNullable<BuildCellReport['excerpt']> {
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
