import { resolve } from 'node:path';
import { isXbundleError } from '../../errors.ts';
import { definitionInvalid, type Place } from '../../definition/index.ts';
import { parsePlatforms, parseReference, type Platform, type Reference } from '../../model/index.ts';
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
      throw definitionInvalid(
        place,
        `the tag ${JSON.stringify(tag)} has a digest, which only the build makes`,
      );
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

const SECRET_KEYS: ReadonlySet<string> = new Set(['id', 'type', 'file', 'src', 'source', 'env']);

/** `id=ID,src=FILE`, `id=ID,env=NAME`, as `--secret` takes it; or the same as an object. */
export function readSecret(
  secret: string | Readonly<Record<string, string>>,
  { place, directory }: PartContext,
): BuildSecret {
  const fields = (typeof secret === 'string' ? parseCsvFields(secret) : secret) ?? {};
  const stranger = Object.keys(fields).find((key) => !SECRET_KEYS.has(key));
  const { id = '' } = fields;
  if (stranger !== undefined || id === '') {
    const fault = stranger === undefined ? 'without an id' : `with ${JSON.stringify(stranger)}`;
    throw definitionInvalid(place, `a secret ${fault}: want id, and src or env`);
  }
  return { id, ...secretOrigin(fields, directory) };
}

function secretOrigin(
  fields: Readonly<Record<string, string>>,
  directory: string,
): Pick<BuildSecret, 'file' | 'env'> {
  const path = fields['file'] ?? fields['src'] ?? fields['source'];
  const { env } = fields;
  if (env !== undefined) return { env };
  if (path === undefined) return {};
  return fields['type'] === 'env' ? { env: path } : { file: resolve(directory, path) };
}

/** `default`, or `ID=PATH[,PATH…]`, as `--ssh` takes it. */
export function readSsh(ssh: string, { place, directory }: PartContext): BuildSsh {
  const [id = '', list = ''] = splitOnce(ssh);
  if (id === '') throw definitionInvalid(place, 'an ssh entry without an id: want default, or ID=PATH');
  const paths = list.split(',').filter((path) => path !== '');
  return { id, paths: paths.map((path) => resolve(directory, path)) };
}

function splitOnce(text: string): readonly string[] {
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

/** `type=provenance,…` or `type=sbom,…`, as `--attest` takes it; or the same as an object. */
export function readAttest(
  attest: string | Readonly<Record<string, string>>,
  { place }: PartContext,
): Readonly<Record<string, string>> {
  const fields = typeof attest === 'string' ? parseCsvFields(attest) : attest;
  if (fields?.['type'] !== undefined) return fields;
  throw definitionInvalid(
    place,
    `the attestation ${JSON.stringify(attest)}: want type=provenance or type=sbom`,
  );
}
