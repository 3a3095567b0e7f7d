import type { BuildCell } from './build-plan.ts';
import { cellCommand, commandValues, type CellInputs, type CellPaths } from './cell-command.ts';
import { togetherCommand, togetherInput } from './together-command.ts';

/** What one command of a run builds: one cell, or all cells of a component. */
export interface BuildUnit {
  readonly id: string;
  /** At least one; of one component. */
  readonly cells: readonly [BuildCell, ...BuildCell[]];
  /** Ids of the units that its cells need. */
  readonly needs: readonly string[];
}

/** A command of docker, and what it reads on standard input. */
export interface BuildxCommand {
  readonly args: readonly string[];
  readonly input?: string;
}

/** The units of a plan's cells, or of some of them, in the order in which the plan has their first cells. */
export function buildUnits(cells: readonly BuildCell[]): readonly BuildUnit[] {
  const unitOf = new Map(cells.map(({ id, unit }) => [id, unit]));
  const units = new Map<string, [BuildCell, ...BuildCell[]]>();
  for (const cell of cells) {
    const others = units.get(cell.unit);
    if (others === undefined) units.set(cell.unit, [cell]);
    else others.push(cell);
  }
  return [...units].map(([id, own]) => {
    const needs = own.flatMap((cell) => cell.needs.flatMap((need) => unitOf.get(need) ?? []));
    return { id, cells: own, needs: [...new Set(needs)].filter((need) => need !== id) };
  });
}

/**
 * The command that builds a unit; `buildx` is the first of its arguments. Without `paths` and `inputs` it is what
 * `--dry-run` shows: what is not known yet stands as `{store}`, `{layout}`, `{metadata}`, `{digest of ID}` and
 * `{address of NAME}`. Throws INTERNAL when a run gives no digest or address that a cell needs.
 */
export function unitCommand({ cells }: BuildUnit, paths?: CellPaths, inputs: CellInputs = {}): BuildxCommand {
  const values = commandValues(paths, inputs);
  const [first, ...others] = cells;
  if (others.length > 0) {
    return { args: togetherCommand(first, values), input: togetherInput(first, cells, values) };
  }
  const input = first.target.dockerfileInline;
  return { args: cellCommand(first, values), ...(input !== undefined && { input }) };
}
