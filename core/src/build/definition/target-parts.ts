import { isXbundleError } from '../../errors.ts';
import { definitionInvalid, type Place } from '../../definition/index.ts';
import { parsePlatforms, parseReference, type Platform, type Reference } from '../../model/index.ts';
import { resolve } from 'node:path';
import { parseCsvFields } from '../csv.ts';
import type { BuildCache, BuildPlace, BuildSecret, BuildSsh, NamedContext } from '../target.ts';
import { resolveContext } from './context-path.ts';

/** Where a part of a component is read from. */
export interface PartContext {
  readonly place: Place;
  /** What relative paths start from. */
  readonly directory: string;
}

export function toPlace({ file, line }: Place): BuildPlace {
  return { file, ...(line !== undefined && { line }) };
}

/** Full names, each once. */
export function readTags(tags: readonly string[], { place }: PartContext): readonly Reference[] {
  return tags.map((tag) => {
    const reference = atPlace(place, () => parseReference(tag));
    if (reference.digest !== undefined)
      throw definitionInvalid(place, `the tag ${JSON.stringify(tag)} has a digest, which only the build makes`);
    return reference;
  });
}

/** Undefined for an empty list: the component takes what is asked for. */
export function readTargetPlatforms(
  texts: readonly string[],
  { place }: PartContext,
): readonly Platform[] | undefined {
  const platforms = atPlace(place, () => parsePlatforms(texts));
  return platforms.length === 0 ? undefined : platforms;
}

/** Adds the place to an error about a name or platform. */
function atPlace<T>(place: Place, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!isXbundleError(error)) throw error;
    throw definitionInvalid(place, error.message, error);
  }
}

const TARGET = 'target:';

export function readContexts(
  contexts: Readonly<Record<string, string>>,
  { directory }: PartContext,
): Readonly<Record<string, NamedContext>> {
  const entries = Object.entries(contexts).map(([name, value]): readonly [string, NamedContext] => [
    name,
    value.startsWith(TARGET)
      ? { kind: 'target', target: value.slice(TARGET.length) }
      : { kind: 'value', value: resolveContext(value, directory) },
  ]);
  return Object.fromEntries(entries);
}

/** `id=ID,src=FILE`, `id=ID,env=NAME`, as `--secret` takes it; or the same as an object. */
export function readSecret(
  secret: string | Readonly<Record<string, string>>,
  { place, directory }: PartContext,
): BuildSecret {
  const fields = typeof secret === 'string' ? parseCsvFields(secret) : secret;
  const { id, type, file, env, src, source, target, ...unknown } = fields ?? {};
  const path = file ?? src ?? source;
  const [stranger] = Object.keys(unknown);
  if (id === undefined || id === '' || stranger !== undefined || target !== undefined) {
    throw definitionInvalid(
      place,
      `a secret ${stranger === undefined ? 'without an id' : `with ${stranger}`}: want id, and file or env`,
    );
  }
  if (type === 'env' && env === undefined && path !== undefined) return { id, env: path };
  return { id, ...(path !== undefined && { file: resolve(directory, path) }), ...(env !== undefined && { env }) };
}

/** `default`, or `ID=PATH[,PATH…]`, as `--ssh` takes it; or the same as an object. */
export function readSsh(
  ssh: string | { readonly id?: string | undefined; readonly paths?: readonly string[] | undefined },
  { place, directory }: PartContext,
): BuildSsh {
  const [id = '', list = ''] = typeof ssh === 'string' ? splitOnce(ssh) : [ssh.id ?? 'default'];
  const paths = typeof ssh === 'string' ? list.split(',').filter((path) => path !== '') : (ssh.paths ?? []);
  if (id === '') throw definitionInvalid(place, 'an ssh entry without an id: want default, or ID=PATH');
  const absolute = paths.map((path) => resolve(directory, path));
  const bad = absolute.find((path) => path.includes(','));
  if (bad === undefined) return { id, paths: absolute };
  throw definitionInvalid(place, `the ssh path ${JSON.stringify(bad)} has a comma, which buildx takes for two`);
}

function splitOnce(text: string): readonly [string, string?] {
  const equals = text.indexOf('=');
  return equals === -1 ? [text] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** `type=…,…` or a plain registry reference, as `--cache-from` takes it; or the same as an object. */
export function readCache(
  cache: string | Readonly<Record<string, string>>,
  { place, directory }: PartContext,
): BuildCache {
  const fields = typeof cache === 'string' ? readCacheText(cache) : cache;
  const { type } = fields ?? {};
  if (fields === undefined || type === undefined || type === '') {
    throw definitionInvalid(place, `the cache ${JSON.stringify(cache)}: want type=TYPE,… or an image name`);
  }
  if (type !== 'local') return fields;
  const { src, dest } = fields;
  return {
    ...fields,
    ...(src !== undefined && { src: resolve(directory, src) }),
    ...(dest !== undefined && { dest: resolve(directory, dest) }),
  };
}

function readCacheText(text: string): BuildCache | undefined {
  return text.includes('=') ? parseCsvFields(text) : { type: 'registry', ref: text };
}
