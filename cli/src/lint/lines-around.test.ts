import { describe, expect, it } from 'vitest';
import { linesAround } from './lines-around.ts';

const TEXT = ['FROM debian', 'RUN a \\', '  && b', 'COPY x y', 'USER app', ''].join('\n');
const at = (start: [number, number], end: [number, number]) => ({
  range: { start: { line: start[0], column: start[1] }, end: { line: end[0], column: end[1] } },
});

describe('the lines around a finding', () => {
  it.each([
    { of: 'one line', finding: at([4, 1], [4, 9]), numbers: [3, 4, 5], failed: [4] },
    { of: 'several lines', finding: at([2, 1], [3, 7]), numbers: [1, 2, 3, 4], failed: [2, 3] },
    { of: 'the first line', finding: at([1, 1], [1, 5]), numbers: [1, 2], failed: [1] },
    { of: 'up to the start of the next', finding: at([4, 1], [5, 1]), numbers: [3, 4, 5], failed: [4] },
    { of: 'an empty range', finding: at([5, 1], [5, 1]), numbers: [4, 5, 6], failed: [5] },
  ])('of $of', ({ finding, numbers, failed }) => {
    const lines = linesAround(finding, TEXT);
    expect(lines.map(({ number }) => number)).toEqual(numbers);
    expect(lines.filter((line) => line.failed).map(({ number }) => number)).toEqual(failed);
  });

  it('are cut where there is too much of them', () => {
    const long = Array.from({ length: 90 }, () => 'x'.repeat(9_000)).join('\r\n');
    const lines = linesAround(at([10, 1], [80, 5]), long);
    expect(lines).toHaveLength(8);
    expect(lines[0]?.text).toHaveLength(500);
  });
});
