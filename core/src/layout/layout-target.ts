import { isXbundleError } from '../errors.ts';
import { childrenOf, mapConcurrent, walkManifests } from '../content/index.ts';
import type {
  BlobSink,
  BlobSource,
  Bytes,
  CallOptions,
  FoundImage,
  ImageTarget,
  TargetFacts,
  TargetImage,
  TransferOptions,
} from '../content/index.ts';
import type { Descriptor, OnProgress, Reference } from '../model/index.ts';
import { refuseFullDisk } from '../files/index.ts';
import { createBlobDirectory } from './blob-directory.ts';
import { findCells } from './layout-cells.ts';
import { openLayoutWriter, refuseForeign } from './layout-writer.ts';
import { MadeDocuments } from './made-documents.ts';
import { NamedRoots } from './named-roots.ts';
import { rootOf } from './layout-roots.ts';
import { readLayoutIndex, readMarker } from './oci-layout-source.ts';

/** Blobs written at once: enough to keep a disk busy. */
const DEFAULT_JOBS = 4;

/**
 * An OCI image layout directory as the place where images go. The directory is made when the first image is
 * stored; it must be empty or a layout. Images are kept beside what is there, a name that exists is replaced.
 * `facts` and `store` throw EXISTS for a directory of something else, `store` LOCKED while another process writes there.
 */
export function createLayoutTarget(directory: string): ImageTarget {
  return new LayoutTarget(directory);
}

class LayoutTarget implements ImageTarget {
  readonly #directory: string;
  readonly #blobs: BlobSource & BlobSink;

  constructor(directory: string) {
    this.#directory = directory;
    this.#blobs = createBlobDirectory(directory);
  }

  async facts(): Promise<TargetFacts> {
    await refuseForeign(this.#directory);
    return { kind: 'oci', label: `layout ${this.#directory}`, holdsIndexes: true };
  }

  locate(name: Reference): Reference {
    return name;
  }

  async find(name: Reference, options: CallOptions = {}): Promise<FoundImage | undefined> {
    const index = (await readMarker(this.#directory, options))
      ? await readLayoutIndex(this.#directory, options)
      : undefined;
    const content = new MadeDocuments(this.#blobs);
    const roots = new NamedRoots(index?.manifests.map(rootOf) ?? [], content, this.#directory);
    const root = await roots.resolveName(name, options);
    return root && { root: root.digest, cells: await findCells(root, content.source, options) };
  }

  async store(
    images: readonly TargetImage[],
    from: BlobSource,
    options: TransferOptions = {},
  ): Promise<void> {
    const writer = await openLayoutWriter(this.#directory);
    try {
      const { leaves, documents } = await blobsOf(images, from, options);
      const all = [...leaves, ...documents];
      await refuseFullDisk(this.#directory, sizeOf(await this.#blobs.lacks(all, options)));
      options.onProgress?.({ type: 'phase', phase: 'push', bytes: sizeOf(all), blobs: all.length });
      const jobs = options.jobs ?? DEFAULT_JOBS;
      // Documents follow what they list, children before indexes, so that whatever is stored is stored whole.
      await mapConcurrent(leaves, { ...options, jobs }, (blob, signal) => {
        return this.#copy(blob, from, { ...options, signal });
      });
      for (const blob of documents) await this.#copy(blob, from, options);
      await writer.setNames(images, options);
    } finally {
      await writer.release();
    }
  }

  /** What is stored already is hashed before it is believed: a medium that lost bits is mended, not trusted. */
  async #copy(blob: Descriptor, from: BlobSource, options: TransferOptions): Promise<void> {
    const { digest, size } = blob;
    const isStored = await this.#isIntact(blob, options);
    if (!isStored) {
      const content = counted(from.read(blob, options), blob, options.onProgress);
      await this.#blobs.write(blob, content, options);
    }
    options.onProgress?.({ type: 'blob-done', digest, size, how: isStored ? 'present' : 'moved' });
  }

  async #isIntact(blob: Descriptor, options: CallOptions): Promise<boolean> {
    if (!(await this.#blobs.has(blob, options))) return false;
    try {
      return (await countBytes(this.#blobs.read(blob, options))) === blob.size;
    } catch (error) {
      if (isXbundleError(error, 'DIGEST_MISMATCH', 'SIZE_MISMATCH', 'NOT_FOUND')) return false;
      throw error;
    }
  }
}

interface BlobsToStore {
  readonly leaves: readonly Descriptor[];
  /** Manifests, then indexes from the innermost on: whatever is listed comes before what lists it. */
  readonly documents: readonly Descriptor[];
}

/** Every blob of the images once, by digest and size: of two sizes for one digest, one is wrong and will fail. */
async function blobsOf(
  images: readonly TargetImage[],
  from: BlobSource,
  options: CallOptions,
): Promise<BlobsToStore> {
  const leaves = new Map<string, Descriptor>();
  const manifests = new Map<string, Descriptor>();
  const indexes = new Map<string, Descriptor>();
  for (const { root } of images) {
    for await (const { descriptor, document } of walkManifests(root, from, options)) {
      (document.kind === 'index' ? indexes : manifests).set(keyOf(descriptor), descriptor);
      if (document.kind === 'index') continue;
      for (const leaf of childrenOf(document)) leaves.set(keyOf(leaf), leaf);
    }
  }
  return {
    leaves: [...leaves.values()],
    documents: [...manifests.values(), ...[...indexes.values()].reverse()],
  };
}

function keyOf({ digest, size }: Descriptor): string {
  return `${digest} ${size}`;
}

function sizeOf(blobs: readonly Descriptor[]): number {
  return blobs.reduce((sum, { size }) => sum + size, 0);
}

async function countBytes(content: Bytes): Promise<number> {
  let bytes = 0;
  for await (const chunk of content) bytes += chunk.byteLength;
  return bytes;
}

async function* counted(content: Bytes, { digest, size }: Descriptor, onProgress?: OnProgress): Bytes {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.byteLength;
    onProgress?.({ type: 'blob', digest, bytes, size });
    yield chunk;
  }
}
