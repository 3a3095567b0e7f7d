import type { BuildCell } from '../../build-plan.ts';
import type { BuildUnit } from '../../build-unit.ts';
import type { CellReport } from '../record/build-report.ts';

/** How a cell ended: what its report says beyond the plan. */
export type CellOutcome = Pick<CellReport, 'state' | 'attempts'> &
  Partial<Pick<CellReport, 'cached' | 'results' | 'ref' | 'failure' | 'reason' | 'durationMs' | 'log'>>;

/** By the ids of cells: all of a unit. */
export type UnitOutcome = ReadonlyMap<string, CellOutcome>;

/** The same for each cell of a unit. */
export function forAll<T>({ cells }: BuildUnit, make: (cell: BuildCell) => T): ReadonlyMap<string, T> {
  return new Map(cells.map((cell) => [cell.id, make(cell)]));
}
