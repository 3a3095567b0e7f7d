import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isXbundleError, systemCode } from '../../../errors.ts';
import { childrenOf, walkManifests, type BlobSource } from '../../../content/index.ts';
import { onPath } from '../../../files/index.ts';
import { isDigest, type Descriptor, type Digest } from '../../../model/index.ts';

export interface PrunedStore {
  readonly path: string;
  /** Those of `storeBlobs`. */
  readonly blobs: BlobSource;
}

/**
 * Removes from a store what none of `roots` needs, and the layouts of the cells, which may name it. To be called
 * while nothing is built. Without this, each build of a component would leave its earlier layers there.
 */
export async function pruneStore({ path, blobs }: PrunedStore, roots: readonly Descriptor[]): Promise<void> {
  const kept = await reachable(roots, blobs);
  for (const algorithm of await entries(join(path, 'blobs'))) {
    const folder = join(path, 'blobs', algorithm);
    for (const name of await entries(folder)) {
      const digest = `${algorithm}:${name}`;
      if (isDigest(digest) && !kept.has(digest)) await remove(join(folder, name));
    }
  }
  await remove(join(path, 'cells'));
}

/** Reads all blobs of `roots`, so that damaged ones are found, and removed by the store. */
export async function removeDamaged({ blobs }: PrunedStore, roots: readonly Descriptor[]): Promise<void> {
  for (const blob of (await reachable(roots, blobs)).values()) await unlessBroken(() => readAll(blob, blobs));
}

async function readAll(blob: Descriptor, blobs: BlobSource): Promise<void> {
  const content = blobs.read(blob)[Symbol.asyncIterator]();
  while ((await content.next()).done !== true);
}

async function reachable(
  roots: readonly Descriptor[],
  blobs: BlobSource,
): Promise<ReadonlyMap<Digest, Descriptor>> {
  const kept = new Map(roots.map((root) => [root.digest, root]));
  for (const root of roots) {
    // A damaged root was a failed cell already, or is found to be one by the next build.
    await unlessBroken(async () => {
      for await (const { descriptor, document } of walkManifests(root, blobs)) {
        for (const blob of [descriptor, ...childrenOf(document)]) kept.set(blob.digest, blob);
      }
    });
  }
  return kept;
}

async function unlessBroken(read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!isXbundleError(error)) throw error;
  }
}

async function entries(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function remove(path: string): Promise<void> {
  await onPath('removing', path, () => rm(path, { recursive: true, force: true }));
}
