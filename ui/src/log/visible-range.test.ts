import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  extentOf,
  isAtEnd,
  middleRow,
  placeAt,
  placeOfRow,
  scrolledTo,
  visibleRange,
  type RowList,
  type ScrollPlace,
} from './visible-range.ts';

const row = 20;
const lists = fc.record({
  total: fc.integer({ min: 1, max: 50_000_000 }),
  height: fc.integer({ min: 50, max: 2_000 }),
  row: fc.constant(row),
});
const parts = fc.double({ min: 0, max: 1, noNaN: true });
const LONG: RowList = { total: 4_000_000, row, height: 500 };

function expectCovered(place: ScrollPlace, list: RowList): void {
  const { first, end, offset } = visibleRange(place, list);
  const drawnTo = offset + (end - first) * row;
  expect(offset).toBeLessThanOrEqual(place.top + 1);
  expect(drawnTo).toBeGreaterThanOrEqual(Math.min(place.top + list.height, extentOf(list)) - 1);
  expect(end - first).toBeLessThan(list.height / row + 25);
}

it('covers what is to be seen, at any place of a list of any length', () => {
  fc.assert(
    fc.property(lists, parts, (list, part) => {
      expect(extentOf(list)).toBeLessThanOrEqual(8_000_000);
      expectCovered(placeAt(part * list.total * row, list), list);
    }),
  );
});

it('covers it still after any way of scrolling', () => {
  fc.assert(
    fc.property(lists, fc.array(parts, { maxLength: 20 }), (list, tops) => {
      let place = placeAt(0, list);
      for (const part of tops) {
        place = scrolledTo(part * Math.max(0, extentOf(list) - list.height), place, list);
        expectCovered(place, list);
      }
    }),
  );
});

it('brings any row into sight', () => {
  fc.assert(
    fc.property(lists, parts, (list, part) => {
      const position = Math.floor(part * (list.total - 1));
      const { first, end } = visibleRange(placeOfRow(position, list), list);
      expect(position).toBeGreaterThanOrEqual(first);
      expect(position).toBeLessThan(end);
    }),
  );
});

it('leads back to the place that a row was taken from', () => {
  fc.assert(
    fc.property(lists, parts, (list, part) => {
      const place = placeAt(part * list.total * row, list);
      expect(placeOfRow(middleRow(place, list), list).real).toBeCloseTo(place.real, 3);
    }),
  );
});

it('skips no row when it is scrolled by less than a page', () => {
  const start = placeAt(LONG.total * 10, LONG);
  const after = scrolledTo(start.top + 100, start, LONG);
  expect(after.real - start.real).toBeCloseTo(100);
});

it('goes to its part of the whole when the scroll bar is dragged, and to the very ends', () => {
  const start = placeAt(0, LONG);
  expect(scrolledTo(4_000_000 - 250, start, LONG).real / (LONG.total * row)).toBeCloseTo(0.5);
  const end = scrolledTo(extentOf(LONG) - LONG.height, start, LONG);
  expect(isAtEnd(end, LONG)).toBe(true);
  expect(visibleRange(end, LONG).end).toBe(LONG.total);
  expect(visibleRange(scrolledTo(0, end, LONG), LONG).first).toBe(0);
});
