import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallOptions } from '../../content/index.ts';
import {
  documentFormat,
  parseYamlDocument,
  readDefinitionText,
  textFormat,
  type LocatedValue,
} from '../../definition/index.ts';
import { XbundleError, systemCode } from '../../errors.ts';
import { fileError } from '../../files/index.ts';

interface DocumentFile<Kind extends string> {
  readonly kind: Kind;
  readonly path: string;
  readonly source: LocatedValue;
}

/** A file that says what is built, as far as it can be read without buildx. */
export type DefinitionFile =
  | DocumentFile<'xbundle'>
  | DocumentFile<'compose'>
  | DocumentFile<'bake'>
  | { readonly kind: 'hcl'; readonly path: string; readonly text: string };

/** Reads a file and finds out what it is. Throws DEFINITION_INVALID, FILE_SYSTEM and LIMIT_EXCEEDED. */
export async function readDefinitionFile(path: string, options: CallOptions): Promise<DefinitionFile> {
  const text = await readDefinitionText(path, options);
  switch (textFormat(path, text)) {
    case 'hcl':
      return { kind: 'hcl', path, text };
    case 'document': {
      const source = parseYamlDocument(text, path, { mergeKeys: true });
      return { kind: documentFormat(path, source.value), path, source };
    }
    case 'list':
      throw new XbundleError(
        'DEFINITION_INVALID',
        `reading ${path}: a list of images says nothing of how they are built. Name a bake file, a compose file or xbundle.yaml; for a Dockerfile name its context: xbundle build CONTEXT -f ${path} -t NAME`,
      );
  }
}

const XBUNDLE = ['xbundle.yaml', 'xbundle.yml', 'xbundle.json'];
/** Those of bake itself, in its order; it merges all that are there. */
const BAKE = [
  'compose.yaml',
  'compose.yml',
  'docker-compose.yml',
  'docker-compose.yaml',
  'docker-bake.json',
  'docker-bake.hcl',
  'docker-bake.override.json',
  'docker-bake.override.hcl',
];

/**
 * The definition of a directory when none is named: `xbundle.yaml` where it has components, else the files that
 * bake reads by itself. Empty when there is none.
 */
export async function findDefinitionFiles(
  directory: string,
  options: CallOptions,
): Promise<readonly string[]> {
  for (const path of await existing(directory, XBUNDLE)) {
    const file = await readDefinitionFile(path, options);
    if (file.kind === 'xbundle' && hasComponents(file.source.value)) return [path];
  }
  return existing(directory, BAKE);
}

function hasComponents(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'components' in value;
}

async function existing(directory: string, names: readonly string[]): Promise<readonly string[]> {
  const paths = names.map((name) => join(directory, name));
  const there = await Promise.all(paths.map(isThere));
  return paths.filter((_, at) => there[at] === true);
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw fileError('looking for', path, error);
  }
}
