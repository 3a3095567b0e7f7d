import { formatPlatform, formatReference } from '../model/index.ts';
import type { BuildCell, BuildPlan, LinkedContext } from './build-plan.ts';
import { accessOptions, cacheOptions, contentOptions, pairs, runOptions } from './cell-command.ts';
import { valueContexts } from './needed-targets.ts';

/** Where the images of a component go; at least one. */
export interface ComponentOutputs {
  readonly load: boolean;
  readonly push: boolean;
}

/** What someone types who builds a component without xbundle: all of its platforms in one command. */
export interface ComponentCommand {
  readonly component: string;
  /** Ids of the cells that it builds. */
  readonly cells: readonly string[];
  /** Components that must be in the engine or registry before. */
  readonly needs: readonly string[];
  /** Arguments of `docker`, `buildx` being the first. They name no builder: it is that of whoever runs them. */
  readonly args?: readonly string[];
  /** Why one command cannot build it, instead of `args`. */
  readonly obstacle?: string;
}

/**
 * The commands that build a plan by hand, in the order of the plan. Impossible cells are left out. Each writes into
 * the engine or registry at once, so that another component finds there what it is made of; nothing is read on
 * standard input, and nothing of one run is known to the next: what needs either has an `obstacle`.
 */
export function componentCommands(plan: BuildPlan, outputs: ComponentOutputs): readonly ComponentCommand[] {
  const possible = plan.cells.filter(({ how }) => how !== 'impossible');
  const byId = new Map(plan.cells.map((cell) => [cell.id, cell]));
  const components = new Map<string, BuildCell[]>();
  for (const cell of possible) {
    const { name } = cell.target;
    components.set(name, [...(components.get(name) ?? []), cell]);
  }
  return [...components].flatMap(([component, cells]) => {
    const [first] = cells;
    if (first === undefined) return [];
    const needed = cells.flatMap(({ needs }) => needs.map((id) => byId.get(id)?.target.name ?? id));
    const obstacle = obstacleTo(first);
    return [
      {
        component,
        cells: cells.map(({ id }) => id),
        needs: [...new Set(needed)],
        ...(obstacle === undefined ? { args: commandOf(cells, byId, outputs) } : { obstacle }),
      },
    ];
  });
}

function obstacleTo({ target, services }: BuildCell): string | undefined {
  if (target.dockerfileInline !== undefined)
    return 'its Dockerfile stands in the definition, which only standard input could give to docker';
  if (target.tags.length === 0) return 'it has no tag: neither engine nor registry would have a name for it';
  const [service] = services;
  return service === undefined ? undefined : `it is built while ${service} runs, which xbundle starts for it`;
}

function commandOf(
  cells: readonly BuildCell[],
  byId: ReadonlyMap<string, BuildCell>,
  { load, push }: ComponentOutputs,
): readonly string[] {
  const [first] = cells;
  if (first === undefined) return [];
  const { target, contexts, settings } = first;
  // One command for all platforms: none of them needs a cache of its own.
  const whole = { ...first, settings: { ...settings, ownCaches: false } };
  const links = contexts.flatMap((each) => linkOption(each, byId));
  return [
    'buildx',
    'build',
    `--platform=${cells.map(({ platform }) => formatPlatform(platform)).join(',')}`,
    '--progress=rawjson',
    ...(target.dockerfile === undefined ? [] : [`--file=${target.dockerfile}`]),
    ...(target.stage === undefined ? [] : [`--target=${target.stage}`]),
    ...target.tags.map((tag) => `--tag=${formatReference(tag)}`),
    ...contentOptions(target),
    ...links,
    ...pairs('--build-context', Object.entries(valueContexts(target))),
    ...accessOptions(target),
    ...cacheOptions(whole),
    ...runOptions(whole, { addressOf: (name) => name, network: undefined }),
    `--provenance=${settings.provenance}`,
    ...(settings.sbom === 'false' ? [] : [`--sbom=${settings.sbom}`]),
    ...(load ? ['--load'] : []),
    ...(push ? ['--push'] : []),
    '--',
    target.context,
  ];
}

/** Another component, by the name that it has in engine or registry; where it has none, its obstacle is told. */
function linkOption({ name, cell }: LinkedContext, byId: ReadonlyMap<string, BuildCell>): readonly string[] {
  const [tag] = byId.get(cell)?.target.tags ?? [];
  return tag === undefined ? [] : [`--build-context=${name}=docker-image://${formatReference(tag)}`];
}
