import type { BuildCellReport } from '@xbundle/backend/contract';

export interface Bar {
  readonly cell: BuildCellReport;
  /** Parts of the whole time, from 0 to 1. */
  readonly from: number;
  readonly to: number;
  /** Bars of one node that overlap stand in lanes below each other. */
  readonly lane: number;
}

export interface NodeLanes {
  /** Undefined: the node is not known. */
  readonly node: string | undefined;
  readonly lanes: number;
  readonly bars: readonly Bar[];
}

export interface Timeline {
  readonly startMs: number;
  readonly lengthMs: number;
  readonly nodes: readonly NodeLanes[];
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly at: number;
  readonly ms: number;
}

type StartedCell = BuildCellReport & { readonly startedAt: number };

/** Which cells were built when and where; undefined before the first has started. */
export function layoutTimeline(cells: readonly BuildCellReport[], now: number): Timeline | undefined {
  const started = cells.filter((cell): cell is StartedCell => cell.startedAt !== undefined);
  if (started.length === 0) return undefined;
  const startMs = Math.min(...started.map(({ startedAt }) => startedAt));
  const endMs = Math.max(...started.map((cell) => endOf(cell, now)));
  const lengthMs = Math.max(1, endMs - startMs);
  const names = [...new Set(started.map(({ node }) => node))].sort();
  const nodes = names.map((node) => {
    const bars = packBars(started.filter((cell) => cell.node === node));
    return { node, lanes: 1 + Math.max(...bars.map(({ lane }) => lane)), bars };
  });
  return { startMs, lengthMs, nodes, ticks: ticksOf(lengthMs) };

  function packBars(mine: readonly StartedCell[]): readonly Bar[] {
    const ends: number[] = [];
    return mine
      .toSorted((one, other) => one.startedAt - other.startedAt)
      .map((cell) => {
        const end = endOf(cell, now);
        const free = ends.findIndex((time) => time <= cell.startedAt);
        const lane = free === -1 ? ends.length : free;
        ends[lane] = end;
        return { cell, from: (cell.startedAt - startMs) / lengthMs, to: (end - startMs) / lengthMs, lane };
      });
  }
}

function endOf({ startedAt, endedAt }: StartedCell, now: number): number {
  return Math.max(startedAt, endedAt ?? now);
}

const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200];
const MOST_TICKS = 8;

/** Round times, at most eight. */
function ticksOf(lengthMs: number): readonly Tick[] {
  const step = 1000 * (STEPS_S.find((each) => lengthMs / (each * 1000) <= MOST_TICKS) ?? 86_400);
  const count = Math.min(MOST_TICKS, Math.floor(lengthMs / step));
  return Array.from({ length: count + 1 }, (_, at) => ({ at: (at * step) / lengthMs, ms: at * step }));
}
