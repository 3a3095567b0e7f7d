/** What stands at a component and a platform. */
export interface MatrixCell {
  readonly id: string;
  readonly component: string;
  readonly platform: string;
}

export interface Matrix<Cell extends MatrixCell> {
  readonly platforms: readonly string[];
  readonly rows: readonly MatrixRow<Cell>[];
}

export interface MatrixRow<Cell extends MatrixCell> {
  readonly component: string;
  /** One for each platform, in their order; undefined where the definition has none. */
  readonly cells: readonly (Cell | undefined)[];
}

/** Cells as a table, rows and columns in the order in which they come up. */
export function toMatrix<Cell extends MatrixCell>(cells: readonly Cell[]): Matrix<Cell> {
  const platforms = [...new Set(cells.map(({ platform }) => platform))];
  const components = [...new Set(cells.map(({ component }) => component))];
  const byPlace = new Map(cells.map((cell) => [placeKey(cell.component, cell.platform), cell]));
  const rows = components.map((component) => ({
    component,
    cells: platforms.map((platform) => byPlace.get(placeKey(component, platform))),
  }));
  return { platforms, rows };
}

function placeKey(component: string, platform: string): string {
  return `${component}\n${platform}`;
}
