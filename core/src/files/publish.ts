import { link, lstat, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { XbundleError, systemCode } from '../errors.ts';
import { fileError } from './file-error.ts';

/**
 * Gives a finished, synced file its final name and syncs the directory, so that the name survives a power cut
 * with the content (law 3). Without `overwrite` an existing file is never replaced: EXISTS.
 */
export async function publish(from: string, to: string, overwrite: boolean): Promise<void> {
  try {
    if (overwrite) await rename(from, to);
    else await publishNew(from, to);
    await syncDirectory(dirname(to));
  } catch (error) {
    throw fileError('publishing', to, error);
  }
}

async function publishNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw exists(to);
    await refuseExisting(to);
    await rename(from, to);
    return;
  }
  await unlink(from);
}

/** Throws EXISTS when there is anything at `path`, a dangling link included. */
export async function refuseExisting(path: string): Promise<void> {
  try {
    await lstat(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw fileError('looking at', path, error);
  }
  throw exists(path);
}

/**
 * Throws FILE_SYSTEM when `path` is something that a rename must not replace: a directory, a pipe, a device, or
 * a link to one.
 */
export async function refuseIrregular(path: string): Promise<void> {
  try {
    if ((await stat(path)).isFile()) return;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw fileError('looking at', path, error);
  }
  throw new XbundleError('FILE_SYSTEM', `writing ${path}: it is no regular file. Choose another name`);
}

function exists(path: string): XbundleError {
  return new XbundleError(
    'EXISTS',
    `writing ${path}: it exists already. Choose another name, or pass --overwrite`,
  );
}

/** Syncs a directory's entries. Systems that cannot open a directory (Windows) have nothing to sync here. */
export async function syncDirectory(path: string): Promise<void> {
  let directory;
  try {
    directory = await open(path, 'r');
  } catch (error) {
    if (['EISDIR', 'EPERM', 'EACCES'].includes(systemCode(error) ?? '')) return;
    throw error;
  }
  try {
    await directory.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
  } finally {
    await directory.close();
  }
}
