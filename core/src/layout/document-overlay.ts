import { throwIfAborted } from '../errors.ts';
import { type Descriptor, type Digest } from '../model/index.ts';
import { describe, verified, type BlobSource, type Bytes, type CallOptions } from '../content/index.ts';

/** A source with documents in memory laid over it: those that describe its images and that it lacks itself. */
export class DocumentOverlay implements BlobSource {
  readonly #base: BlobSource;
  readonly #documents = new Map<Digest, Uint8Array>();

  constructor(base: BlobSource) {
    this.#base = base;
  }

  add(mediaType: string, bytes: Uint8Array): Descriptor {
    const descriptor = describe(mediaType, bytes);
    this.#documents.set(descriptor.digest, bytes);
    return descriptor;
  }

  read(blob: Descriptor, options: CallOptions = {}): Bytes {
    const bytes = this.#documents.get(blob.digest);
    return bytes === undefined ? this.#base.read(blob, options) : verified(blob, once(bytes, options));
  }

  readFrom(blob: Descriptor, offset: number, options: CallOptions = {}): Bytes {
    const bytes = this.#documents.get(blob.digest);
    return bytes === undefined
      ? this.#base.readFrom(blob, offset, options)
      : once(bytes.subarray(offset, blob.size), options);
  }

  async lacks(blobs: readonly Descriptor[], options: CallOptions = {}): Promise<readonly Descriptor[]> {
    const lacking = new Set(await this.#base.lacks(blobs, options));
    return blobs.filter((blob) => {
      const bytes = this.#documents.get(blob.digest);
      return bytes === undefined ? lacking.has(blob) : bytes.byteLength !== blob.size;
    });
  }
}

async function* once(bytes: Uint8Array, { signal }: CallOptions): Bytes {
  throwIfAborted(signal);
  if (bytes.byteLength > 0) yield await Promise.resolve(bytes);
}
