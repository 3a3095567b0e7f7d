import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { type Bytes } from '../content/index.ts';
import { fileError } from '../tar/foreign-file.ts';

export interface DurableWrite {
  /** The final name, in a directory that exists. */
  readonly path: string;
  /** Where the file is written under a private name; on the same file system, made when absent. */
  readonly ingest: string;
}

/**
 * Writes a file so that its final name stands for all of it or for what was there before, also after a power
 * cut: private name, sync, rename, sync of the directory. Fails as `content` does, or with DISK_FULL or
 * FILE_SYSTEM; then nothing of it is left.
 */
export async function writeDurably({ path, ingest }: DurableWrite, content: Bytes): Promise<void> {
  const partial = join(ingest, `${String(process.pid)}-${randomBytes(8).toString('hex')}`);
  const doing = `writing ${path}`;
  try {
    const file = await create(partial).catch(failing(doing));
    try {
      for await (const chunk of content) await writeAll(file, chunk).catch(failing(doing));
      await file.sync().catch(failing(doing));
    } finally {
      await file.close();
    }
    await rename(partial, path).catch(failing(doing));
    await syncDirectory(dirname(path)).catch(failing(doing));
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** For what the file system throws; what `content` throws is not its failure and passes as it is. */
function failing(doing: string): (cause: unknown) => never {
  return (cause) => {
    throw fileError(doing, cause);
  };
}

async function create(partial: string): Promise<FileHandle> {
  await mkdir(dirname(partial), { recursive: true });
  return open(partial, 'wx', 0o644);
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.byteLength; ) {
    at += (await file.write(chunk, at, chunk.byteLength - at)).bytesWritten;
  }
}

/** Makes names in a directory outlive a power cut. Windows can't and needn't. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
