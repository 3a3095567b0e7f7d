import { statfs } from 'node:fs/promises';
import { XbundleError } from '../errors.ts';
import { onPath } from './file-error.ts';

/** Free bytes, for this user, of the file system that holds `directory`. */
export async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await onPath('asking free space of', directory, () => statfs(directory));
  return bavail * bsize;
}

/** Throws DISK_FULL, with both figures, when `needed` bytes will not fit. */
export async function refuseFullDisk(directory: string, needed: number): Promise<void> {
  const free = await freeBytes(directory);
  if (free >= needed) return;
  throw new XbundleError(
    'DISK_FULL',
    `writing to ${directory}: ${needed} bytes are needed and ${free} are free. Free some, or write elsewhere`,
  );
}
