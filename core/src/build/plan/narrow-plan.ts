import { XbundleError } from '../../errors.ts';
import type { BuildPlan } from '../build-plan.ts';

/**
 * The part of a plan that makes these cells, by their ids (`backend@linux/arm64`): they stay wanted, what they need
 * is built besides, and the rest is left out. Throws USAGE for a cell that the plan does not have.
 */
export function narrowPlan(plan: BuildPlan, ids: readonly string[]): BuildPlan {
  const cells = new Map(plan.cells.map((cell) => [cell.id, cell]));
  const unknown = ids.find((id) => !cells.has(id));
  if (unknown !== undefined) {
    throw new XbundleError(
      'USAGE',
      `choosing cells: the plan has no cell ${JSON.stringify(unknown.slice(0, 200))}. It has ${[...cells.keys()].slice(0, 5).join(', ')}, …`,
    );
  }
  const chosen = new Set(ids);
  const kept = new Set<string>();
  // A cell stands after all that it needs, so one pass from the end finds everything.
  for (const { id, needs } of plan.cells.toReversed()) {
    if (!chosen.has(id) && !kept.has(id)) continue;
    kept.add(id);
    for (const need of needs) kept.add(need);
  }
  return {
    ...plan,
    cells: plan.cells
      .filter(({ id }) => kept.has(id))
      .map((cell) => ({ ...cell, wanted: cell.wanted && chosen.has(cell.id) })),
    services: plan.services
      .map((service) => ({ ...service, usedBy: service.usedBy.filter((id) => kept.has(id)) }))
      .filter(({ usedBy }) => usedBy.length > 0),
  };
}
