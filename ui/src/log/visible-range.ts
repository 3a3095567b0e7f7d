export interface Scroll {
  readonly total: number;
  /** Pixels: of a row, of what is to be seen, and how far it was scrolled. */
  readonly row: number;
  readonly height: number;
  readonly top: number;
}

export interface VisibleRange {
  /** Rows to draw, `end` not included. */
  readonly first: number;
  readonly end: number;
  /** Where the first is drawn, and how tall everything is. */
  readonly offset: number;
  readonly extent: number;
}

/** Browsers lay nothing out beyond some 16 to 33 million pixels; longer lists are scrolled in larger steps. */
const MAX_EXTENT = 8_000_000;
const SPARE_ROWS = 10;

export function visibleRange({ total, row, height, top }: Scroll): VisibleRange {
  const whole = total * row;
  const extent = Math.min(whole, MAX_EXTENT);
  const real = extent === whole ? top : (top * (whole - height)) / Math.max(1, extent - height);
  const first = Math.max(0, Math.floor(real / row) - SPARE_ROWS);
  const end = Math.min(total, Math.ceil((real + height) / row) + SPARE_ROWS);
  return { first, end, offset: top - (real - first * row), extent };
}

/** How far to scroll so that a row stands in the middle. */
export function scrollTo(position: number, { total, row, height }: Omit<Scroll, 'top'>): number {
  const whole = total * row;
  const extent = Math.min(whole, MAX_EXTENT);
  const real = Math.min(Math.max(0, whole - height), Math.max(0, position * row - height / 2 + row / 2));
  return extent === whole ? real : (real * (extent - height)) / Math.max(1, whole - height);
}
