import type { HashedStream, HashingWriter } from '../../files/index.ts';
import { sizeMismatch, refuseOtherDigest } from '../../content/index.ts';
import { digestAlgorithm, type Descriptor } from '../../model/index.ts';
import type { PartialBundle } from './partial-bundle.ts';

/** The journal learns of a growing blob in steps of this many bytes: a kill loses at most one. */
const JOURNAL_STEP_BYTES = 16_777_216;

/** Where blobs of one bundle are written. */
export interface BlobPlaces {
  readonly partial: PartialBundle;
  readonly writer: HashingWriter;
}

/** Writes one blob in order into its place, hashes it, and keeps the journal up to date. */
export class BlobWriter {
  readonly #blob: Descriptor;
  readonly #partial: PartialBundle;
  readonly #stream: HashedStream;
  #taken: number;
  #journalled: number;

  /** `start`: bytes of the blob that are in place already. */
  constructor(blob: Descriptor, { partial, writer }: BlobPlaces, start: number) {
    const offset = partial.offsetOf(blob.digest);
    this.#blob = blob;
    this.#partial = partial;
    this.#stream = writer.begin({ algorithm: digestAlgorithm(blob.digest), offset, ready: start });
    this.#taken = start;
    this.#journalled = start;
  }

  /** Bytes of the blob that have come so far. */
  get size(): number {
    return this.#taken;
  }

  /** Takes the next bytes, which must not change any more. Throws SIZE_MISMATCH when there are too many. */
  async add(chunk: Uint8Array): Promise<void> {
    this.#taken += chunk.byteLength;
    if (this.#taken > this.#blob.size) throw sizeMismatch(this.#blob, `more than ${this.#blob.size}`);
    await this.#stream.write(chunk);
    if (this.#stream.written - this.#journalled >= JOURNAL_STEP_BYTES) await this.#record();
  }

  /** Waits for the last bytes and records the blob as whole. Throws SIZE_MISMATCH, DIGEST_MISMATCH. */
  async finish(): Promise<void> {
    if (this.#taken !== this.#blob.size) throw sizeMismatch(this.#blob, String(this.#taken));
    refuseOtherDigest(this.#blob, await this.#stream.end());
    await this.#record();
  }

  /** Waits for what is being written and records how far that got; never throws. */
  async abandon(): Promise<void> {
    try {
      await this.#stream.settle();
      await this.#record();
    } catch {
      // The journal is a hint: without it this blob is fetched from its last recorded step.
    }
  }

  async #record(): Promise<void> {
    this.#journalled = this.#stream.written;
    await this.#partial.record(this.#blob.digest, this.#journalled);
  }
}
