import type { Finding } from '@xbundle/core';

/** Lines shown before and after a finding, and of a long one at most. */
const CONTEXT = 1;
const MOST_LINES = 8;
const MOST_CHARACTERS = 500;

/** A line of a Dockerfile: `failed` where the finding is. */
export interface SourceLine {
  readonly number: number;
  readonly text: string;
  readonly failed: boolean;
}

/** The lines of a finding with their neighbours, for programs that show them. */
export function linesAround({ range }: Pick<Finding, 'range'>, text: string): readonly SourceLine[] {
  const { start, end } = range;
  // A range that ends before the first column of a line does not reach into it.
  const last = Math.max(start.line, end.column === 1 ? end.line - 1 : end.line);
  const from = Math.max(1, start.line - CONTEXT);
  const to = Math.min(last + CONTEXT, from + MOST_LINES - 1);
  return text
    .split('\n')
    .slice(from - 1, to)
    .map((line, at) => ({
      number: from + at,
      text: line.replace(/\r$/, '').slice(0, MOST_CHARACTERS),
      failed: from + at >= start.line && from + at <= last,
    }));
}
