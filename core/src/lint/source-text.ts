import type { Position, Range } from './finding.ts';

/** Offsets into a text, `end` not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A text whose offsets have lines and columns. */
export interface SourceText {
  readonly text: string;
  positionAt(offset: number): Position;
  /** The nearest offset for a place that the text does not have. */
  offsetAt(position: Position): number;
  rangeOf(span: Span): Range;
  slice(span: Span): string;
  /** Where the line of an offset begins. */
  lineStart(offset: number): number;
}

export function createSourceText(text: string): SourceText {
  const starts = lineStarts(text);
  const lineOf = (offset: number): number => lastAtMost(starts, offset);
  const positionAt = (offset: number): Position => {
    const line = lineOf(offset);
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
  return {
    text,
    positionAt,
    offsetAt: ({ line, column }) => {
      const start = starts[Math.min(Math.max(line, 1), starts.length) - 1] ?? 0;
      return Math.min(start + column - 1, text.length);
    },
    rangeOf: ({ start, end }) => ({ start: positionAt(start), end: positionAt(end) }),
    slice: ({ start, end }) => text.slice(start, end),
    lineStart: (offset) => starts[lineOf(offset)] ?? 0,
  };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Index of the last item that is not greater than `value`. */
function lastAtMost(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
