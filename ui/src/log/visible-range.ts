/** Pixels, but for `total`: rows of one height, of which `height` is to be seen. */
export interface RowList {
  readonly total: number;
  readonly row: number;
  readonly height: number;
}

/** How far the element is scrolled, and how far the list would be if the element were as tall as all of its rows. */
export interface ScrollPlace {
  readonly top: number;
  readonly real: number;
}

export interface VisibleRange {
  /** Rows to draw, `end` not included. */
  readonly first: number;
  readonly end: number;
  /** Where the first is drawn. */
  readonly offset: number;
}

/** Browsers lay nothing out beyond some 16 to 33 million pixels: the element of a longer list is less tall than it. */
const MAX_EXTENT = 8_000_000;
const SPARE_ROWS = 10;

/** How tall the element's content is. */
export function extentOf({ total, row }: Omit<RowList, 'height'>): number {
  return Math.min(total * row, MAX_EXTENT);
}

function lastTop(list: RowList): number {
  return Math.max(0, extentOf(list) - list.height);
}

function lastReal({ total, row, height }: RowList): number {
  return Math.max(0, total * row - height);
}

/** The place at which the list is scrolled so far, or as far as it can be. */
export function placeAt(real: number, list: RowList): ScrollPlace {
  const bounded = Math.min(Math.max(0, real), lastReal(list));
  return { top: (bounded * lastTop(list)) / Math.max(1, lastReal(list)), real: bounded };
}

/**
 * Where a reader is who has scrolled the element to `top`: by less than a page, that many pixels further, so that no
 * row is skipped; by more, as with the scroll bar, at that part of the whole.
 */
export function scrolledTo(top: number, before: ScrollPlace, list: RowList): ScrollPlace {
  const [end, realEnd] = [lastTop(list), lastReal(list)];
  const step = top - before.top;
  if (top <= 0) return { top, real: 0 };
  if (top >= end - 1) return { top, real: realEnd };
  if (Math.abs(step) > list.height) return { top, real: (top * realEnd) / Math.max(1, end) };
  return { top, real: Math.min(Math.max(0, before.real + step), realEnd) };
}

export function isAtEnd({ real }: ScrollPlace, list: RowList): boolean {
  return real >= lastReal(list) - list.row;
}

/** The place at which a row stands in the middle. */
export function placeOfRow(position: number, list: RowList): ScrollPlace {
  return placeAt(position * list.row - list.height / 2 + list.row / 2, list);
}

/** The row that stands in the middle, with how much of it: `placeOfRow` leads back to the same place. */
export function middleRow({ real }: ScrollPlace, { row, height }: RowList): number {
  return (real + height / 2) / row - 0.5;
}

export function visibleRange({ top, real }: ScrollPlace, { total, row, height }: RowList): VisibleRange {
  const first = Math.max(0, Math.floor(real / row) - SPARE_ROWS);
  const end = Math.min(total, Math.ceil((real + height) / row) + SPARE_ROWS);
  return { first, end, offset: top - (real - first * row) };
}
