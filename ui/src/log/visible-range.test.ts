import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scrollTo, visibleRange } from './visible-range.ts';

const scroll = fc.record({
  total: fc.integer({ min: 1, max: 5_000_000 }),
  height: fc.integer({ min: 50, max: 2_000 }),
  part: fc.double({ min: 0, max: 1, noNaN: true }),
});
const row = 20;

it('covers what is to be seen, at any place of a list of any length', () => {
  fc.assert(
    fc.property(scroll, ({ total, height, part }) => {
      const { extent } = visibleRange({ total, row, height, top: 0 });
      const top = part * Math.max(0, extent - height);
      const range = visibleRange({ total, row, height, top });
      const drawnTo = range.offset + (range.end - range.first) * row;
      expect(range.offset).toBeLessThanOrEqual(top + 1);
      expect(drawnTo).toBeGreaterThanOrEqual(Math.min(top + height, extent) - 1);
      expect(range.end - range.first).toBeLessThan(height / row + 25);
      expect(range.extent).toBeLessThanOrEqual(8_000_000);
    }),
  );
});

it('brings any row into sight', () => {
  fc.assert(
    fc.property(scroll, ({ total, height, part }) => {
      const position = Math.floor(part * (total - 1));
      const top = scrollTo(position, { total, row, height });
      const { first, end } = visibleRange({ total, row, height, top });
      expect(position).toBeGreaterThanOrEqual(first);
      expect(position).toBeLessThan(end);
    }),
  );
});
