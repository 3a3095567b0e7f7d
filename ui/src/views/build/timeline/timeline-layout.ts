import type { BuildCellReport } from '@xbundle/backend/contract';

/** A cell in time. */
export interface Bar {
  readonly cell: BuildCellReport;
  /** Parts of the whole time, from 0 to 1. */
  readonly from: number;
  readonly to: number;
  readonly durationMs: number;
}

export interface NodeRows {
  /** Undefined: the node is not known. */
  readonly node: string | undefined;
  /** One for each cell, in the order in which they started. */
  readonly bars: readonly Bar[];
  /** The part of the whole time in which the node built anything, from 0 to 1. */
  readonly busy: number;
}

export interface Timeline {
  readonly lengthMs: number;
  readonly nodes: readonly NodeRows[];
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
    const bars = started.filter((cell) => cell.node === node).map(toBar);
    bars.sort((one, other) => one.from - other.from);
    return { node, bars, busy: busyPart(bars) };
  });
  return { lengthMs, nodes, ticks: ticksOf(lengthMs) };

  function toBar(cell: StartedCell): Bar {
    const end = endOf(cell, now);
    return {
      cell,
      from: (cell.startedAt - startMs) / lengthMs,
      to: (end - startMs) / lengthMs,
      durationMs: end - cell.startedAt,
    };
  }
}

function endOf({ startedAt, endedAt }: StartedCell, now: number): number {
  return Math.max(startedAt, endedAt ?? now);
}

/** Bars in the order of their start; where they overlap counts once. */
function busyPart(bars: readonly Bar[]): number {
  let busy = 0;
  let until = 0;
  for (const { from, to } of bars) {
    busy += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return Math.min(1, busy);
}

const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200];
const MOST_TICKS = 6;

/** Round times, few enough to be read beside each other. */
function ticksOf(lengthMs: number): readonly Tick[] {
  const step = 1000 * (STEPS_S.find((each) => lengthMs / (each * 1000) <= MOST_TICKS) ?? 86_400);
  const count = Math.min(MOST_TICKS, Math.floor(lengthMs / step));
  return Array.from({ length: count + 1 }, (_, at) => ({ at: (at * step) / lengthMs, ms: at * step }));
}
