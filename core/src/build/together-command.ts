import { XbundleError } from '../errors.ts';
import { formatPlatform, formatReference } from '../model/index.ts';
import type { BuildCell, CellOutput, LinkedContext } from './build-plan.ts';
import { commandValues, type CellInputs, type CellPaths, type CommandValues } from './cell-command.ts';
import { formatCsv, formatCsvFields, typeFirst } from './csv.ts';
import type { BuildTarget } from './target.ts';

/** A command that reads its definition on standard input. */
export interface TogetherCommand {
  readonly args: readonly string[];
  readonly input: string;
}

/** bake's names of targets have no dots, so it gets one of its own; its metadata file has this key. */
export const TOGETHER_TARGET = 'component';

/**
 * The command that builds all platforms of one component as one bake, with the definition it reads: JSON in which
 * nothing is a template. Its result is one index, whose digest `metadata.component["containerimage.digest"]` is;
 * `inputs.digests` gives such an index for every component (by its name) that this one is made of.
 *
 * Throws UNSUPPORTED for cells of different nodes: buildx writes no OCI layout for several of them.
 */
export function togetherCommand(
  cells: readonly BuildCell[],
  paths?: CellPaths,
  inputs: CellInputs = {},
): TogetherCommand {
  const [first] = cells;
  if (first === undefined) throw new XbundleError('INTERNAL', 'building together: no cell');
  const nodes = new Set(cells.map(({ node }) => node));
  if (nodes.size > 1) {
    throw new XbundleError(
      'UNSUPPORTED',
      `building ${first.target.name} together: its platforms are built on ${[...nodes].join(' and ')}, and buildx writes no OCI layout for several nodes. Build them each on its own`,
    );
  }
  const values = commandValues(paths, inputs);
  return {
    args: [
      'buildx',
      'bake',
      `--builder=${first.settings.builder}`,
      '--progress=rawjson',
      `--metadata-file=${values.paths.metadata}`,
      // What the definition names is what the user named: buildx would ask whether it may.
      '--allow=fs=*',
      ...first.target.entitlements.map((entitlement) => `--allow=${entitlement}`),
      '--file=-',
      TOGETHER_TARGET,
    ],
    input: JSON.stringify({ target: { [TOGETHER_TARGET]: escapeTemplates(bakeTarget(cells, values)) } }),
  };
}

function bakeTarget(cells: readonly BuildCell[], values: CommandValues): unknown {
  const [first] = cells;
  if (first === undefined) return {};
  const { target, settings, services } = first;
  const served = services.map((name) => [name, values.addressOf(name)]);
  return {
    context: target.context,
    ...(target.dockerfileInline === undefined && { dockerfile: target.dockerfile }),
    'dockerfile-inline': target.dockerfileInline,
    target: target.stage,
    args: target.args,
    labels: target.labels,
    annotations: target.annotations,
    tags: target.tags.map(formatReference),
    platforms: cells.map(({ platform }) => formatPlatform(platform)),
    contexts: namedContexts(first, values),
    secret: target.secrets.map(({ id, file, env }) => formatCsvFields({ id, src: file, env })),
    ssh: target.ssh.map(({ id, paths }) => (paths.length === 0 ? id : `${id}=${paths.join(',')}`)),
    'cache-from': target.cacheFrom.map(typeFirst),
    'cache-to': target.cacheTo
      .filter(({ type }) => settings.exportsCache || type === 'inline')
      .map(typeFirst),
    ...runAttributes(target, values),
    'extra-hosts': {
      ...target.extraHosts,
      ...(Object.fromEntries(served) as Readonly<Record<string, string>>),
    },
    'no-cache': settings.noCache,
    'no-cache-filter': target.noCacheFilter,
    pull: settings.pull,
    attest: [
      `type=provenance,${attestValue(settings.provenance)}`,
      `type=sbom,${attestValue(settings.sbom)}`,
    ],
    output: settings.outputs.map((output) => outputText(output, values.paths.layout)),
  };
}

function runAttributes(target: BuildTarget, values: CommandValues): Readonly<Record<string, unknown>> {
  return {
    network: values.network ?? target.network,
    'shm-size': target.shmSize,
    ulimits: target.ulimits,
    entitlements: target.entitlements,
  };
}

function namedContexts(
  { target, contexts }: BuildCell,
  values: CommandValues,
): Readonly<Record<string, string>> {
  const linked = contexts.map((each): readonly [string, string] => [
    each.name,
    linkedIndex(each, target, values),
  ]);
  const others = Object.entries(target.contexts).flatMap(([name, context]) =>
    context.kind === 'value' ? [[name, context.value] as const] : [],
  );
  return Object.fromEntries([...linked, ...others]);
}

/** The whole component's index, not the one cell that the link names. */
function linkedIndex(linked: LinkedContext, target: BuildTarget, values: CommandValues): string {
  const context = target.contexts[linked.name];
  const component = context?.kind === 'target' ? context.target : linked.cell;
  return `oci-layout://${values.paths.store}@${values.digestOf({ ...linked, cell: component })}`;
}

/** `--provenance=VALUE` in the words of `attest`. */
function attestValue(value: string): string {
  return value === 'true' || value === 'false' ? `disabled=${value === 'false'}` : value;
}

function outputText(output: CellOutput, layout: string): string {
  if (output.kind === 'engine') return 'type=docker';
  // Of several platforms BuildKit makes the folders itself.
  if (output.kind === 'local')
    return formatCsv(['type=local', `dest=${output.directory.replace(/[/\\][^/\\]*$/, '')}`]);
  return formatCsv(['type=oci', 'tar=false', `dest=${layout}`]);
}

/** bake reads every text of its JSON as a template. */
function escapeTemplates(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/[$%](?=\{)/g, '$&$&');
  if (Array.isArray(value)) return value.map(escapeTemplates);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]) => [
    escapeTemplates(key),
    escapeTemplates(inner),
  ]);
  return Object.fromEntries(entries) as unknown;
}
