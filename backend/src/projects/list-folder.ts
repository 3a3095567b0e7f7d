import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { onPath, XbundleError } from '@xbundle/core';
import type { ParsedRequestOf, ResponseOf } from '../contract.ts';

const MAX_ENTRIES = 2_000;

type Entry = ResponseOf<'folder'>['entries'][number];

/** Lists a folder below `root`. Throws POLICY for one outside, once all links are followed, FILE_SYSTEM otherwise. */
export async function listFolder(
  root: string,
  { path, files, hidden }: ParsedRequestOf<'folder'>,
): Promise<ResponseOf<'folder'>> {
  const top = await onPath('opening', root, () => realpath(root));
  const wanted = path === undefined ? top : await onPath('opening', path, () => realpath(path));
  refuseOutside(wanted, top);
  const all = await onPath('reading', wanted, () => readdir(wanted, { withFileTypes: true }));
  const shown = all
    .filter(({ name }) => hidden || !name.startsWith('.'))
    .filter((entry) => entry.isDirectory() || (files && entry.isFile()))
    .sort((a, b) => Number(b.isDirectory()) - Number(a.isDirectory()) || (a.name < b.name ? -1 : 1));
  const entries = await Promise.all(
    shown.slice(0, MAX_ENTRIES).map(async (entry): Promise<Entry> => {
      const own = join(wanted, entry.name);
      const facts = entry.isDirectory() ? {} : await fileFacts(own);
      return { name: entry.name, path: own, kind: entry.isDirectory() ? 'folder' : 'file', ...facts };
    }),
  );
  return {
    path: wanted,
    root: top,
    ...(wanted !== top && { parent: dirname(wanted) }),
    entries,
    cut: shown.length > MAX_ENTRIES,
    writable: await isWritable(wanted),
  };
}

/** Throws POLICY unless `path` is `root` or lies in it. Both without links. */
function refuseOutside(path: string, root: string): void {
  const way = relative(root, path);
  if (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)) return;
  throw new XbundleError(
    'POLICY',
    `opening ${path}: it lies outside ${root}, which "xbundle ui" was started for`,
  );
}

async function fileFacts(path: string): Promise<Pick<Entry, 'size' | 'modified'>> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { size, modified: Math.max(0, Math.round(mtimeMs)) };
  } catch {
    // It was removed in between.
    return {};
  }
}

async function isWritable(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
