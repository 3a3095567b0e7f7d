import { printable } from './printable.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand right. */
  readonly align?: 'left' | 'right';
  /** Gives up width first where a row does not fit; its middle is left out. */
  readonly shrinks?: boolean;
}

export interface TableOptions {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of the terminal; without one nothing is left out. */
  readonly width?: number | undefined;
}

const GAP = '  ';
const NARROWEST = 12;

/** A table as lines without trailing spaces, at most `width` wide as long as the columns that shrink allow it. */
export function formatTable({ columns, rows, width = Infinity }: TableOptions): readonly string[] {
  const cells = [columns.map((column) => column.title), ...rows].map((row) => row.map(printable));
  const widths = fit(
    columns,
    columns.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length))),
    width,
  );
  return cells.map((row) =>
    columns
      .map((column, at) => pad(elide(row[at] ?? '', widths[at] ?? 0), widths[at] ?? 0, column.align))
      .join(GAP)
      .trimEnd(),
  );
}

function fit(columns: readonly Column[], natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, each) => sum + each, 0) + GAP.length * (widths.length - 1) - width;
  for (const [at, column] of columns.entries()) {
    if (excess <= 0 || column.shrinks !== true) continue;
    const now = widths[at] ?? 0;
    const cut = Math.min(excess, Math.max(now - NARROWEST, 0));
    widths[at] = now - cut;
    excess -= cut;
  }
  return widths;
}

/** Leaves out the middle: both ends of a name or digest tell more than its beginning alone. */
export function elide(text: string, width: number): string {
  if (text.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
}

function pad(text: string, width: number, align: Column['align']): string {
  return align === 'right' ? text.padStart(width) : text.padEnd(width);
}
