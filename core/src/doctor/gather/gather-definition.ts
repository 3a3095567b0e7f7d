import { planBuild, readDockerfiles, type BuildDefinition, type PlanFacts } from '../../build/index.ts';
import { formatPlatform, parsePlatforms, type Platform, type Reference } from '../../model/index.ts';
import type { CredentialsProvider } from '../../registry/index.ts';
import { askBases, askForLogin, type AskBasesOptions } from './ask-bases.ts';
import { attempt } from './attempt.ts';
import { baseUses, targetPlatforms } from './base-uses.ts';
import { crossPlatforms, type PlannedCell } from './cell-platforms.ts';
import type { BaseReport, BuilderReport, DoctorFacts, RegistryReport } from '../facts.ts';
import type { DoctorRequest, DoctorWorld } from '../doctor-request.ts';

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

/** A definition with its Dockerfiles, and the cells it is planned as. */
export interface PlannedDefinition {
  readonly definition: BuildDefinition;
  /** `readDockerfiles(definition)`. */
  readonly dockerfiles: PlanFacts['dockerfiles'];
  /** None where it cannot be planned. */
  readonly cells: readonly PlannedCell[];
}

/** Reads and plans what a request names, for the builder it would be built by; undefined without a definition. */
export async function planDefinition(
  request: DoctorRequest,
  builder: BuilderReport | undefined,
  { signal }: Pick<DoctorWorld, 'signal'>,
): Promise<PlannedDefinition | undefined> {
  const { definition } = request;
  if (definition === undefined) return undefined;
  const dockerfiles = await readDockerfiles(definition, signal === undefined ? {} : { signal });
  if (builder?.found !== true) return { definition, dockerfiles, cells: [] };
  const facts = { builder: builder.facts, dockerfiles };
  // A definition that cannot be planned gets its error from the build.
  const plan = await attempt(() =>
    Promise.resolve().then(() => planBuild(definition, facts, { platforms: wantedPlatforms(request) })),
  );
  return { definition, dockerfiles, cells: 'value' in plan ? plan.value.cells : [] };
}

/** What a definition's Dockerfiles need of the builder, base images and registries. */
export async function gatherDefinitionFacts(
  { definition, dockerfiles, cells }: PlannedDefinition,
  { platforms, online = false, builder }: DefinitionQuestion,
  world: Pick<DoctorWorld, 'clients' | 'credentials' | 'signal'>,
): Promise<Pick<DoctorFacts, 'bases' | 'registries' | 'cross'>> {
  const { clients, credentials, signal } = world;
  const facts = builder?.found === true ? builder.facts : undefined;
  const buildPlatform = facts?.nodes[0]?.native;
  const uses = baseUses({ definition, dockerfiles, platforms, otherwise: USUAL_PLATFORMS, buildPlatform });
  const usesEngine = facts?.driver === 'docker';
  const asking: AskBasesOptions = { clients, usesEngine, ...(signal !== undefined && { signal }) };
  const bases = await askBases(uses, asking);
  const registries = await Promise.all(
    registriesOf(definition, bases).map((registry) =>
      askRegistry(registry, { ...asking, credentials, online }),
    ),
  );
  return { bases, registries, cross: crossPlatforms(cells) };
}

export interface DefinitionQuestion extends Pick<DoctorRequest, 'platforms' | 'online'> {
  readonly builder: BuilderReport | undefined;
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
