import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new empty directory. */
export function makeScratch(suite: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `xbundle-${suite}-`));
}

export function removeScratch(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true });
}

/** Every file and directory below, in a stable order. */
export async function everythingIn(directory: string): Promise<readonly string[]> {
  return (await readdir(directory, { recursive: true })).toSorted();
}
