import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { isXbundleError, messageOf, systemCode, XbundleError } from '../errors.ts';

/**
 * Opens a regular file for reading. A name that stands for a pipe or a device is refused at once instead of
 * waiting for a writer. Errors: FILE_SYSTEM.
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  let handle: FileHandle | undefined;
  try {
    // O_NONBLOCK does not exist on Windows, where the bitwise or makes 0 of it.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
  } catch (cause) {
    await handle?.close();
    throw fileError(`opening ${path}`, cause);
  }
  await handle.close();
  throw new XbundleError('FILE_SYSTEM', `opening ${path}: it is no regular file`);
}

/** A system error with its meaning: DISK_FULL for a full disk or quota, FILE_SYSTEM otherwise. */
export function fileError(doing: string, cause: unknown): XbundleError {
  if (isXbundleError(cause)) return cause;
  const code = systemCode(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new XbundleError('DISK_FULL', `${doing}: the disk or quota is full`, { cause });
  }
  const reason = code === 'ENOENT' ? 'there is no such file or directory' : messageOf(cause);
  return new XbundleError('FILE_SYSTEM', `${doing}: ${reason}`, { cause });
}
