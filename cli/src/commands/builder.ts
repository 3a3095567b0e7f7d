import process from 'node:process';
import {
  appendNodes,
  createBuilder,
  driverOf,
  inspectBuilder,
  listBuilders,
  parseNodes,
  planNewBuilder,
  removeBuilders,
  useBuilder,
  XbundleError,
  type Builder,
  type BuilderRequest,
  type DockerOptions,
  type NodeRequest,
} from '@xbundle/core';
import { dockerEnvironment } from '../docker-environment.ts';
import { terminalColumns, type Io } from '../io.ts';
import { builderDocument, formatBuilder, formatBuilders } from '../output/builders.ts';
import { formatCommandLine } from '../output/command-line.ts';
import { writeJson, writeLines } from '../output/document.ts';
import { printable } from '../output/printable.ts';
import { paintFor } from '../output/style.ts';

export interface BuilderFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly host?: string;
}

export interface InspectBuilderFlags extends BuilderFlags {
  readonly bootstrap?: boolean;
}

export interface NodeFlags extends BuilderFlags {
  readonly node?: readonly string[];
  readonly nodeTls?: readonly string[];
  readonly driver?: string;
  readonly driverOpt?: readonly string[];
  readonly buildkitdConfig?: string;
  /** False with `--no-bootstrap`. */
  readonly bootstrap: boolean;
}

export interface CreateBuilderFlags extends NodeFlags {
  readonly use?: boolean;
  readonly dryRun?: boolean;
}

export interface RemoveBuilderFlags extends BuilderFlags {
  readonly keepState?: boolean;
}

export async function runBuilderLs(flags: BuilderFlags, io: Io): Promise<number> {
  const builders = await listBuilders(dockerOptions(flags, io));
  if (flags.json === true) await writeJson(io, { builders: builders.map(builderDocument) });
  else if (flags.quiet !== true) await writeLines(io, formatBuilders(builders, terminalColumns(io.stdout)));
  return 0;
}

export async function runBuilderInspect(
  name: string | undefined,
  flags: InspectBuilderFlags,
  io: Io,
): Promise<number> {
  const { bootstrap } = flags;
  await show(await inspectBuilder(name, { ...dockerOptions(flags, io), bootstrap }), flags, io);
  return 0;
}

interface BuilderNames {
  readonly name: string;
  /** Of the one node, where no platforms are told apart. */
  readonly endpoint?: string | undefined;
}

export async function runBuilderCreate(
  names: BuilderNames,
  flags: CreateBuilderFlags,
  io: Io,
): Promise<number> {
  const request = { ...toRequest(names, flags), use: flags.use };
  if (flags.dryRun === true) return showPlan(request, flags, io);
  await show(await createBuilder(request, dockerOptions(flags, io)), flags, io);
  return 0;
}

export async function runBuilderAppend(names: BuilderNames, flags: NodeFlags, io: Io): Promise<number> {
  const request = toRequest(names, flags);
  if (request.nodes.length === 0) {
    throw new XbundleError('USAGE', `appending to ${names.name}: which node? Give --node PLATFORM=ENDPOINT`);
  }
  await show(await appendNodes(request, dockerOptions(flags, io)), flags, io);
  return 0;
}

export async function runBuilderUse(name: string, flags: BuilderFlags, io: Io): Promise<number> {
  await useBuilder(name, dockerOptions(flags, io));
  await tell(`builds now go to ${name}`, { current: name }, { flags, io });
  return 0;
}

export async function runBuilderRm(
  names: readonly string[],
  flags: RemoveBuilderFlags,
  io: Io,
): Promise<number> {
  await removeBuilders(names, { ...dockerOptions(flags, io), keepState: flags.keepState });
  await tell(`removed ${names.join(', ')}`, { removed: names }, { flags, io });
  return 0;
}

function dockerOptions({ host }: BuilderFlags, io: Io): DockerOptions {
  return { env: dockerEnvironment(io.env, host), signal: io.signal };
}

function toRequest({ name, endpoint }: BuilderNames, flags: NodeFlags): BuilderRequest {
  const given = parseNodes({
    nodes: flags.node ?? [],
    certificates: flags.nodeTls ?? [],
    directory: process.cwd(),
  });
  if (endpoint !== undefined && given.length > 0) {
    throw new XbundleError('USAGE', `making the builder ${name}: give its endpoint, or --node, not both`);
  }
  const nodes: readonly NodeRequest[] = endpoint === undefined ? given : [{ platforms: [], endpoint }];
  return {
    name,
    nodes,
    driver: flags.driver ?? driverOf(nodes),
    driverOptions: flags.driverOpt,
    buildkitdConfig: flags.buildkitdConfig,
    start: flags.bootstrap,
  };
}

async function showPlan(request: BuilderRequest, flags: BuilderFlags, io: Io): Promise<number> {
  const { create, start, use } = planNewBuilder(request);
  const vectors = [...create, start, use]
    .filter((vector) => vector !== undefined)
    .map((vector) => ['docker', 'buildx', ...vector]);
  if (flags.json === true) await writeJson(io, { name: request.name, commands: vectors });
  else await writeLines(io, vectors.map(formatCommandLine));
  return 0;
}

async function show(builder: Builder, flags: BuilderFlags, io: Io): Promise<void> {
  if (flags.json === true) await writeJson(io, builderDocument(builder));
  else if (flags.quiet !== true) await writeLines(io, formatBuilder(builder, paintFor(io.stdout, io.env)));
}

async function tell(
  line: string,
  document: unknown,
  { flags, io }: { readonly flags: BuilderFlags; readonly io: Io },
): Promise<void> {
  if (flags.json === true) await writeJson(io, document);
  else if (flags.quiet !== true) await writeLines(io, [printable(line)]);
}
