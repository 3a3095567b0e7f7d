import { dirname, resolve } from 'node:path';
import process from 'node:process';
import type { DockerEnvironment } from '../../buildx/index.ts';
import type { CallOptions } from '../../content/index.ts';
import {
  definitionEnvironment,
  definitionInvalid,
  interpolateComponents,
  printBake,
  readShape,
  xbundleSchema,
  type LocatedValue,
  type Place,
  type XbundleFile,
} from '../../definition/index.ts';
import { XbundleError } from '../../errors.ts';
import { neededTargets } from '../needed-targets.ts';
import type { BuildDefinition, BuildTarget } from '../target.ts';
import { readBakedTargets } from './bake-targets.ts';
import { checkDefinition } from './check-definition.ts';
import { readComponent, readServe } from './component-targets.ts';
import { readComposeServices } from './compose-services.ts';
import { findDefinitionFiles, readDefinitionFile, type DefinitionFile } from './definition-files.ts';
import { readTargetPlatforms } from './target-parts.ts';
import { findTarget } from './target-places.ts';

/** What is to be built, as a person says it. */
export interface BuildRequest {
  /** Bake and compose files, merged in this order, or one xbundle file; none: what the directory has. */
  readonly files?: readonly string[] | undefined;
  /** Components, or targets and groups of bake; none: the group `default`, else all. */
  readonly targets?: readonly string[] | undefined;
  /** `TARGET.KEY=VALUE` for bake and compose files, as `docker buildx bake --set` takes them. */
  readonly set?: readonly string[] | undefined;
}

export interface BuildReadOptions extends CallOptions {
  /** Variables of the files, and what buildx runs with. Default: those of this process. */
  readonly env?: DockerEnvironment | undefined;
  /** Default: the directory of this process. */
  readonly cwd?: string | undefined;
}

/**
 * Reads what is to be built. Bake and compose files are evaluated by `docker buildx bake --print`; of compose files
 * `depends_on` and `x-xbundle` are read besides, which bake leaves out.
 *
 * Relative paths start from the file's directory for xbundle and compose files, and, as bake has it, from `cwd`
 * when a bake file is among them.
 *
 * Throws DEFINITION_INVALID with file and line (a circle of components is named as a chain), USAGE for files that
 * do not go together and components that do not exist, LIMIT_EXCEEDED, FILE_SYSTEM, and what `printBake` throws.
 */
export async function readBuildDefinition(
  request: BuildRequest,
  options: BuildReadOptions = {},
): Promise<BuildDefinition> {
  const cwd = resolve(options.cwd ?? process.cwd());
  const paths = request.files?.length ? request.files : await findDefinitionFiles(cwd, options);
  if (paths.length === 0) {
    throw new XbundleError(
      'USAGE',
      `nothing says what to build: ${cwd} has no xbundle.yaml with components, no bake and no compose file. Name one with -f, or the context of a Dockerfile`,
    );
  }
  const files = await Promise.all(
    paths.map((path) => readDefinitionFile(options.cwd === undefined ? path : resolve(cwd, path), options)),
  );
  const own = files.find((file) => file.kind === 'xbundle');
  if (own === undefined) return checkDefinition(await readBaked(files, request, { ...options, cwd }));
  if (files.length > 1) {
    throw new XbundleError('USAGE', `${own.path} cannot be merged with another definition: name one file`);
  }
  return checkDefinition(await readOwn(own.source, request, options));
}

/** An xbundle file. */
async function readOwn(
  source: LocatedValue,
  request: BuildRequest,
  options: BuildReadOptions,
): Promise<BuildDefinition> {
  const { file, lineOf } = source;
  if (request.set?.length) {
    throw new XbundleError(
      'USAGE',
      `--set is for bake and compose files: ${file} takes variables, as \${NAME}`,
    );
  }
  const { name, version, platforms, components: written } = readShape<XbundleFile>(xbundleSchema, source);
  if (written === undefined) throw definitionInvalid({ file }, 'it has no components, so nothing to build');
  const environment = await definitionEnvironment(file, options);
  const components = interpolateComponents(written, source, environment);
  const directory = resolve(dirname(file));
  const targets = Object.entries(components).map(([key, component]) =>
    readComponent(key, component, { place: { file, line: lineOf(['components', key]) }, directory }),
  );
  const place = { file, line: lineOf(['platforms']) };
  const common = readTargetPlatforms(typeof platforms === 'string' ? [platforms] : (platforms ?? []), {
    place,
    directory,
  });
  return {
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    directory,
    targets,
    selected: selectTargets(targets, request.targets ?? [], file),
    ...(common !== undefined && { platforms: common }),
  };
}

function selectTargets(
  targets: readonly BuildTarget[],
  asked: readonly string[],
  file: string,
): readonly string[] {
  const names = targets.map(({ name }) => name);
  const unknown = asked.find((name) => name !== '*' && !names.includes(name));
  if (unknown !== undefined) {
    throw new XbundleError(
      'USAGE',
      `${file} has no component ${JSON.stringify(unknown)}, only ${names.join(', ')}`,
    );
  }
  if (asked.includes('*')) return names;
  if (asked.length > 0) return names.filter((name) => asked.includes(name));
  const needed = new Set(targets.flatMap(neededTargets));
  return targets.filter(({ name, tags }) => tags.length > 0 || !needed.has(name)).map(({ name }) => name);
}

/** Bake and compose files. */
async function readBaked(
  files: readonly DefinitionFile[],
  request: BuildRequest,
  options: BuildReadOptions & { readonly cwd: string },
): Promise<BuildDefinition> {
  const [first] = files;
  const isCompose = files.every((file) => file.kind === 'compose');
  const directory = isCompose && first !== undefined ? resolve(dirname(first.path)) : options.cwd;
  const { env, signal } = options;
  const printed = await printBake(
    files.map(({ path }) => path),
    {
      env,
      cwd: directory,
      targets: request.targets ?? [],
      set: request.set,
      ...(signal !== undefined && { signal }),
    },
  );
  const placeOf = (name: string): Place => findTarget(name, files) ?? { file: printed.file };
  const baked = readBakedTargets(printed, { directory, placeOf });
  const targets = inFileOrder(withComposeParts(baked.targets, files), baked.selected);
  const selected = new Set(baked.selected);
  return {
    directory,
    targets,
    selected: targets.map(({ name }) => name).filter((name) => selected.has(name)),
  };
}

/** Adds what bake leaves out of compose files, as far as it concerns services that are built. */
function withComposeParts(
  targets: readonly BuildTarget[],
  files: readonly DefinitionFile[],
): readonly BuildTarget[] {
  const services = files.flatMap((file) =>
    file.kind === 'compose' ? [readComposeServices(file.source)] : [],
  );
  const built = new Set(targets.map(({ name }) => name));
  return targets.map((target) => {
    const parts = services.flatMap((each) => each.get(target.name) ?? []);
    const needs = new Set(
      [...target.needs, ...parts.flatMap((part) => part.needs)].filter((name) => built.has(name)),
    );
    const serve = parts.findLast((part) => part.serve !== undefined)?.serve;
    return {
      ...target,
      needs: [...needs],
      ...(serve !== undefined && { serve: readServe(target.name, serve) }),
    };
  });
}

/** bake sorts by name: back to the order of the one file that has them all, else that of the groups. */
function inFileOrder(targets: readonly BuildTarget[], selected: readonly string[]): readonly BuildTarget[] {
  const isOneFile = new Set(targets.map(({ place }) => place.file)).size === 1;
  const hasLines = isOneFile && targets.every(({ place }) => place.line !== undefined);
  const rank = ({ name, place }: BuildTarget): number => {
    if (hasLines) return place.line ?? 0;
    const at = selected.indexOf(name);
    return at === -1 ? selected.length : at;
  };
  return targets.toSorted((a, b) => rank(a) - rank(b));
}
