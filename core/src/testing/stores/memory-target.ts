import {
  childrenOf,
  readManifest,
  walkManifests,
  type BlobSource,
  type FoundCell,
  type FoundImage,
  type ImageTarget,
  type TargetFacts,
  type TargetImage,
  type TransferOptions,
} from '../../content/index.ts';
import {
  formatReference,
  parsePlatform,
  type Descriptor,
  type Digest,
  type Reference,
} from '../../model/index.ts';

export interface MemoryTargetOptions {
  /** True when absent: a registry or containerd store. False: a classic Docker store. */
  readonly holdsIndexes?: boolean;
  /** `linux/amd64` when absent; null where nothing is run. */
  readonly platform?: string | null;
  /** Replaces the registry host of every name. */
  readonly host?: string;
}

/** Images in memory, stored as the two kinds of engine store them: the simplest true target. */
export class MemoryTarget implements ImageTarget {
  /** What was asked to be stored, call by call. */
  readonly stored: (readonly TargetImage[])[] = [];
  /** Bytes that were read to store it. */
  movedBytes = 0;
  readonly names: Map<string, FoundImage> = new Map();
  readonly blobs: Set<Digest> = new Set();
  readonly #options: MemoryTargetOptions;

  constructor(options: MemoryTargetOptions = {}) {
    this.#options = options;
  }

  facts(): Promise<TargetFacts> {
    const { holdsIndexes = true, platform = 'linux/amd64' } = this.#options;
    return Promise.resolve({
      kind: 'docker',
      label: 'memory target',
      holdsIndexes,
      ...(platform !== null && { platform: parsePlatform(platform) }),
    });
  }

  locate(name: Reference): Reference {
    const { host } = this.#options;
    return host === undefined ? name : { ...name, registry: host };
  }

  find(name: Reference): Promise<FoundImage | undefined> {
    const found = this.names.get(formatReference(name));
    if (found === undefined) return Promise.resolve(undefined);
    const cells = found.cells.map((cell) => ({ ...cell, complete: cell.complete && this.#hasAll(cell) }));
    return Promise.resolve({ ...found, cells });
  }

  #hasAll({ manifest, config }: FoundCell): boolean {
    return [manifest, config].every((digest) => digest === undefined || this.blobs.has(digest));
  }

  async store(
    images: readonly TargetImage[],
    from: BlobSource,
    options: TransferOptions = {},
  ): Promise<void> {
    this.stored.push(images);
    const { holdsIndexes = true } = this.#options;
    for (const image of images) {
      if (holdsIndexes) await this.#storeTree(image, from, options);
      else await this.#storeCells(image, from, options);
    }
  }

  async #storeTree(image: TargetImage, from: BlobSource, options: TransferOptions): Promise<void> {
    for await (const { descriptor, document } of walkManifests(image.root, from, options)) {
      this.blobs.add(descriptor.digest);
      if (document.kind === 'manifest') await this.#move(childrenOf(document), from, options);
    }
    this.names.set(formatReference(image.name), {
      root: image.root.digest,
      cells: image.cells.map(({ platform, manifest, config }) => ({
        platform,
        manifest: manifest.digest,
        config: config.digest,
        complete: true,
      })),
    });
  }

  /** A classic store keeps no manifest and knows an image by its config. */
  async #storeCells(image: TargetImage, from: BlobSource, options: TransferOptions): Promise<void> {
    for (const { manifest, config, platform } of image.cells) {
      const { document } = await readManifest(manifest, from, options);
      await this.#move(childrenOf(document), from, options);
      const cells = [{ platform, config: config.digest, complete: true }];
      this.names.set(formatReference(image.name), { root: config.digest, cells });
    }
  }

  async #move(blobs: readonly Descriptor[], from: BlobSource, options: TransferOptions): Promise<void> {
    for (const blob of blobs) {
      if (this.blobs.has(blob.digest)) continue;
      for await (const chunk of from.read(blob, options)) this.movedBytes += chunk.byteLength;
      this.blobs.add(blob.digest);
    }
  }
}
