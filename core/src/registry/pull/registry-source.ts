import {
  collect,
  verified,
  type BlobSource,
  type CallOptions,
  type ImageSource,
  type ReadOptions,
} from '../../content/index.ts';
import { isXbundleError, XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { isImageConfigType, type Descriptor, type Reference } from '../../model/index.ts';
import { readBlob } from './blob-reader.ts';
import type { RegistryClient } from '../client.ts';
import { isManifest, type Repository } from '../repository.ts';
import { resolveManifest } from './resolve-manifest.ts';

/** Images in registries, each by the registry its reference names. */
export class RegistrySource implements ImageSource {
  readonly kind = 'registry' as const;
  readonly label = 'the registry';
  readonly #client: RegistryClient;

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  /**
   * What the name points to, its digest taken from the bytes; undefined for a 404. Throws DIGEST_MISMATCH when
   * they are not what the reference's digest or the registry's own header says, UNSUPPORTED for schema 1.
   */
  async resolve(reference: Reference, options: CallOptions = {}): Promise<Descriptor | undefined> {
    const found = await resolveManifest(this.#client.repository(reference), reference, options);
    if (found === undefined) return undefined;
    this.#client.documents.set(found.descriptor.digest, found.bytes);
    return found.descriptor;
  }

  content(reference: Reference): BlobSource {
    return new RepositoryContent(this.#client, this.#client.repository(reference));
  }
}

/** The blobs and manifests of one repository. */
class RepositoryContent implements BlobSource {
  readonly #client: RegistryClient;
  readonly #repository: Repository;

  constructor(client: RegistryClient, repository: Repository) {
    this.#client = client;
    this.#repository = repository;
  }

  async *read(blob: Descriptor, options: CallOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const content = this.#verified(blob, options);
    if (!isDocument(blob) || this.#client.documents.get(blob.digest) !== undefined) {
      yield* content;
      return;
    }
    const bytes = await collect(content, LIMITS.documentBytes, `document ${blob.digest}`);
    this.#client.documents.set(blob.digest, bytes);
    yield bytes;
  }

  async *#verified(blob: Descriptor, options: CallOptions): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* verified(blob, this.readFrom(blob, 0, options));
    } catch (error) {
      if (!isXbundleError(error, 'DIGEST_MISMATCH')) throw error;
      throw new XbundleError(error.code, `fetching from ${this.#repository.name}: ${error.message}`, {
        cause: error,
      });
    }
  }

  async *readFrom(
    blob: Descriptor,
    offset: number,
    options: ReadOptions = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const kept = this.#client.documents.get(blob.digest);
    if (kept === undefined) {
      yield* readBlob(this.#repository, blob, { offset, ...options });
    } else if (offset < kept.byteLength) {
      yield kept.subarray(offset);
    }
  }

  /**
   * None: a registry takes a manifest only when it has what the manifest names, and to ask for every blob
   * costs more than a small export. One that has lost a blob is found out when it is read (NOT_FOUND).
   */
  lacks(): Promise<readonly Descriptor[]> {
    return Promise.resolve([]);
  }
}

/** Documents are small and read twice: for the plan and for the bundle. */
function isDocument(blob: Descriptor): boolean {
  const isShort = blob.size <= LIMITS.documentBytes;
  return isShort && (isManifest(blob) || isImageConfigType(blob.mediaType));
}
