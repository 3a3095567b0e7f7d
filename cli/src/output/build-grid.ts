import { printable } from './printable.ts';
import type { Colour, Paint } from './style.ts';
import { elide } from './table.ts';

/** What stands in one place of a grid. */
export interface GridText {
  readonly text: string;
  readonly colour?: Colour | undefined;
}

export interface Grid {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Undefined where there is nothing. */
  readonly at: (row: string, column: string) => GridText | undefined;
  /** Columns of the terminal; default: as wide as need be. */
  readonly width?: number | undefined;
}

const GAP = '  ';

/** Rows and columns of short texts. As many columns as fit stand side by side; the rest follow in further blocks. */
export function formatGrid(grid: Grid, paint: Paint): readonly string[] {
  const { rows, columns, at, width = Infinity } = grid;
  const names = rows.map(printable);
  const nameWidth = Math.min(
    Math.max(grid.title.length, ...names.map((name) => name.length)),
    Math.floor(width / 2),
  );
  const texts = columns.flatMap((column) => rows.map((row) => at(row, column)?.text.length ?? 1));
  const cellWidth = Math.max(8, ...texts, ...columns.map((column) => column.length));
  const fitting = Math.floor((width - nameWidth) / (cellWidth + GAP.length));
  const perBlock = Math.min(Math.max(1, fitting), Math.max(1, columns.length));
  const blocks = Array.from({ length: Math.ceil(columns.length / perBlock) }, (_, block) =>
    columns.slice(block * perBlock, (block + 1) * perBlock),
  );
  const line = (name: string, cells: readonly string[]): string =>
    [elide(name, nameWidth).padEnd(nameWidth), ...cells].join(GAP).trimEnd();
  return blocks.flatMap((block, number) => [
    ...(number > 0 ? [''] : []),
    line(
      grid.title,
      block.map((column) => column.padEnd(cellWidth)),
    ),
    ...rows.map((row) =>
      line(
        printable(row),
        block.map((column) => paintCell(at(row, column), cellWidth, paint)),
      ),
    ),
  ]);
}

function paintCell(cell: GridText | undefined, width: number, paint: Paint): string {
  const { text, colour } = cell ?? { text: '-', colour: 'dim' };
  const padded = elide(printable(text), width).padEnd(width);
  return colour === undefined ? padded : paint(colour, padded);
}
