import { LIMITS } from '../../limits.ts';
import { definitionInvalid, readShape, type LocatedValue } from '../../definition/index.ts';
import { parseCsvFields } from '../csv.ts';
import type { BuildServe, BuildTarget } from '../target.ts';
import { printedBakeSchema, type PrintedBake, type PrintedGroup, type PrintedTarget } from './bake-schema.ts';
import { resolveContext, resolveDockerfile } from './context-path.ts';
import { serveFromLabels, withoutServeLabels } from './serve-labels.ts';
import {
  readCache,
  readContexts,
  readSecret,
  readSsh,
  readTags,
  readTargetPlatforms,
  toPlace,
  type PartContext,
} from './target-parts.ts';

export interface BakedTargets {
  readonly targets: readonly BuildTarget[];
  /** Names of what was asked for, groups put out into their targets. */
  readonly selected: readonly string[];
}

export interface BakedOptions {
  /** What relative paths start from. */
  readonly directory: string;
  /** Where a target stands, as far as it is known. */
  readonly lineOf: (target: string) => number | undefined;
}

/** Reads what `docker buildx bake --print` says. Throws DEFINITION_INVALID. */
export function readBakedTargets(source: LocatedValue, options: BakedOptions): BakedTargets {
  const bake = readShape<PrintedBake>(printedBakeSchema, source);
  const targets = Object.entries(bake.target).map(([name, target]) => {
    const place = { file: source.file, line: options.lineOf(name) };
    return readBakedTarget(name, target, { place, directory: options.directory });
  });
  return { targets, selected: selectedTargets(bake, source) };
}

/** bake puts what was asked for into the group `default`. */
function selectedTargets({ group = {}, target }: PrintedBake, source: LocatedValue): readonly string[] {
  const asked = group['default'];
  if (asked === undefined) return Object.keys(target);
  const found = new Set<string>();
  const pending: { readonly names: PrintedGroup['targets']; readonly depth: number }[] = [
    { names: asked.targets, depth: 0 },
  ];
  for (const { names, depth } of pending) {
    if (depth > LIMITS.jsonDepth) throw definitionInvalid({ file: source.file }, 'groups contain each other');
    for (const name of names) {
      const inner = Object.hasOwn(group, name) && name !== 'default' ? group[name] : undefined;
      if (Object.hasOwn(target, name)) found.add(name);
      else if (inner !== undefined) pending.push({ names: inner.targets, depth: depth + 1 });
    }
  }
  return Object.keys(target).filter((name) => found.has(name));
}

function readBakedTarget(name: string, baked: PrintedTarget, part: PartContext): BuildTarget {
  const { place, directory } = part;
  if (baked.call !== undefined && baked.call !== 'build')
    throw definitionInvalid(place, `the target ${name} has call = ${JSON.stringify(baked.call)}, which builds nothing`);
  const context = resolveContext(baked.context ?? '.', directory);
  const labels = withoutNulls(baked.labels);
  const serve: BuildServe | undefined = serveFromLabels(name, labels, part);
  const platforms = readTargetPlatforms(baked.platforms ?? [], part);
  const inline = baked['dockerfile-inline'];
  return {
    name,
    tags: readTags(baked.tags ?? [], part),
    ...(platforms !== undefined && { platforms }),
    context,
    dockerfile: dockerfileOf(baked.dockerfile ?? 'Dockerfile', context, directory),
    ...(inline !== undefined && { dockerfileInline: inline }),
    ...(baked.target !== undefined && { stage: baked.target }),
    args: withoutNulls(baked.args),
    labels: withoutServeLabels(labels),
    annotations: baked.annotations ?? [],
    contexts: readContexts(baked.contexts ?? {}, part),
    ...readAccess(baked, part),
    ...readRunOptions(baked),
    attest: (baked.attest ?? []).map((attest) => readAttest(attest, part)),
    needs: [],
    ...(serve !== undefined && { serve }),
    place: toPlace(place),
  };
}

const FROM_CWD = 'cwd://';

function dockerfileOf(dockerfile: string, context: string, directory: string): string {
  if (!dockerfile.startsWith(FROM_CWD)) return resolveDockerfile(dockerfile, context);
  return resolveDockerfile(dockerfile.slice(FROM_CWD.length), directory);
}

function readAccess(
  baked: PrintedTarget,
  part: PartContext,
): Pick<BuildTarget, 'secrets' | 'ssh' | 'cacheFrom' | 'cacheTo'> {
  return {
    secrets: (baked.secret ?? []).map((secret) => readSecret(secret, part)),
    ssh: (baked.ssh ?? []).map((ssh) => readSsh(ssh, part)),
    cacheFrom: (baked['cache-from'] ?? []).map((cache) => readCache(cache, part)),
    cacheTo: (baked['cache-to'] ?? []).map((cache) => readCache(cache, part)),
  };
}

function readRunOptions(
  baked: PrintedTarget,
): Pick<
  BuildTarget,
  | 'network'
  | 'extraHosts'
  | 'shmSize'
  | 'ulimits'
  | 'entitlements'
  | 'noCache'
  | 'noCacheFilter'
  | 'pull'
> {
  const { network, 'shm-size': shmSize } = baked;
  return {
    ...(network !== undefined && { network }),
    extraHosts: baked['extra-hosts'] ?? {},
    ...(shmSize !== undefined && { shmSize }),
    ulimits: baked.ulimits ?? [],
    entitlements: baked.entitlements ?? [],
    noCache: baked['no-cache'] ?? false,
    noCacheFilter: baked['no-cache-filter'] ?? [],
    pull: baked.pull ?? false,
  };
}

function readAttest(
  attest: string | Readonly<Record<string, string>>,
  { place }: PartContext,
): Readonly<Record<string, string>> {
  const fields = typeof attest === 'string' ? parseCsvFields(attest) : attest;
  if (fields?.['type'] !== undefined) return fields;
  throw definitionInvalid(place, `the attestation ${JSON.stringify(attest)}: want type=provenance or type=sbom`);
}

/** bake writes null for what stays unset. */
function withoutNulls(
  values: Readonly<Record<string, string | null>> | undefined,
): Readonly<Record<string, string>> {
  const set = Object.entries(values ?? {}).filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries(set);
}
