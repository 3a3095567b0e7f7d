import type { Digest } from '../../model/index.ts';

/**
 * Verified documents by digest, the longest unused thrown out first. What a plan has read is not fetched again
 * when the bundle is written.
 */
export class DocumentCache {
  readonly #capacity: number;
  readonly #documents: Map<Digest, Uint8Array> = new Map();
  #size = 0;

  /** `capacity` is in bytes. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(digest: Digest): Uint8Array | undefined {
    const bytes = this.#documents.get(digest);
    if (bytes === undefined) return undefined;
    this.#documents.delete(digest);
    this.#documents.set(digest, bytes);
    return bytes;
  }

  /** Keeps bytes that were verified to have this digest. */
  set(digest: Digest, bytes: Uint8Array): void {
    if (this.#documents.has(digest) || bytes.byteLength > this.#capacity) return;
    this.#documents.set(digest, bytes);
    this.#size += bytes.byteLength;
    for (const [oldest, { byteLength }] of this.#documents) {
      if (this.#size <= this.#capacity) return;
      this.#documents.delete(oldest);
      this.#size -= byteLength;
    }
  }
}
