import type { BuildCellReport } from '@xbundle/backend/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutTimeline } from './timeline-layout.ts';

function cell(id: string, startedAt: number, more: Partial<BuildCellReport> = {}): BuildCellReport {
  return {
    id,
    component: id,
    platform: 'linux/amd64',
    wanted: true,
    state: 'done',
    logLines: 0,
    startedAt,
    ...more,
  };
}

describe('the timeline', () => {
  it('is not there before the first cell has started', () => {
    expect(layoutTimeline([], 0)).toBeUndefined();
  });

  it('has a row for each node, and ends now while a cell is being built', () => {
    const timeline = layoutTimeline(
      [cell('a', 1_000, { node: 'x', endedAt: 2_000 }), cell('b', 1_500, { node: 'y', state: 'building' })],
      5_000,
    );
    expect(timeline?.nodes.map(({ node }) => node)).toEqual(['x', 'y']);
    expect(timeline?.lengthMs).toBe(4_000);
    expect(timeline?.nodes[1]?.bars[0]).toMatchObject({ from: 0.125, to: 1, durationMs: 3_500 });
  });

  const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 1e6 })), {
    minLength: 1,
    maxLength: 40,
  });

  it('has a row for each cell, the earliest first, and all of them within the picture', () => {
    fc.assert(
      fc.property(spans, (all) => {
        const cells = all.map(([start, length], at) => cell(String(at), start, { endedAt: start + length }));
        const bars = layoutTimeline(cells, 0)?.nodes[0]?.bars ?? [];
        expect(bars).toHaveLength(all.length);
        for (const [at, { from, to }] of bars.entries()) {
          expect(from).toBeGreaterThanOrEqual(bars[at - 1]?.from ?? 0);
          expect(to).toBeGreaterThanOrEqual(from);
          expect(to).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it.each([
    [
      'one after the other, with a gap',
      [
        [0, 25],
        [75, 25],
      ],
      0.5,
    ],
    [
      'over each other',
      [
        [0, 50],
        [25, 50],
        [30, 5],
        [99, 1],
      ],
      0.76,
    ],
    [
      'one within another',
      [
        [0, 100],
        [20, 10],
      ],
      1,
    ],
  ] as const)('says how long a node was busy with cells %s', (_, times, busy) => {
    const cells = times.map(([start, length], at) => cell(String(at), start, { endedAt: start + length }));
    expect(layoutTimeline(cells, 0)?.nodes[0]?.busy).toBeCloseTo(busy);
  });

  it('has few round times below it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e8 }), (length) => {
        const ticks = layoutTimeline([cell('a', 0, { endedAt: length })], 0)?.ticks ?? [];
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(ticks.every(({ at }) => at >= 0 && at <= 1)).toBe(true);
      }),
    );
  });
});
