import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { Bytes } from '../content/index.ts';
import { onPath } from './file-error.ts';
import { publish } from './publish.ts';
import { writeAt } from './write-at.ts';

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
  const partial = join(ingest, `${process.pid}-${randomBytes(8).toString('hex')}`);
  const file = await onPath('writing', path, () => create(partial));
  try {
    await writeAll(file, path, content);
    await publish(partial, path, true);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** `writeDurably` of a text in UTF-8. */
export function writeTextDurably(place: DurableWrite, text: string): Promise<void> {
  return writeDurably(place, bytesOf(text));
}

async function* bytesOf(text: string): Bytes {
  yield await Promise.resolve(Buffer.from(text));
}

async function create(partial: string): Promise<FileHandle> {
  await mkdir(dirname(partial), { recursive: true });
  return open(partial, 'wx', 0o644);
}

/** What `content` throws is no failure of the file and passes as it is. */
async function writeAll(file: FileHandle, path: string, content: Bytes): Promise<void> {
  let at = 0;
  try {
    for await (const chunk of content) {
      await onPath('writing', path, () => writeAt(file, [chunk], at));
      at += chunk.byteLength;
    }
    await onPath('writing', path, () => file.sync());
  } finally {
    await file.close();
  }
}
