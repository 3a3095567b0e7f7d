import { verified } from './verify.ts';
import type { Descriptor, Digest } from '../model/index.ts';
import type { BlobSource } from './types.ts';

/** A source that also has some documents of its own: indexes that were made, not read. */
export function withDocuments(source: BlobSource, documents: ReadonlyMap<Digest, Uint8Array>): BlobSource {
  async function* fromMemory(bytes: Uint8Array, offset: number): AsyncGenerator<Uint8Array, void, undefined> {
    yield await Promise.resolve(bytes.subarray(offset));
  }
  return {
    read(blob, options) {
      const bytes = documents.get(blob.digest);
      return bytes === undefined ? source.read(blob, options) : verified(blob, fromMemory(bytes, 0));
    },
    readFrom(blob, offset, options) {
      const bytes = documents.get(blob.digest);
      return bytes === undefined ? source.readFrom(blob, offset, options) : fromMemory(bytes, offset);
    },
    lacks(blobs: readonly Descriptor[], options) {
      return source.lacks(
        blobs.filter((blob) => !documents.has(blob.digest)),
        options,
      );
    },
  };
}
