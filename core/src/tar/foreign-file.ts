import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { XbundleError } from '../errors.ts';
import { onPath } from '../files/index.ts';

/**
 * Opens a regular file for reading. A name that stands for a pipe or a device is refused at once instead of
 * waiting for a writer. Errors: FILE_SYSTEM.
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  return onPath('opening', path, async () => {
    // O_NONBLOCK does not exist on Windows, where the bitwise or makes 0 of it.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if ((await file.stat()).isFile()) return file;
      throw new XbundleError('FILE_SYSTEM', `opening ${path}: it is no regular file`);
    } catch (error) {
      await file.close();
      throw error;
    }
  });
}
