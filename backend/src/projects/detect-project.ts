import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { onPath } from '@xbundle/core';
import type { ProjectDefinition, ResponseOf } from '../contract.ts';

const XBUNDLE = ['xbundle.yaml', 'xbundle.yml', 'xbundle.json'];
const COMPOSE = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const BAKE = ['docker-bake.json', 'docker-bake.hcl', 'docker-bake.override.json', 'docker-bake.override.hcl'];
const DOCKERFILE = /^(?:Dockerfile|Containerfile)(?:\.[A-Za-z0-9._-]+)?$|\.(?:Dockerfile|dockerfile)$/;

/**
 * The definitions that a folder holds, those that are taken when none is named first among equals: `xbundle.yaml`
 * with components, else what bake reads by itself, else a Dockerfile.
 */
export async function detectProject(directory: string): Promise<ResponseOf<'project'>> {
  const path = resolve(directory);
  const entries = await onPath('reading', path, () => readdir(path, { withFileTypes: true }));
  const names = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name);
  const found = [
    ...pick(names, XBUNDLE, 'xbundle'),
    ...pick(names, COMPOSE, 'compose'),
    ...pick(names, BAKE, 'bake'),
    ...names.filter((name) => DOCKERFILE.test(name)).map((name) => ({ kind: 'dockerfile' as const, name })),
  ];
  const defaults = await defaultNames(path, found);
  const definitions = found.map(({ kind, name }) => ({
    kind,
    name,
    path: join(path, name),
    default: defaults.includes(name),
  }));
  return { directory: path, name: basename(path), definitions };
}

type Found = Pick<ProjectDefinition, 'kind' | 'name'>;

function pick(names: readonly string[], known: readonly string[], kind: Found['kind']): readonly Found[] {
  return known.filter((name) => names.includes(name)).map((name) => ({ kind, name }));
}

async function defaultNames(path: string, found: readonly Found[]): Promise<readonly string[]> {
  for (const { kind, name } of found) {
    if (kind === 'xbundle' && (await hasComponents(join(path, name)))) return [name];
  }
  const baked = found.filter(({ kind }) => kind === 'compose' || kind === 'bake');
  if (baked.length > 0) return baked.map(({ name }) => name);
  const plain = found.find(({ kind, name }) => kind === 'dockerfile' && name === 'Dockerfile');
  return plain === undefined ? [] : [plain.name];
}

/** Whether it says how images are built; one that only lists images is for exports. */
async function hasComponents(path: string): Promise<boolean> {
  return /^\s*["']?components["']?\s*:/m.test(await onPath('reading', path, () => readFile(path, 'utf8')));
}
