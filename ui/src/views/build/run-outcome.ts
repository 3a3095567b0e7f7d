import type { BuildCellReport, BuildCellState, Job, JobRequestInput } from '@xbundle/backend/contract';

const GOOD: ReadonlySet<BuildCellState> = new Set(['done', 'cached']);
const MISSING: ReadonlySet<BuildCellState> = new Set(['failed', 'blocked', 'cancelled', 'impossible']);

export interface RunCounts {
  readonly all: number;
  readonly done: number;
  readonly failed: number;
  /** Ended, and not there. */
  readonly missing: number;
}

/** Of the cells that were asked for. */
export function countRun(cells: readonly BuildCellReport[]): RunCounts {
  const wanted = cells.filter((cell) => cell.wanted);
  const count = (isIt: (state: BuildCellState) => boolean): number => wanted.filter(({ state }) => isIt(state)).length;
  return {
    all: wanted.length,
    done: count((state) => GOOD.has(state)),
    failed: count((state) => state === 'failed'),
    missing: count((state) => MISSING.has(state)),
  };
}

/** The same job again; of a build, only what is missing of it. */
export function retryOf({ request }: Pick<Job, 'request'>): JobRequestInput {
  return request.kind === 'build' ? { ...request, onlyFailed: true } : request;
}

/** What an export of a build's result starts from. */
export function exportOf({ request, cells }: Pick<Job, 'request' | 'cells'>): {
  readonly exportPlatforms: string[];
  readonly project: string | undefined;
} {
  const platforms = [...new Set(cells.filter(({ wanted }) => wanted).map(({ platform }) => platform))];
  return { exportPlatforms: platforms, project: request.kind === 'build' ? request.directory : undefined };
}
