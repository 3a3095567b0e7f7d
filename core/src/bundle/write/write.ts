import { Buffer } from 'node:buffer';
import { XbundleError, isXbundleError } from '../../errors.ts';
import { digestOf, mapConcurrent, type TransferOptions } from '../../content/index.ts';
import { acquireLock, type FileLock } from '../../files/index.ts';
import type { Digest, ProgressEvent } from '../../model/index.ts';
import { TRAILER_BYTES, fileHeader, paddingFor } from '../../tar/index.ts';
import { fetchBlob } from './fetch-blob.ts';
import { blobEntryName, serializeBundleIndex, type BundleIndex } from '../format/format.ts';
import { finishPublish, refuseNoFolder, refuseOutput } from './finish-publish.ts';
import { composeFrontMatter, mapBundle, type BundleMap, type FrontFile } from '../format/front-matter.ts';
import { lostBlob } from './lost-blob.ts';
import { PartialBundle, removePartial } from './partial-bundle.ts';
import type { BundlePlan } from '../plan/plan.ts';
import { gapsOf } from '../format/skeleton.ts';

export interface WriteOptions extends TransferOptions {
  /** The lock of `output`, when the caller holds it already; it stays held. */
  readonly lock?: FileLock | undefined;
  /** Replace an existing file once the new one is whole; default: EXISTS. */
  readonly overwrite?: boolean | undefined;
  /** Write a bundle that lacks cells, and says so inside; default: INCOMPLETE. */
  readonly allowIncomplete?: boolean | undefined;
}

export interface BundleSummary {
  readonly index: BundleIndex;
  /** The digest of `xbundle.json`, which covers every other byte: the identity of the bundle. */
  readonly id: Digest;
  /** The whole file, in bytes. */
  readonly size: number;
}

/** Headers and documents written at once: at most this many pieces. */
const KNOWN_RUN_PIECES = 256;

/** Blobs fetched at once: enough to keep a link busy, few enough for a registry to allow. */
const DEFAULT_JOBS = 8;

/**
 * Writes the bundle to `output`. It appears there only whole, verified and synced; until then it grows in
 * `output.partial`, from which the same call goes on after an interruption or a kill. Equal plans give equal
 * bytes at any `jobs`. Throws INCOMPLETE, EXISTS, LOCKED (another writer), DISK_FULL before anything is
 * fetched; integrity errors after one more try; INTERRUPTED on abort, keeping what is in place.
 */
export async function writeBundle(
  plan: BundlePlan,
  output: string,
  options: WriteOptions = {},
): Promise<BundleSummary> {
  refuseIncomplete(plan.index, options);
  const layout = layOut(plan);
  await refuseNoFolder(output);
  const lock = options.lock ?? (await acquireLock(`${output}.lock`));
  try {
    await refuseOutput(output, options.overwrite === true);
    const done = await finishPublish({ output, map: layout.map, id: layout.id });
    if (!done) await fillAndPublish({ plan, layout, output }, options);
  } finally {
    if (options.lock === undefined) await lock.release();
  }
  return { index: plan.index, id: layout.id, size: layout.map.size };
}

/** The same bytes as a stream, blobs in order, for a pipe; nothing can be resumed. Errors: those of `writeBundle`. */
export async function* streamBundle(
  plan: BundlePlan,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  refuseIncomplete(plan.index, options);
  for (const { name, content } of layOut(plan).front) yield memoryEntry(name, content);
  const fetches = new Map(plan.fetches.map((fetch) => [fetch.blob.digest, fetch]));
  options.onProgress?.(fetchPhase(plan));
  for (const { digest, size } of plan.index.blobs) {
    const bytes = plan.documents.get(digest);
    const fetch = fetches.get(digest);
    if (bytes !== undefined) yield memoryEntry(blobEntryName(digest), bytes);
    if (fetch === undefined) continue;
    yield fileHeader(blobEntryName(digest), size);
    yield* fetch.content.read(fetch.blob, options);
    yield new Uint8Array(paddingFor(size));
    options.onProgress?.({ type: 'blob-done', digest, size, how: 'moved' });
  }
  yield new Uint8Array(TRAILER_BYTES);
}

interface BundleLayout {
  readonly front: readonly FrontFile[];
  readonly map: BundleMap;
  readonly id: Digest;
}

function layOut({ index, foreign }: BundlePlan): BundleLayout {
  const bytes = serializeBundleIndex(index);
  return {
    front: composeFrontMatter(index, foreign),
    map: mapBundle(index, bytes.byteLength),
    id: digestOf(bytes),
  };
}

/** Whether a bundle of these cells may be written: all are there, or what is there is allowed to be all. */
export function isWritable({ cells, complete }: BundleIndex, { allowIncomplete }: WriteOptions): boolean {
  return complete || (allowIncomplete === true && cells.some((cell) => cell.state === 'present'));
}

function refuseIncomplete(index: BundleIndex, options: WriteOptions): void {
  if (isWritable(index, options)) return;
  const absent = index.cells.filter((cell) => cell.state !== 'present');
  const list = absent.map((cell) => `  ${cell.image} for ${cell.platform}: ${cell.reason ?? cell.state}`);
  throw new XbundleError(
    'INCOMPLETE',
    [
      `${absent.length} of ${index.cells.length} cells are missing or wrong; no bundle was written:`,
      ...list,
    ].join('\n'),
  );
}

interface Job {
  readonly plan: BundlePlan;
  readonly layout: BundleLayout;
  readonly output: string;
}

async function fillAndPublish({ plan, layout, output }: Job, options: WriteOptions): Promise<void> {
  const partial = await PartialBundle.open({ output, map: layout.map, id: layout.id }, options);
  try {
    await writeKnown(partial, { plan, layout, output });
    await fetchAll(partial, plan, options);
    await partial.publish(options.overwrite === true);
  } catch (error) {
    await partial.close();
    if (!partial.isWorthKeeping || isXbundleError(error, 'INCOMPLETE')) await removePartial(output);
    throw error;
  }
}

/**
 * Everything but the fetched blobs: files before them, headers, padding, manifests and configs. All of it is
 * written again when going on after an interruption: nothing there is trusted without its hash.
 */
async function writeKnown(partial: PartialBundle, { plan, layout }: Job): Promise<void> {
  const known = new Map(layout.front.map(({ name, content }) => [name, content]));
  for (const [digest, bytes] of plan.documents) known.set(blobEntryName(digest), bytes);
  let run: Uint8Array[] = [];
  let start = 0;
  for (const { expected, before } of gapsOf(layout.map)) {
    run.push(expected);
    const content = before === undefined ? undefined : known.get(before.name);
    if (content !== undefined) run.push(content);
    if (content !== undefined && run.length < KNOWN_RUN_PIECES) continue;
    await partial.write(run, start);
    run = [];
    start = before === undefined ? layout.map.size : before.contentOffset + before.size;
  }
}

/** Largest first, so that no single big layer is left for the end. */
async function fetchAll(partial: PartialBundle, plan: BundlePlan, options: WriteOptions): Promise<void> {
  options.onProgress?.(fetchPhase(plan));
  const largestFirst = [...plan.fetches].sort((a, b) => b.blob.size - a.blob.size);
  const { jobs = DEFAULT_JOBS, signal } = options;
  const writer = partial.hashingWriter(fetchedBytes(plan));
  try {
    await mapConcurrent(largestFirst, { jobs, signal }, async (planned, combined) => {
      try {
        await fetchBlob(planned, { partial, writer }, { ...options, signal: combined });
      } catch (error) {
        throw isXbundleError(error, 'NOT_FOUND') ? lostBlob(plan, planned.blob.digest, error) : error;
      }
    });
  } finally {
    await writer.close();
  }
}

function fetchPhase(plan: BundlePlan): ProgressEvent {
  return { type: 'phase', phase: 'fetch', bytes: fetchedBytes(plan), blobs: plan.fetches.length };
}

function fetchedBytes({ fetches }: BundlePlan): number {
  return fetches.reduce((sum, { blob }) => sum + blob.size, 0);
}

/** A small entry in one piece: header, content, padding. */
function memoryEntry(name: string, content: Uint8Array): Uint8Array {
  const padding = new Uint8Array(paddingFor(content.byteLength));
  return Buffer.concat([fileHeader(name, content.byteLength), content, padding]);
}
