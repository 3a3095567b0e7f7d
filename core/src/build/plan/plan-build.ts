import { XbundleError } from '../../errors.ts';
import type { BuildCell, BuildPlan, BuildService, LinkedContext } from '../build-plan.ts';
import type { PlanFacts } from '../facts.ts';
import type { BuildPlanOptions } from '../plan-options.ts';
import type { BuildDefinition } from '../target.ts';
import { cellSettings, engineTags, isTogether, type SettingsContext } from './cell-settings.ts';
import { howBuilt } from './how-built.ts';
import { planCells, type CellGraph, type PlannedCell, type PlannedContext } from './plan-cells.ts';
import { planNotes } from './plan-notes.ts';
import { refuseTogether } from './refuse-together.ts';
import { wantedPlatforms } from './wanted-platforms.ts';

/**
 * Plans the build of the selected components: a cell for each component and platform, and for all that these are
 * made of or wait for. Pure: the same definition, facts and options give the same plan.
 *
 * Throws USAGE where no platform is left to build for and for attestations that are none, UNSUPPORTED for attestations in a classic image store and for
 * building together what buildx cannot, and LIMIT_EXCEEDED. A cell that cannot be built is no error here: it is `impossible`, with its reason.
 */
export function planBuild(
  definition: BuildDefinition,
  facts: PlanFacts,
  options: BuildPlanOptions = {},
): BuildPlan {
  const { builder } = facts;
  const native = builder.nodes[0]?.native;
  const { platforms, leftOut } = wantedPlatforms(definition, options.platforms ?? [], native);
  const [somePlatform] = [...platforms.values()].flat();
  const servePlatform = options.servePlatform ?? native ?? somePlatform;
  if (servePlatform === undefined)
    throw new XbundleError('INTERNAL', 'planning the build: a plan without platforms');
  const graph = planCells(definition, { platforms, servePlatform });
  const context: CellContext = { facts, options, graph, kept: keptCells(graph), wanted: platforms };
  const cells = graph.cells.map((cell) => toCell(cell, context));
  if (options.together === true) refuseTogether(cells, builder);
  return {
    ...(definition.name !== undefined && { name: definition.name }),
    ...(definition.version !== undefined && { version: definition.version }),
    builder: builder.name,
    driver: builder.driver,
    cells,
    services: planServices(graph),
    notes: planNotes(cells, leftOut, builder),
  };
}

/** Cells whose image is needed whatever becomes of the results. */
function keptCells({ cells, served }: CellGraph): ReadonlySet<string> {
  return new Set([...cells.flatMap(({ contexts }) => contexts.map(({ cell }) => cell)), ...served.values()]);
}

interface CellContext extends SettingsContext {
  readonly facts: PlanFacts;
}

function toCell(planned: PlannedCell, context: CellContext): BuildCell {
  const { id, target, platform, wanted, needs, services } = planned;
  const { builder, dockerfiles } = context.facts;
  const built = howBuilt(target, platform, { builder, dockerfile: dockerfiles.get(target.name) });
  return {
    id,
    unit: isTogether(target, context) ? target.name : id,
    target,
    platform,
    wanted,
    ...built,
    needs,
    contexts: planned.contexts.map((linked) => linkedContext(linked, planned, context)),
    services: services.flatMap(({ serve }) => serve?.name ?? []),
    settings: cellSettings(planned, context),
  };
}

function linkedContext(
  linked: PlannedContext,
  { platform }: PlannedCell,
  { facts }: CellContext,
): LinkedContext {
  const [tag] = facts.builder.features.ociExporter ? [] : engineTags(linked.target, platform);
  return { name: linked.name, cell: linked.cell, ...(tag !== undefined && { tag }) };
}

function planServices({ cells, served }: CellGraph): readonly BuildService[] {
  return [...served].flatMap(([name, cell]) => {
    const serve = cells.find(({ id }) => id === cell)?.target.serve;
    const users = cells.filter(({ services }) => services.some((service) => service.name === name));
    return serve === undefined ? [] : [{ name: serve.name, cell, serve, usedBy: users.map(({ id }) => id) }];
  });
}
