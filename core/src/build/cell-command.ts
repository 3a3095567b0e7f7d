import { XbundleError } from '../errors.ts';
import { formatPlatform, formatReference } from '../model/index.ts';
import { withoutIndexAnnotation } from './annotations.ts';
import type { BuildCell, CellOutput, LinkedContext } from './build-plan.ts';
import { cacheSources, platformCache } from './cache-names.ts';
import { formatCsv, formatCsvFields, typeFirst } from './csv.ts';
import { valueContexts } from './needed-targets.ts';
import type { BuildCache, BuildSecret, BuildSsh, BuildTarget } from './target.ts';

/** Where one command of a run writes; absolute. */
export interface CellPaths {
  /**
   * The directory whose `blobs` all cells of a run share; other cells are read from it. Its path has no colon and
   * no "@": buildx splits `oci-layout://PATH:TAG@DIGEST` there.
   */
  readonly store: string;
  /** The cell's own OCI layout, as `makeCellLayout` makes it: no two builds may write into one. */
  readonly layout: string;
  /** For `--metadata-file`; its directory must exist. */
  readonly metadata: string;
}

/** What a run knows once the cells that a cell needs are done. */
export interface CellInputs {
  /** Root digests of done cells by cell id: every `cell` of `BuildCell.contexts`. */
  readonly digests?: Readonly<Record<string, string>>;
  /** Addresses of running services by their names: every one of `BuildCell.services`. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Instead of the component's own, to reach services. */
  readonly network?: string;
}

/** What a command is made with: real values, or words for what a dry run does not know. */
export interface CommandValues {
  readonly paths: CellPaths;
  readonly digestOf: (linked: LinkedContext) => string;
  readonly addressOf: (service: string) => string;
  readonly network: string | undefined;
}

/**
 * The arguments of `docker` that build a cell, `buildx` being the first. Every value stands in one argument with its
 * option (`--tag=NAME`), so that none can be taken for an option.
 */
export function cellCommand(cell: BuildCell, values: CommandValues): readonly string[] {
  const { target, platform, settings } = cell;
  return [
    'buildx',
    'build',
    `--builder=${settings.builder}`,
    `--platform=${formatPlatform(platform)}`,
    '--progress=rawjson',
    `--metadata-file=${values.paths.metadata}`,
    ...fileOptions(target),
    ...nameOptions(cell),
    ...contentOptions(target),
    ...contextOptions(cell, values),
    ...accessOptions(target),
    ...cacheOptions(cell),
    ...runOptions(cell, values),
    `--provenance=${settings.provenance}`,
    ...(settings.sbom === 'false' ? [] : [`--sbom=${settings.sbom}`]),
    ...settings.outputs.map((output) => outputOption(output, values.paths)),
    '--',
    target.context,
  ];
}

/** Throws INTERNAL, when asked, where a run gives no digest or address that a cell needs. */
export function commandValues(paths: CellPaths | undefined, inputs: CellInputs): CommandValues {
  return paths === undefined ? dryValues(inputs) : runValues(paths, inputs);
}

function dryValues({ hosts = {}, network }: CellInputs): CommandValues {
  return {
    paths: { store: '{store}', layout: '{layout}', metadata: '{metadata}' },
    digestOf: ({ cell }) => `{digest of ${cell}}`,
    addressOf: (service) => hosts[service] ?? `{address of ${service}}`,
    network,
  };
}

function runValues(paths: CellPaths, { digests = {}, hosts = {}, network }: CellInputs): CommandValues {
  return {
    paths,
    digestOf: ({ cell }) => digests[cell] ?? unknown(`the digest of ${cell}`),
    addressOf: (service) => hosts[service] ?? unknown(`the address of ${service}`),
    network,
  };
}

function unknown(what: string): never {
  throw new XbundleError('INTERNAL', `building: ${what} is not known yet`);
}

function fileOptions({ dockerfile, dockerfileInline, stage }: BuildTarget): readonly string[] {
  const file = dockerfileInline === undefined ? dockerfile : '-';
  return [
    ...(file === undefined ? [] : [`--file=${file}`]),
    ...(stage === undefined ? [] : [`--target=${stage}`]),
  ];
}

/** The image's own names, which go into attestations too; in an engine that holds no index, its arch tags. */
function nameOptions({ target, settings }: BuildCell): readonly string[] {
  const inEngine = settings.outputs.find((output) => output.kind === 'engine');
  return (inEngine?.tags ?? target.tags).map((tag) => `--tag=${formatReference(tag)}`);
}

export function contentOptions({ args, labels, annotations }: BuildTarget): readonly string[] {
  return [
    ...pairs('--build-arg', Object.entries(args)),
    ...pairs('--label', Object.entries(labels)),
    ...annotations.flatMap((annotation) => {
      const own = withoutIndexAnnotation(annotation);
      return own === undefined ? [] : [`--annotation=${own}`];
    }),
  ];
}

export function pairs(option: string, values: readonly (readonly [string, string])[]): readonly string[] {
  return values.map(([key, value]) => `${option}=${key}=${value}`);
}

function contextOptions({ target, contexts }: BuildCell, values: CommandValues): readonly string[] {
  const linked = contexts.map((each) => [each.name, linkedSource(each, values)] as const);
  return pairs('--build-context', [...linked, ...Object.entries(valueContexts(target))]);
}

/** What a named context that other cells make is for buildx. */
export function linkedSource(linked: LinkedContext, { paths, digestOf }: CommandValues): string {
  if (linked.tag !== undefined) return `docker-image://${formatReference(linked.tag)}`;
  return `oci-layout://${paths.store}@${digestOf(linked)}`;
}

export function accessOptions({ secrets, ssh }: BuildTarget): readonly string[] {
  return [
    ...secrets.map((secret) => `--secret=${formatSecret(secret)}`),
    ...ssh.map((each) => `--ssh=${formatSsh(each)}`),
  ];
}

export function formatSecret({ id, file, env }: BuildSecret): string {
  return formatCsvFields({ id, src: file, env });
}

export function formatSsh({ id, paths }: BuildSsh): string {
  return paths.length === 0 ? id : `${id}=${paths.join(',')}`;
}

/** Those of a component that its builder can write. */
export function writtenCaches({
  target,
  settings,
}: Pick<BuildCell, 'target' | 'settings'>): readonly BuildCache[] {
  return target.cacheTo.filter(({ type }) => settings.exportsCache || type === 'inline');
}

export function cacheOptions({ target, platform, settings }: BuildCell): readonly string[] {
  const sources = settings.ownCaches ? cacheSources(target.cacheFrom, platform) : target.cacheFrom;
  const written = writtenCaches({ target, settings });
  const targets = settings.ownCaches ? written.map((cache) => platformCache(cache, platform)) : written;
  return [
    ...sources.map((cache) => `--cache-from=${formatCsvFields(typeFirst(cache))}`),
    ...targets.map((cache) => `--cache-to=${formatCsvFields(typeFirst(cache))}`),
    ...(settings.noCache ? ['--no-cache'] : []),
    ...target.noCacheFilter.map((stage) => `--no-cache-filter=${stage}`),
    ...(settings.pull ? ['--pull'] : []),
  ];
}

export function runOptions(
  { target, services }: BuildCell,
  values: Pick<CommandValues, 'addressOf' | 'network'>,
): readonly string[] {
  const network = values.network ?? target.network;
  const served = Object.fromEntries(services.map((name) => [name, values.addressOf(name)]));
  return [
    ...(network === undefined ? [] : [`--network=${network}`]),
    ...pairs('--add-host', Object.entries({ ...target.extraHosts, ...served })),
    ...(target.shmSize === undefined ? [] : [`--shm-size=${target.shmSize}`]),
    ...target.ulimits.map((limit) => `--ulimit=${limit}`),
    ...target.entitlements.map((entitlement) => `--allow=${entitlement}`),
  ];
}

function outputOption(output: CellOutput, { layout }: CellPaths): string {
  switch (output.kind) {
    case 'oci':
      return `--output=${ociOutput(layout)}`;
    case 'engine':
      return '--output=type=docker';
    case 'local':
      return `--output=${formatCsv(['type=local', `dest=${output.directory}`])}`;
  }
}

export function ociOutput(layout: string): string {
  return formatCsv(['type=oci', 'tar=false', `dest=${layout}`]);
}
