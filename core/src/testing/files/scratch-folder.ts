import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for one test file. */
export interface ScratchFolder {
  readonly path: string;
  /** A path in the folder that nothing has yet. */
  fresh(extension?: string): string;
  /** Makes an empty folder in it, so that everything left there can be told. */
  freshFolder(): Promise<string>;
  /** Saves bytes under a fresh path. */
  save(bytes: Uint8Array | string): Promise<string>;
  /** Saves bytes under this name, in a folder of its own. */
  saveAs(name: string, bytes: Uint8Array | string): Promise<string>;
  remove(): Promise<void>;
}

export async function createScratchFolder(): Promise<ScratchFolder> {
  const path = await mkdtemp(join(tmpdir(), 'xbundle-test-'));
  let count = 0;
  const fresh = (extension = ''): string => join(path, `${count++}${extension}`);
  const freshFolder = async (): Promise<string> => {
    const folder = fresh();
    await mkdir(folder);
    return folder;
  };
  return {
    path,
    fresh,
    freshFolder,
    async save(bytes) {
      const file = fresh('.tar');
      await writeFile(file, bytes);
      return file;
    },
    async saveAs(name, bytes) {
      const folder = await freshFolder();
      await writeFile(join(folder, name), bytes);
      return join(folder, name);
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
