import { XbundleError } from '../../errors.ts';
import type { BlobSource } from '../../content/index.ts';
import type { Descriptor, Digest } from '../../model/index.ts';
import type { BundleBlob } from '../format/format.ts';
import { isResolved, type ResolvedDocument } from './resolve-cell.ts';
import type { ImageResolution } from './image-request.ts';
import type { ResolvedRoot } from './resolve-root.ts';

/** A blob still to be fetched, and where. */
export interface PlannedBlob {
  readonly blob: Descriptor;
  readonly content: BlobSource;
}

/** Every blob of a bundle, once, however many images share it. */
export class BlobInventory {
  readonly #sizes = new Map<Digest, number>();
  readonly #documents = new Map<Digest, ResolvedDocument>();
  readonly #fetches = new Map<Digest, PlannedBlob>();

  /** Adds what an image's root, cells and companions are made of. */
  addImage({ cells, root }: ImageResolution): void {
    for (const { documents, layers, content } of cells.filter(isResolved)) {
      for (const document of documents) this.#addDocument(document);
      for (const blob of layers) this.#addFetch(blob, content);
    }
    if (root !== undefined) this.#addRoot(root);
  }

  #addRoot(root: ResolvedRoot): void {
    for (const document of root.documents) this.#addDocument(document);
    for (const { document, blobs, content } of root.companions) {
      this.#addDocument(document);
      for (const blob of blobs) this.#addFetch(blob, content);
    }
  }

  documents(): ReadonlyMap<Digest, Uint8Array> {
    return new Map([...this.#documents].map(([digest, { bytes }]) => [digest, bytes]));
  }

  blobs(): readonly BundleBlob[] {
    return [...this.#sizes].sort(byDigest).map(([digest, size]) => {
      const kind = this.#documents.get(digest)?.kind;
      return { digest, size, ...(kind !== undefined && { kind }) };
    });
  }

  fetches(): readonly PlannedBlob[] {
    return [...this.#fetches]
      .sort(byDigest)
      .flatMap(([digest, fetch]) => (this.#documents.has(digest) ? [] : [fetch]));
  }

  #addDocument(document: ResolvedDocument): void {
    this.#addSize(document.descriptor);
    this.#documents.set(document.descriptor.digest, document);
  }

  #addFetch(blob: Descriptor, content: BlobSource): void {
    this.#addSize(blob);
    if (!this.#fetches.has(blob.digest)) this.#fetches.set(blob.digest, { blob, content });
  }

  #addSize({ digest, size }: Descriptor): void {
    const known = this.#sizes.get(digest) ?? size;
    if (known !== size) {
      throw new XbundleError(
        'DOCUMENT_INVALID',
        `planning the bundle: ${digest} is ${known} bytes by one manifest and ${size} by another`,
      );
    }
    this.#sizes.set(digest, size);
  }
}

function byDigest([a]: readonly [Digest, unknown], [b]: readonly [Digest, unknown]): number {
  return a < b ? -1 : 1;
}
