/** How much a finding matters: an error makes a wrong image or a failing build on a platform that was asked for. */
export type Severity = 'error' | 'warning' | 'info';

/** Most important first. */
export const SEVERITIES: readonly ['error', 'warning', 'info'] = ['error', 'warning', 'info'];

/** A place in a text: lines and columns count from 1, columns in UTF-16 units as editors and SARIF count them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** From `start` up to, not including, `end`. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** Replaces what is in `range` by `text`; an empty range inserts. */
export interface TextEdit {
  readonly range: Range;
  readonly text: string;
}

/**
 * How a finding is put right. An automatic fix keeps what the author meant and may be applied unseen; a suggested
 * one needs a look. A suggestion without edits only says what to do.
 */
export interface Fix {
  readonly kind: 'automatic' | 'suggested';
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** One mistake at one place. */
export interface Finding {
  /** `XB001` to `XB030`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly range: Range;
  readonly fix?: Fix;
}

/** Whether `severity` is at least as grave as `floor`. */
export function isAtLeast(severity: Severity, floor: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(floor);
}

/** By place, then by rule. */
export function compareFindings(a: Finding, b: Finding): number {
  const [left, right] = [a.range.start, b.range.start];
  return left.line - right.line || left.column - right.column || (a.rule < b.rule ? -1 : 1);
}
