import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LIMITS, XbundleError, fileError, interrupted } from '@xbundle/core';

/** `Dockerfile`, `Dockerfile.dev`, `app.Dockerfile`, `Containerfile`; not `Dockerfile.dockerignore`. */
const DOCKERFILE = /^(docker|container)file(\..+)?$|\.(docker|container)file$/i;
const NOT_ONE = /\.(dockerignore|orig|bak|swp|md|txt|tmpl|tpl|j2|jinja2?|template|in)$/i;

const LEFT_OUT: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/**
 * The Dockerfiles that a path names: the file itself, or all of a folder, in the order of their names. Folders
 * `.git` and `node_modules` are left out, links are not followed. Throws FILE_SYSTEM, LIMIT_EXCEEDED, INTERRUPTED.
 */
export async function findDockerfiles(path: string, signal: AbortSignal): Promise<readonly string[]> {
  if (!(await isFolder(path))) return [path];
  const found: string[] = [];
  const folders: Folder[] = [{ path, depth: 0 }];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    if (signal.aborted) throw interrupted(signal);
    const folder = next;
    const entries = await list(folder.path);
    found.push(...entries.filter(isDockerfile).map(({ name }) => join(folder.path, name)));
    folders.push(...foldersBelow(folder, entries));
    if (found.length > LIMITS.dockerfilesFound) throw tooMany(path);
  }
  return found.toSorted();
}

interface Folder {
  readonly path: string;
  readonly depth: number;
}

function isDockerfile(entry: Entry): boolean {
  return entry.isFile() && DOCKERFILE.test(entry.name) && !NOT_ONE.test(entry.name);
}

function foldersBelow({ path, depth }: Folder, entries: readonly Entry[]): readonly Folder[] {
  if (depth >= LIMITS.dockerfileDepth) return [];
  return entries
    .filter((entry) => entry.isDirectory() && !LEFT_OUT.has(entry.name))
    .map(({ name }) => ({ path: join(path, name), depth: depth + 1 }));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw fileError('reading', path, error);
  }
}

async function list(path: string): ReturnType<typeof listEntries> {
  try {
    return await listEntries(path);
  } catch (error) {
    throw fileError('reading', path, error);
  }
}

function listEntries(path: string): Promise<readonly Entry[]> {
  return readdir(path, { withFileTypes: true });
}

interface Entry {
  readonly name: string;
  isFile(): boolean;
  isDirectory(): boolean;
}

function tooMany(path: string): XbundleError {
  return new XbundleError(
    'LIMIT_EXCEEDED',
    `looking for Dockerfiles in ${path}: there are more than ${LIMITS.dockerfilesFound}. Name a folder below it`,
  );
}
