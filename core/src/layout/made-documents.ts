import type { Descriptor, Digest } from '../model/index.ts';
import { describe, withDocuments, type BlobSource } from '../content/index.ts';

/** Stored blobs, and laid over them the documents that describe them and that nobody stored. */
export class MadeDocuments {
  readonly #documents = new Map<Digest, Uint8Array>();
  /** Reads both; what is added later is found as well. */
  readonly source: BlobSource;

  constructor(stored: BlobSource) {
    this.source = withDocuments(stored, this.#documents);
  }

  add(mediaType: string, bytes: Uint8Array): Descriptor {
    const descriptor = describe(mediaType, bytes);
    this.#documents.set(descriptor.digest, bytes);
    return descriptor;
  }
}
