import type { CellReport, StepCounts } from '@xbundle/core';
import type { GridText } from './build-grid.ts';
import { formatDuration } from './units.ts';

const ENDS: Readonly<Record<CellReport['state'], GridText>> = {
  done: { text: 'done', colour: 'green' },
  failed: { text: 'FAILED', colour: 'red' },
  wrong: { text: 'WRONG', colour: 'red' },
  blocked: { text: 'blocked', colour: 'yellow' },
  canceled: { text: 'canceled', colour: 'yellow' },
  waiting: { text: 'waiting', colour: 'dim' },
  running: { text: 'running', colour: 'dim' },
};

/** A cell that has ended, in a word or two: how, and in what time. */
export function endedText(cell: CellReport): GridText {
  const { text, colour } = ENDS[cell.state];
  const word = cell.state === 'done' ? doneWord(cell) : text;
  return { text: cell.durationMs === undefined ? word : `${word} ${formatTime(cell.durationMs)}`, colour };
}

function doneWord({ kept, cached, how }: CellReport): string {
  if (kept === true) return 'kept';
  if (cached === true) return 'cached';
  return how === 'emulated' ? 'emulated' : 'done';
}

/** A cell that is being built: how many of its steps have ended, and which one runs. */
export interface RunningCell {
  readonly startedMs: number;
  readonly counts?: StepCounts;
  readonly step?: string;
}

export function runningText({ startedMs, counts, step }: RunningCell, nowMs: number): GridText {
  const time = formatTime(nowMs - startedMs);
  // Until buildx says more, it starts, or what the cell needs does.
  if (counts === undefined || counts.total === 0) return { text: `starting ${time}` };
  const { ended, total } = counts;
  const text = [`${ended}/${total} ${Math.floor((ended / total) * 100)} %`, time, step ?? '']
    .join(' ')
    .trimEnd();
  return { text: text.length <= RUNNING_WIDTH ? text : `${text.slice(0, RUNNING_WIDTH - 1)}…` };
}

/** Two platforms stand side by side on 80 columns. */
const RUNNING_WIDTH = 26;

/** Tenths of a second up to a minute, which is what builds differ by. */
export function formatTime(ms: number): string {
  return ms < 59_950 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms / 1000);
}
