import { planBuild, readDockerfiles, type BuildDefinition, type PlanFacts } from '../build/index.ts';
import { formatPlatform, parsePlatforms, type Platform, type Reference } from '../model/index.ts';
import type { CredentialsProvider } from '../registry/index.ts';
import { askBases, askForLogin, type AskBasesOptions } from './ask-bases.ts';
import { attempt } from './attempt.ts';
import { baseUses, targetPlatforms } from './base-uses.ts';
import { crossPlatforms, type PlannedCell } from './cell-platforms.ts';
import type { BaseReport, BuilderReport, DoctorFacts, RegistryReport } from './facts.ts';
import type { DoctorRequest, DoctorWorld } from './doctor-request.ts';

/** What images are made for when nobody says otherwise. */
const USUAL_PLATFORMS: readonly Platform[] = parsePlatforms(['linux/amd64,linux/arm64']);

/** What is asked for, else what the definition's components are for, else the usual platforms. */
export function wantedPlatforms({
  platforms,
  definition,
}: Pick<DoctorRequest, 'platforms' | 'definition'>): readonly Platform[] {
  if (platforms !== undefined) return platforms;
  if (definition === undefined) return USUAL_PLATFORMS;
  const all = definition.targets.flatMap((target) =>
    targetPlatforms(target, { definition, platforms, otherwise: USUAL_PLATFORMS }),
  );
  return [...new Map(all.map((platform) => [formatPlatform(platform), platform])).values()];
}

/** What a definition's Dockerfiles need of the builder, base images and registries; nothing without a definition. */
export async function gatherDefinitionFacts(
  request: DoctorRequest,
  builder: BuilderReport | undefined,
  world: DoctorWorld,
): Promise<Pick<DoctorFacts, 'bases' | 'registries' | 'cross'>> {
  const { definition, platforms, online = false } = request;
  if (definition === undefined) return {};
  const { clients, credentials } = world;
  const calls = world.signal === undefined ? {} : { signal: world.signal };
  const facts = builder?.found === true ? builder.facts : undefined;
  const dockerfiles = await readDockerfiles(definition, calls);
  const buildPlatform = facts?.nodes[0]?.native;
  const uses = baseUses({ definition, dockerfiles, platforms, otherwise: USUAL_PLATFORMS, buildPlatform });
  const usesEngine = facts?.driver === 'docker';
  const asking: AskBasesOptions = { clients, usesEngine, ...calls };
  const bases = await askBases(uses, asking);
  const registries = await Promise.all(
    registriesOf(definition, bases).map((registry) =>
      askRegistry(registry, { ...asking, credentials, online }),
    ),
  );
  const cells = facts === undefined ? [] : await plannedCells(request, { builder: facts, dockerfiles });
  return { bases, registries, cross: crossPlatforms(cells) };
}

/** A definition that cannot be planned gets its error from the build. */
async function plannedCells(request: DoctorRequest, facts: PlanFacts): Promise<readonly PlannedCell[]> {
  const { definition } = request;
  if (definition === undefined) return [];
  const plan = await attempt(() =>
    Promise.resolve().then(() => planBuild(definition, facts, { platforms: wantedPlatforms(request) })),
  );
  return 'value' in plan ? plan.value.cells : [];
}

interface NamedRegistry {
  readonly use: RegistryReport['use'];
  readonly example: Reference;
}

/** Each registry once; a name without a registry may never leave this machine, so Docker Hub is only read from. */
function registriesOf(
  { targets, selected }: BuildDefinition,
  bases: readonly BaseReport[],
): readonly NamedRegistry[] {
  const found = new Map<string, NamedRegistry>();
  for (const { name } of bases)
    if (name !== undefined) found.set(name.registry, { use: 'pull', example: name });
  const pushed = targets.filter(({ name }) => selected.includes(name)).flatMap(({ tags }) => tags);
  for (const example of pushed) {
    if (example.registry !== 'docker.io') found.set(example.registry, { use: 'push', example });
  }
  return [...found.values()];
}

async function askRegistry(
  { use, example }: NamedRegistry,
  options: AskBasesOptions & { readonly credentials: CredentialsProvider; readonly online: boolean },
): Promise<RegistryReport> {
  const host = example.registry;
  const login = await attempt(() => options.credentials(host, options));
  if ('failure' in login) return { host, use, hasLogin: false, failure: login.failure };
  const failure = options.online ? await askForLogin(example, options) : undefined;
  return { host, use, hasLogin: login.value !== undefined, ...(failure !== undefined && { failure }) };
}
