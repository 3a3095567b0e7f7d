import type { BuildService } from '../build-plan.ts';
import type { BuildUnit } from '../build-unit.ts';
import type { ScheduledCell } from './schedule.ts';

/** What a run does at a time: it builds a unit, or starts a service that others use. */
export type RunStep = ScheduledCell &
  (
    | { readonly kind: 'unit'; readonly unit: BuildUnit }
    | { readonly kind: 'service'; readonly service: BuildService }
  );

/**
 * Units, and before them the services that any of them uses. A service starts once its cell is done, and its users
 * wait for that: while it starts, others are built in their place. What the units need and is none of them is done.
 */
export function runSteps(units: readonly BuildUnit[], services: readonly BuildService[]): readonly RunStep[] {
  const unitOf = new Map(units.flatMap(({ id, cells }) => cells.map((cell) => [cell.id, id])));
  const ids = new Set(units.map(({ id }) => id));
  const starts = services
    .filter(({ usedBy }) => usedBy.some((cell) => unitOf.has(cell)))
    .map((service): RunStep => {
      const unit = unitOf.get(service.cell);
      return { kind: 'service', service, id: stepId(service.name), needs: unit === undefined ? [] : [unit] };
    });
  const builds = units.map((unit): RunStep => {
    const used = new Set(unit.cells.flatMap((cell) => cell.services));
    const needs = [...unit.needs.filter((id) => ids.has(id)), ...[...used].map(stepId)];
    return { kind: 'unit', unit, id: unit.id, needs };
  });
  return [...starts, ...builds];
}

/** No unit is called like this. */
function stepId(service: string): string {
  return `service\0${service}`;
}
