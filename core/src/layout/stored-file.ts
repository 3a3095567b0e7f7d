import { constants, type Stats } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { systemCode, XbundleError } from '../errors.ts';
import { collect, type Bytes, type CallOptions, type ReadOptions } from '../content/index.ts';
import { fileError, onPath, readRange, type FileRange } from '../files/index.ts';

/** What is at a path, itself and not where it leads; undefined when there is nothing. */
export async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (cause) {
    if (isAbsent(cause)) return undefined;
    throw fileError('reading', path, cause);
  }
}

export function isAbsent(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Whether there is a directory. ARCHIVE_INVALID for anything else, a link to a directory included. */
export async function hasDirectory(path: string): Promise<boolean> {
  const stats = await statOf(path);
  if (stats === undefined || stats.isDirectory()) return stats !== undefined;
  throw noSuchKind(path, stats, 'directory');
}

/** The size of a regular file, undefined when there is none. ARCHIVE_INVALID for a link or anything else. */
export async function sizeOfFile(path: string): Promise<number | undefined> {
  const stats = await statOf(path);
  if (stats === undefined || stats.isFile()) return stats?.size;
  throw noSuchKind(path, stats, 'regular file');
}

/**
 * Opens a regular file of a layout for reading, following no link (links in a layout have led readers to files
 * outside it); undefined when there is none. Errors: ARCHIVE_INVALID, FILE_SYSTEM.
 */
export async function openFile(path: string): Promise<FileHandle | undefined> {
  if ((await sizeOfFile(path)) === undefined) return undefined;
  try {
    // Neither flag exists on Windows, where the bitwise or makes 0 of it.
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    if (isAbsent(cause)) return undefined;
    throw fileError('opening', path, cause);
  }
}

/** A whole file of at most `limit` bytes; undefined when there is none. LIMIT_EXCEEDED beyond. */
export async function readWholeFile(
  path: string,
  limit: number,
  options: CallOptions = {},
): Promise<Uint8Array | undefined> {
  const file = await openFile(path);
  if (file === undefined) return undefined;
  try {
    const { size } = await onPath('reading', path, () => file.stat());
    return await collect(readOpenFile(file, { offset: 0, size, path }, options), limit, path);
  } finally {
    await file.close();
  }
}

/** A stretch of an open file, whose path is for messages. SIZE_MISMATCH when the file ends within it. */
export async function* readOpenFile(
  file: FileHandle,
  { path, ...range }: FileRange & { readonly path: string },
  options: ReadOptions = {},
): Bytes {
  try {
    yield* readRange(file, range, options);
  } catch (error) {
    throw fileError('reading', path, error);
  }
}

function noSuchKind(path: string, stats: Stats, wanted: string): XbundleError {
  const got = stats.isSymbolicLink()
    ? 'is a symbolic link, which is not followed. Copy the layout with "cp -rL"'
    : 'is something else';
  return new XbundleError('ARCHIVE_INVALID', `reading ${path}: want a ${wanted}, but it ${got}`);
}
