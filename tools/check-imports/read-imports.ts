import { readFile, readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** One import as it is written. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** The file it leads to, as a path from the root; undefined for a package or a module of Node. */
  readonly target: string | undefined;
}

/** Every source file, by its path from the root, and what it imports. */
export type ImportGraph = ReadonlyMap<string, readonly Import[]>;

const WORKSPACES = ['core', 'cli', 'backend', 'ui'];

/** Our own packages by the names under which other workspaces import them. */
const PACKAGES: Readonly<Record<string, string>> = {
  '@xbundle/core': 'core/src/index.ts',
  '@xbundle/core/model': 'core/src/model/index.ts',
  '@xbundle/core/testing': 'core/src/testing/index.ts',
  '@xbundle/backend': 'backend/src/index.ts',
  '@xbundle/backend/contract': 'backend/src/contract.ts',
};

/** Reads the imports of all sources but tests: static, dynamic, type-only and re-exports. */
export async function readImports(root: string): Promise<ImportGraph> {
  const graph = new Map<string, readonly Import[]>();
  for (const workspace of WORKSPACES) {
    for (const file of await sourcesIn(root, `${workspace}/src`)) {
      graph.set(file, importsOf(file, await readFile(join(root, file), 'utf8')));
    }
  }
  return graph;
}

async function sourcesIn(root: string, folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(join(root, folder), { recursive: true });
    const files = entries.map((entry) => `${folder}/${entry.replaceAll('\\', '/')}`);
    return files.filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file)).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function importsOf(file: string, text: string): readonly Import[] {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles.map(({ fileName: specifier, pos }) => ({
    specifier,
    line: text.slice(0, pos).split('\n').length,
    target: targetOf(file, specifier),
  }));
}

function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier);
  return PACKAGES[specifier];
}
