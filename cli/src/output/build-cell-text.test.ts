import { expect, it } from 'vitest';
import { runningText, type RunningCell } from './build-cell-text.ts';

const COUNTS = { total: 8, ended: 6, cached: 0, failed: 0 };

it.each<readonly [string, Partial<RunningCell>, string]>([
  ['of which nothing is known yet', {}, 'starting 1.2 s'],
  ['whose steps are counted', { counts: COUNTS }, '6/8 75 % 1.2 s'],
  ['with a step that is short', { counts: COUNTS, step: 'RUN make' }, '6/8 75 % 1.2 s RUN make'],
  ['with a step that is long', { counts: COUNTS, step: 'RUN make install' }, '6/8 75 % 1.2 s RUN make i…'],
])('a running cell %s fits two on a line', (title, cell, text) => {
  expect(runningText({ startedMs: 1_000, ...cell }, 2_200).text, title).toBe(text);
});
