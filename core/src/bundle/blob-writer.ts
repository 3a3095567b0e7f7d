import { LIMITS } from '../limits.ts';
import type { Digest } from '../model/index.ts';
import type { PartialBundle } from './partial-bundle.ts';

/** The journal learns of a growing blob in steps of this many bytes: a kill loses at most one. */
const JOURNAL_STEP_BYTES = 16_777_216;

export interface BlobPlace {
  readonly partial: PartialBundle;
  readonly digest: Digest;
  /** Offset of the blob's first byte in the bundle. */
  readonly offset: number;
}

/**
 * Writes one blob in order, in steps of about 1 MiB; one step is being written while the next is gathered. Chunks
 * must not change after `add`.
 */
export class BlobWriter {
  readonly #place: BlobPlace;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #sentBytes: number;
  #journalled: number;
  #inFlight: Promise<void> = Promise.resolve();

  /** `start`: bytes of the blob that are in place already. */
  constructor(place: BlobPlace, start: number) {
    this.#place = place;
    this.#sentBytes = start;
    this.#journalled = start;
  }

  /** Takes a chunk; true when `flush` should be awaited before the next. */
  add(chunk: Uint8Array): boolean {
    this.#gathered.push(chunk);
    this.#gatheredBytes += chunk.byteLength;
    return this.#gatheredBytes >= LIMITS.chunkBytes;
  }

  /** Starts writing what was gathered once the step before is written. Rejects when that one failed. */
  async flush(): Promise<void> {
    await this.#inFlight;
    const chunks = this.#gathered;
    const at = this.#sentBytes;
    this.#gathered = [];
    this.#sentBytes += this.#gatheredBytes;
    this.#gatheredBytes = 0;
    this.#inFlight = this.#write(chunks, at);
    // A failure is met at the next await; until then it must not count as unhandled.
    this.#inFlight.catch(() => undefined);
  }

  /** Writes the rest and records the blob as whole. */
  async finish(): Promise<void> {
    await this.flush();
    await this.#inFlight;
    await this.#place.partial.record(this.#place.digest, this.#sentBytes);
  }

  /** Waits for what is being written and records how far that got; never throws. */
  async abandon(): Promise<void> {
    try {
      await this.#inFlight;
      await this.#place.partial.record(this.#place.digest, this.#sentBytes);
    } catch {
      // The journal is a hint: without it this blob is fetched from its last recorded step.
    }
  }

  async #write(chunks: readonly Uint8Array[], at: number): Promise<void> {
    const { partial, offset, digest } = this.#place;
    if (chunks.length > 0) await partial.write(chunks, offset + at);
    const written = at + chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    if (written - this.#journalled < JOURNAL_STEP_BYTES) return;
    this.#journalled = written;
    await partial.record(digest, written);
  }
}
