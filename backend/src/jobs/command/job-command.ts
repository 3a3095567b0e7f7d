import { formatPlatform, parsePlatform, XbundleError } from '@xbundle/core';
import type { JobKind, JobRequest, Source, Target } from '../../contract.ts';
import { nameOf } from './host-paths.ts';
import type { JobSpec } from '../runners/job-runner.ts';
import type { Places } from './places.ts';

/** The program that does a job, and its arguments. */
export type JobCommand = Pick<JobSpec, 'program' | 'args' | 'needsEngine'> & {
  readonly cwd?: string | undefined;
};

type RequestOf<Kind extends JobKind> = Extract<JobRequest, { kind: Kind }>;

/** Pure, apart from what `places` collects. Throws USAGE for requests that no command line can say. */
export function jobCommand(request: JobRequest, places: Places): JobCommand {
  switch (request.kind) {
    case 'build':
      return buildCommand(request, places);
    case 'export':
      return exportCommand(request, places);
    case 'verify':
      return verifyCommand(request, places);
    case 'import':
      return importCommand(request, places);
    case 'builder-create':
      return builderCommand(request);
    case 'binfmt-install':
      return binfmtCommand(request);
    case 'manifest':
      return manifestCommand(request, places);
  }
}

/** For a person, in a list. */
export function jobTitle(request: JobRequest): string {
  switch (request.kind) {
    case 'build':
      return nameOf(request.directory);
    case 'export':
      return nameOf(request.output);
    case 'verify':
    case 'import':
      return nameOf(request.bundle);
    case 'builder-create':
    case 'manifest':
      return request.name;
    case 'binfmt-install':
      return request.image ?? DEFAULT_BINFMT;
  }
}

const DEFAULT_BINFMT = 'tonistiigi/binfmt';
const MACHINE: readonly string[] = ['--json', '--progress=json'];

function option(name: string, value: string | undefined): readonly string[] {
  // One word: a value that starts with a dash is still a value.
  return value === undefined ? [] : [`--${name}=${value}`];
}

function flag(name: string, isSet: boolean): readonly string[] {
  return isSet ? [`--${name}`] : [];
}

function platformList(platforms: readonly string[] | undefined): readonly string[] {
  if (platforms === undefined || platforms.length === 0) return [];
  return option('platform', platforms.map((each) => formatPlatform(parsePlatform(each))).join(','));
}

function sourceText(source: Source, places: Places): string {
  return 'path' in source ? `${source.kind}:${places.input(source.path)}` : source.kind;
}

function targetText(target: Target, places: Places): string {
  switch (target.kind) {
    case 'docker':
      return 'docker';
    case 'registry':
      return `registry:${target.place}`;
    case 'oci':
      return `oci:${places.output(target.path)}`;
  }
}

/** What a build and its plan have in common. */
export type BuildSelection = Pick<
  RequestOf<'build'>,
  'directory' | 'files' | 'components' | 'platforms' | 'tag' | 'builder'
>;

export function buildArgs(request: BuildSelection, places: Places): readonly string[] {
  const { files = [], components = [], tag, builder } = request;
  const directory = places.folder(request.directory);
  return [
    ...files.flatMap((file) => option('file', places.input(file))),
    ...platformList(request.platforms),
    ...option('tag', tag),
    ...option('builder', builder),
    '--',
    ...(tag === undefined ? components : [directory]),
  ];
}

function buildCommand(request: RequestOf<'build'>, places: Places): JobCommand {
  const { load, push } = request;
  if (!load && !push && request.export === undefined)
    throw new XbundleError('USAGE', 'building: say where the images go: load, push or export');
  const args = ['build', ...MACHINE, ...buildWishes(request, places)];
  return { program: 'xbundle', args, cwd: places.folder(request.directory), needsEngine: true };
}

/** All that a build is asked for; those of `buildArgs` come last. */
export function buildWishes(request: Omit<RequestOf<'build'>, 'kind'>, places: Places): readonly string[] {
  const { load, push, overwrite, noCache, pull, provenance, sbom, onlyFailed } = request;
  return [
    ...flag('load', load),
    ...flag('push', push),
    ...(request.export === undefined ? [] : option('export', places.output(request.export))),
    ...flag('overwrite', overwrite),
    ...flag('no-cache', noCache),
    ...flag('pull', pull),
    ...option('provenance', provenance ? 'true' : undefined),
    ...option('sbom', sbom ? 'true' : undefined),
    ...flag('only-failed', onlyFailed),
    ...(request.cells ?? []).flatMap(({ component, platform }) =>
      option('cell', `${component}@${formatPlatform(parsePlatform(platform))}`),
    ),
    ...buildArgs(request, places),
  ];
}

export type ExportSelection = Pick<
  RequestOf<'export'>,
  'images' | 'definition' | 'platforms' | 'from' | 'attestations'
>;

export function exportArgs(request: ExportSelection, places: Places): readonly string[] {
  const { images, definition, from, attestations } = request;
  return [
    ...(definition === undefined ? [] : option('file', places.input(definition))),
    ...platformList(request.platforms),
    ...option('from', sourceText(from, places)),
    ...option('attestations', attestations),
    '--',
    ...images,
  ];
}

function exportCommand(request: RequestOf<'export'>, places: Places): JobCommand {
  const args = [
    'export',
    ...MACHINE,
    ...option('output', places.output(request.output)),
    ...flag('overwrite', request.overwrite),
    ...flag('allow-incomplete', request.allowIncomplete),
    ...exportArgs(request, places),
  ];
  const { kind } = request.from;
  return { program: 'xbundle', args, needsEngine: kind === 'auto' || kind === 'docker' };
}

function verifyCommand(request: RequestOf<'verify'>, places: Places): JobCommand {
  const { bundle, definition, platforms, quick } = request;
  const args = [
    'verify',
    ...MACHINE,
    ...flag('quick', quick),
    ...(definition === undefined ? [] : option('file', places.input(definition))),
    ...platformList(platforms),
    '--',
    places.input(bundle),
  ];
  return { program: 'xbundle', args, needsEngine: false };
}

export function importArgs(request: Omit<RequestOf<'import'>, 'kind'>, places: Places): readonly string[] {
  const { bundle, to, platforms, images = [], onExistingTag, archTags, allowIncomplete } = request;
  return [
    ...option('to', targetText(to, places)),
    ...(typeof platforms === 'string' ? option('platform', platforms) : platformList(platforms)),
    ...images.flatMap((image) => option('image', image)),
    ...option('on-existing-tag', onExistingTag),
    ...option('arch-tags', archTags),
    ...flag('allow-incomplete', allowIncomplete),
    '--',
    places.input(bundle),
  ];
}

function importCommand(request: RequestOf<'import'>, places: Places): JobCommand {
  const args = ['import', ...MACHINE, ...importArgs(request, places)];
  return { program: 'xbundle', args, needsEngine: request.to.kind === 'docker' };
}

function builderCommand(request: RequestOf<'builder-create'>): JobCommand {
  const { name, append, nodes, driver, driverOptions = [], use } = request;
  const alone = nodes.length === 1 && nodes[0]?.platforms.length === 0 ? nodes[0] : undefined;
  const named = alone === undefined ? nodes : [];
  const args = [
    'builder',
    append ? 'append' : 'create',
    '--json',
    ...named.flatMap(({ platforms, endpoint }) => {
      if (platforms.length > 0 && endpoint !== undefined)
        return option('node', `${platforms.join(',')}=${endpoint}`);
      throw new XbundleError(
        'USAGE',
        `making the builder ${name}: each of several nodes needs platforms and an endpoint`,
      );
    }),
    ...option('driver', driver),
    ...driverOptions.flatMap((each) => option('driver-opt', each)),
    ...flag('use', use && !append),
    '--',
    name,
    ...(alone?.endpoint === undefined ? [] : [alone.endpoint]),
  ];
  return { program: 'xbundle', args, needsEngine: true };
}

/** https://github.com/tonistiigi/binfmt: it registers what the kernel keeps until the next boot. */
function binfmtCommand({ image, platforms = [] }: RequestOf<'binfmt-install'>): JobCommand {
  const machines = new Set(platforms.map((platform) => parsePlatform(platform).architecture));
  const which = machines.size === 0 ? 'all' : [...machines].join(',');
  const args = ['run', '--rm', '--privileged', '--', image ?? DEFAULT_BINFMT, '--install', which];
  return { program: 'docker', args, needsEngine: true };
}

function manifestCommand(request: RequestOf<'manifest'>, places: Places): JobCommand {
  const { name, sources, platforms, from, push, into, overwrite } = request;
  const args = [
    'manifest',
    'create',
    ...MACHINE,
    ...platformList(platforms),
    ...option('from', sourceText(from, places)),
    ...flag('push', push),
    ...(into === undefined ? [] : option('into', places.output(into))),
    ...flag('overwrite', overwrite),
    '--',
    name,
    ...sources,
  ];
  return { program: 'xbundle', args, needsEngine: from.kind === 'docker' || from.kind === 'auto' };
}
