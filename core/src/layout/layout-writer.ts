import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, XbundleError } from '../errors.ts';
import { stringifyJson, type Descriptor, type Reference } from '../model/index.ts';
import type { CallOptions } from '../content/index.ts';
import { acquireLock, fileError, onPath, writeTextDurably, type FileLock } from '../files/index.ts';
import { INGEST } from './blob-directory.ts';
import { CONTAINERD_NAME, nameKey, nameOfRoot, REF_NAME } from './image-name.ts';
import { INDEX_JSON, LAYOUT_MARKER, OCI_LAYOUT } from './layout-documents.ts';
import { readLayoutIndex, readMarker } from './oci-layout-source.ts';

const LOCK = '.xbundle.lock';

/** What a run that was killed before it wrote `oci-layout` may have left; all else is somebody's. */
const OWN: ReadonlySet<string> = new Set([INGEST, 'blobs']);

/** The right to write into a layout directory. */
export interface LayoutWriter {
  /** Replaces `index.json` by one that also has these names, and no other image under them. */
  setNames(images: readonly NamedImage[], options?: CallOptions): Promise<void>;
  /** Lets others write; cleans up what was not finished. */
  release(): Promise<void>;
}

export interface NamedImage {
  readonly name: Reference;
  readonly root: Descriptor;
}

/**
 * Makes the directory a layout that this process alone writes. It is created when absent; one that holds
 * something else is EXISTS. LOCKED while another process writes there. Left alone, it is a layout only once
 * `setNames` has been called.
 */
export async function openLayoutWriter(directory: string): Promise<LayoutWriter> {
  await refuseForeign(directory);
  await onPath('making', directory, () => mkdir(directory, { recursive: true }));
  const lock = await acquireLock(join(directory, LOCK));
  try {
    // Under the lock nobody else has unfinished blobs here: these were left by a process that was killed.
    await clearIngest(directory);
  } catch (error) {
    await lock.release();
    throw error;
  }
  return {
    setNames: (images, options) => setNames(directory, images, options),
    release: () => release(directory, lock),
  };
}

/** Throws FILE_SYSTEM for what is no directory, EXISTS for a directory that holds something else than a layout. */
export async function refuseForeign(directory: string): Promise<void> {
  if (!(await isThere(directory))) return;
  if (await readMarker(directory)) return;
  const names = await onPath('reading', directory, () => readdir(directory));
  const other = names.find((name) => !OWN.has(name) && !name.startsWith(LOCK));
  if (other === undefined) return;
  throw new XbundleError(
    'EXISTS',
    `writing to ${directory}: it is no OCI image layout, but has ${JSON.stringify(other)} in it. Choose an empty directory`,
  );
}

/** Throws FILE_SYSTEM for what is no directory. */
async function isThere(directory: string): Promise<boolean> {
  try {
    if ((await stat(directory)).isDirectory()) return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw fileError('writing to', directory, error);
  }
  throw new XbundleError(
    'FILE_SYSTEM',
    `writing to ${directory}: it is no directory. Name one that is empty, a layout, or not there yet`,
  );
}

async function setNames(
  directory: string,
  images: readonly NamedImage[],
  options: CallOptions = {},
): Promise<void> {
  const before = await readLayoutIndex(directory, options);
  const added = new Map(images.map((image) => [nameKey(image.name), entryOf(image)]));
  const kept = (before?.manifests ?? []).filter((entry) => !added.has(nameOfRoot(entry).name ?? ''));
  const manifests = [...kept, ...added.values()]
    .map((entry) => ({ entry, key: nameOfRoot(entry).name ?? '' }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ entry }) => entry);
  const index = { schemaVersion: 2, ...before?.rest, manifests };
  if (!(await readMarker(directory, options))) await writeFile(directory, OCI_LAYOUT, LAYOUT_MARKER);
  await writeFile(directory, INDEX_JSON, stringifyJson(index));
}

/** Both annotations have the full name: containerd reads the first, skopeo finds an image by all of the second. */
function entryOf({ name, root }: NamedImage): Descriptor {
  const text = nameKey(name);
  const { mediaType, digest, size, artifactType } = root;
  return {
    mediaType,
    digest,
    size,
    annotations: { [CONTAINERD_NAME]: text, [REF_NAME]: text },
    ...(artifactType !== undefined && { artifactType }),
  };
}

async function writeFile(directory: string, name: string, text: string): Promise<void> {
  await writeTextDurably({ path: join(directory, name), ingest: join(directory, INGEST) }, text);
}

async function release(directory: string, lock: FileLock): Promise<void> {
  try {
    await clearIngest(directory);
  } finally {
    await lock.release();
    await removeIfEmpty(directory);
  }
}

async function clearIngest(directory: string): Promise<void> {
  const ingest = join(directory, INGEST);
  await onPath('clearing', ingest, () => rm(ingest, { recursive: true, force: true }));
}

/** A run that failed before it stored anything leaves nothing behind. */
async function removeIfEmpty(directory: string): Promise<void> {
  try {
    await rmdir(directory);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
  }
}
