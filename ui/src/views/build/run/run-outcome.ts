import type {
  BuildCellReport,
  BuildCellState,
  Job,
  JobRequestInput,
  RequestOf,
  ResponseOf,
} from '@xbundle/backend/contract';
import type { BuildRequest } from '../../../host/host.ts';

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
  const count = (isIt: (state: BuildCellState) => boolean): number =>
    wanted.filter(({ state }) => isIt(state)).length;
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

/** Of a build in the tab, which keeps nothing between its runs: the cells that are missing. */
export function tabRetryOf({ request, cells }: Pick<Job, 'request' | 'cells'>): BuildRequest | undefined {
  if (request.kind !== 'build') return undefined;
  const missing = cells.filter(({ state }) => MISSING.has(state));
  return { ...request, cells: missing.map(({ component, platform }) => ({ component, platform })) };
}

/** The request for the plan that a build was made from: it knows the names of its images. */
export function planOf({ request }: Pick<Job, 'request'>): RequestOf<'plan'> | undefined {
  if (request.kind !== 'build') return undefined;
  const { directory, files, components, platforms, tag, builder } = request;
  return {
    directory,
    ...(files !== undefined && { files }),
    ...(components !== undefined && { components }),
    ...(platforms !== undefined && { platforms }),
    ...(tag !== undefined && { tag }),
    ...(builder !== undefined && { builder }),
  };
}

interface ExportStart {
  readonly exportImages: string[];
  readonly exportPlatforms: string[];
}

/** What an export of a build's result starts from. */
export function exportOf(
  { cells }: Pick<Job, 'cells'>,
  plan: Pick<ResponseOf<'plan'>, 'components'>,
): ExportStart {
  const built = cells.filter(({ wanted }) => wanted);
  const components = new Set(built.map(({ component }) => component));
  return {
    exportImages: plan.components.filter(({ name }) => components.has(name)).flatMap(({ images }) => images),
    exportPlatforms: [...new Set(built.map(({ platform }) => platform))],
  };
}
