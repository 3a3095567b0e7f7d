import {
  builderFacts,
  buildxVersion,
  dockerVersion,
  listBuilders,
  type BuilderFacts,
} from '../../buildx/index.ts';
import { engineFacts } from '../../engine/index.ts';
import { freeBytes } from '../../files/index.ts';
import { attempt } from './attempt.ts';
import { cellPlatforms } from './cell-platforms.ts';
import { DEFAULT_BINFMT_IMAGE, type DoctorRequest, type DoctorWorld } from '../doctor-request.ts';
import { readEmulators } from './emulators.ts';
import type { BuilderReport, DockerReport, DoctorFacts, EngineReport } from '../facts.ts';
import {
  gatherDefinitionFacts,
  planDefinition,
  wantedPlatforms,
  type PlannedDefinition,
} from './gather-definition.ts';

/**
 * Asks docker, buildx, the engine, the kernel and registries for all that the checks look at. What gives no answer
 * is reported, not thrown; INTERRUPTED is, and so is what `readDockerfiles` throws.
 */
export async function gatherDoctorFacts(request: DoctorRequest, world: DoctorWorld): Promise<DoctorFacts> {
  const [docker, engine] = await Promise.all([askDocker(world), askEngine(world)]);
  const hasBuildx = docker.found && docker.buildx !== undefined;
  const builder = hasBuildx ? await askBuilder(request, world) : undefined;
  const planned = await planDefinition(request, builder, world);
  return gather({ request, docker, engine, builder, planned }, world);
}

/** What a build knows of itself once it is planned. */
export interface PlannedBuild extends PlannedDefinition {
  readonly builder: BuilderFacts;
  /** Where its files are written to. */
  readonly outputDirectory?: string | undefined;
}

/** What `checkBeforeBuild` looks at: the same, but for what a build that is planned has asked already. */
export async function gatherBuildFacts(planned: PlannedBuild, world: DoctorWorld): Promise<DoctorFacts> {
  const { cells, builder: facts, outputDirectory } = planned;
  const [docker, engine] = await Promise.all([askDocker(world), askEngine(world)]);
  const builder: BuilderReport = { found: true, facts, names: await namesBeside(facts, world) };
  const request = { platforms: cellPlatforms(cells), outputDirectory };
  return gather({ request, docker, engine, builder, planned }, world);
}

interface Asked {
  readonly request: DoctorRequest;
  readonly docker: DockerReport;
  readonly engine: EngineReport;
  readonly builder: BuilderReport | undefined;
  readonly planned: PlannedDefinition | undefined;
}

async function gather(
  { request, docker, engine, builder, planned }: Asked,
  world: DoctorWorld,
): Promise<DoctorFacts> {
  const { platforms, online } = request;
  const emulators = await askKernel(request, engine);
  const question = { platforms, online, builder };
  return {
    wanted: wantedPlatforms(request),
    docker,
    engine,
    ...(builder !== undefined && { builder }),
    ...(emulators !== undefined && { emulators }),
    ...(await askSpace(request)),
    ...(planned !== undefined && (await gatherDefinitionFacts(planned, question, world))),
    binfmtImage: request.binfmtImage ?? DEFAULT_BINFMT_IMAGE,
  };
}

async function askDocker(world: DoctorWorld): Promise<DockerReport> {
  const [docker, buildx] = await Promise.all([
    attempt(() => dockerVersion(world)),
    attempt(() => buildxVersion(world)),
  ]);
  if ('failure' in docker) return { found: false, reason: docker.failure.reason };
  if ('failure' in buildx) return { found: false, reason: buildx.failure.reason };
  return { found: true, client: docker.value, ...(buildx.value !== undefined && { buildx: buildx.value }) };
}

async function askEngine({ clients, signal }: DoctorWorld): Promise<EngineReport> {
  const reached = await attempt(() => clients.engine());
  if ('failure' in reached) {
    return { reached: false, label: 'the engine in use', chosenBy: 'settings', failure: reached.failure };
  }
  const client = reached.value;
  const { label, chosenBy } = client.endpoint;
  const facts = await attempt(() => engineFacts(client, { ...(signal !== undefined && { signal }) }));
  if ('failure' in facts) return { reached: false, label, chosenBy, failure: facts.failure };
  const desktop = facts.value.operatingSystem === 'Docker Desktop';
  return { reached: true, label, chosenBy, facts: facts.value, desktop };
}

async function askBuilder({ builder }: DoctorRequest, world: DoctorWorld): Promise<BuilderReport> {
  const asked = await attempt(() => builderFacts({ ...world, name: builder }));
  if ('failure' in asked) return { found: false, failure: asked.failure };
  return { found: true, facts: asked.value, names: await namesBeside(asked.value, world) };
}

/** Names of builders. Only the fix for limits needs to know which are taken, and asking for them asks every node. */
async function namesBeside({ features }: BuilderFacts, world: DoctorWorld): Promise<readonly string[]> {
  if (features.ociExporter) return [];
  const others = await attempt(() => listBuilders(world));
  return 'value' in others ? others.value.map(({ name }) => name) : [];
}

/** A folder that cannot be asked has a better message once something is written there. */
async function askSpace({ outputDirectory }: DoctorRequest): Promise<Pick<DoctorFacts, 'output'>> {
  if (outputDirectory === undefined) return {};
  const free = await attempt(() => freeBytes(outputDirectory));
  return 'value' in free ? { output: { directory: outputDirectory, freeBytes: free.value } } : {};
}

async function askKernel(
  { binfmtDirectory }: DoctorRequest,
  engine: EngineReport,
): Promise<DoctorFacts['emulators']> {
  if (binfmtDirectory !== undefined) return readEmulators(binfmtDirectory);
  return isOnThisLinux(engine) ? readEmulators() : undefined;
}

/** Its disk is seen from here, so its kernel is this one. */
function isOnThisLinux(engine: EngineReport): boolean {
  return process.platform === 'linux' && engine.reached && engine.facts.freeBytes !== undefined;
}
