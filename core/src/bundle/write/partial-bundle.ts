import { constants } from 'node:fs';
import { lstat, open, rm, unlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { XbundleError, systemCode } from '../../errors.ts';
import type { CallOptions } from '../../content/index.ts';
import {
  fileError,
  HashingWriter,
  onPath,
  publish,
  RangeHasher,
  refuseFullDisk,
  writeAt,
} from '../../files/index.ts';
import type { Digest } from '../../model/index.ts';
import type { BundleMap } from '../format/front-matter.ts';
import { Journal } from './journal.ts';

export interface PartialTarget {
  /** The final path; `.partial` and `.partial.journal` lie beside it, on the same file system. */
  readonly output: string;
  readonly map: BundleMap;
  /** The digest of `xbundle.json`. */
  readonly id: Digest;
}

/** The file a bundle grows in. It has its final size from the start and its final name only when whole. */
export class PartialBundle {
  readonly #target: PartialTarget;
  readonly #file: FileHandle;
  readonly #journal: Journal;
  #recorded = false;
  /** Bytes of each blob, from its start, that an earlier run left in place; whole blobs have been hashed. */
  readonly found: ReadonlyMap<Digest, number>;

  private constructor(
    target: PartialTarget,
    parts: { file: FileHandle; journal: Journal; found: Map<Digest, number> },
  ) {
    this.#target = target;
    this.#file = parts.file;
    this.#journal = parts.journal;
    this.found = parts.found;
  }

  /**
   * Goes on with what an interrupted run of the same plan left, or starts afresh. Whole blobs it left are
   * hashed here; the prefix of an unfinished one is hashed by whoever goes on with it. Throws DISK_FULL when
   * what is still to be written will not fit.
   */
  static async open(target: PartialTarget, options: CallOptions = {}): Promise<PartialBundle> {
    const { partial, journal: journalPath } = partialPaths(target.output);
    await unshare(partial);
    const state = await onPath('reading', journalPath, () => Journal.read(journalPath, target.id));
    const flags = constants.O_RDWR | constants.O_CREAT | (state === undefined ? constants.O_TRUNC : 0);
    const file = await onPath('creating', partial, () => open(partial, flags | constants.O_NOFOLLOW, 0o644));
    try {
      const progress = state?.progress ?? new Map<Digest, number>();
      const found = await checkFound(file, { path: partial, target, progress }, options);
      const kept = [...found.values()].reduce((sum, bytes) => sum + bytes, 0);
      await refuseFullDisk(dirname(partial), target.map.size - kept);
      await onPath('sizing', partial, () => file.truncate(target.map.size));
      const resume = state !== undefined;
      const journal = await onPath('creating', journalPath, () =>
        Journal.open(journalPath, target.id, resume),
      );
      return new PartialBundle(target, { file, journal, found });
    } catch (error) {
      await file.close();
      if (state === undefined) await removePartial(target.output);
      throw fileError('preparing', partial, error);
    }
  }

  /** Whether a later run would find any of this one's work. */
  get isWorthKeeping(): boolean {
    return this.found.size > 0 || this.#recorded;
  }

  /** Writes bytes at an offset of the bundle. */
  async write(chunks: readonly Uint8Array[], position: number): Promise<void> {
    try {
      await writeAt(this.#file, chunks, position);
    } catch (error) {
      throw fileError('writing', partialPaths(this.#target.output).partial, error);
    }
  }

  /** Records that the first `bytes` of a blob are written, for the next run. */
  async record(digest: Digest, bytes: number): Promise<void> {
    this.#recorded ||= bytes > 0;
    const { journal } = partialPaths(this.#target.output);
    await onPath('writing', journal, () => this.#journal.record(digest, bytes));
  }

  /** Where a blob's first byte lies. */
  offsetOf(digest: Digest): number {
    const entry = this.#target.map.blobs.get(digest);
    if (entry !== undefined) return entry.contentOffset;
    throw new XbundleError('INTERNAL', `writing ${digest}: it has no place in the bundle`);
  }

  /** A writer of blobs for this file, of about `bytes`; close it before this. */
  hashingWriter(bytes: number): HashingWriter {
    return HashingWriter.open(this.#file, { path: partialPaths(this.#target.output).partial, bytes });
  }

  /** Syncs the whole file and gives it its name. Throws EXISTS unless `overwrite`. */
  async publish(overwrite: boolean): Promise<void> {
    const { partial, journal } = partialPaths(this.#target.output);
    await onPath('syncing', partial, () => this.#file.datasync());
    await onPath('closing', partial, () => this.close());
    await publish(partial, this.#target.output, overwrite);
    await onPath('removing', journal, () => rm(journal, { force: true }));
  }

  async close(): Promise<void> {
    await this.#file.close();
    await this.#journal.close();
  }
}

/** Removes a partial bundle and its journal, if they are there; the journal first, as it speaks of the other. */
export async function removePartial(output: string): Promise<void> {
  const { partial, journal } = partialPaths(output);
  await onPath('removing', journal, () => rm(journal, { force: true }));
  await onPath('removing', partial, () => rm(partial, { force: true }));
}

export interface PartialPaths {
  readonly partial: string;
  readonly journal: string;
}

export function partialPaths(output: string): PartialPaths {
  return { partial: `${output}.partial`, journal: `${output}.partial.journal` };
}

/**
 * Removes a partial file that has a second name: a run that was killed just after publishing left it, and
 * writing into it would change the published file.
 */
async function unshare(partial: string): Promise<void> {
  await onPath('looking at', partial, async () => {
    const { nlink } = await lstat(partial).catch(whenAbsent);
    if (nlink > 1) await unlink(partial);
  });
}

function whenAbsent(error: unknown): { readonly nlink: number } {
  if (systemCode(error) === 'ENOENT') return { nlink: 0 };
  throw error;
}

interface Claimed {
  readonly path: string;
  readonly target: PartialTarget;
  readonly progress: ReadonlyMap<Digest, number>;
}

/** Keeps a claim of a whole blob only when its bytes have its digest. */
async function checkFound(
  file: FileHandle,
  { path, target, progress }: Claimed,
  options: CallOptions,
): Promise<Map<Digest, number>> {
  const found = new Map<Digest, number>();
  const whole = [];
  for (const [digest, bytes] of progress) {
    const entry = target.map.blobs.get(digest);
    if (entry === undefined || bytes > entry.size) continue;
    if (bytes < entry.size) found.set(digest, bytes);
    else whole.push({ digest, offset: entry.contentOffset, size: entry.size });
  }
  const hasher = RangeHasher.open(file, { path, bytes: whole.reduce((sum, { size }) => sum + size, 0) });
  try {
    const digests = await hasher.hash(whole, options);
    whole.forEach(({ digest, size }, index) => {
      if (digests[index] === digest) found.set(digest, size);
    });
  } finally {
    await hasher.close();
  }
  return found;
}
