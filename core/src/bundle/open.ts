import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { XbundleError } from '../errors.ts';
import {
  verified,
  type BlobSource,
  type Bytes,
  type CallOptions,
  type ReadOptions,
  type ImageSource,
} from '../content/index.ts';
import { fileError, onPath, readBytes, readRange } from '../files/index.ts';
import { formatReference, taggedName, type Descriptor, type Digest, type Reference } from '../model/index.ts';
import type { BundleContent } from './plan/content.ts';
import type { BundleIndex } from './format/format.ts';
import type { BundleMap } from './format/front-matter.ts';
import { readHead, type BundleHead } from './format/head.ts';

/**
 * A bundle file as a source of images: names are resolved from `xbundle.json`, blobs are read at their offsets
 * and verified as they pass. Opening reads a few KiB, whatever the file's size. Close it after use.
 */
export class BundleReader implements ImageSource, BundleContent {
  readonly kind = 'bundle';
  readonly path: string;
  readonly head: BundleHead;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle, head: BundleHead) {
    this.path = path;
    this.#file = file;
    this.head = head;
  }

  /** Throws BUNDLE_INVALID for a file that is no bundle or is cut short, UNSUPPORTED for a newer format. */
  static async open(path: string): Promise<BundleReader> {
    const file = await openRegularFile(path);
    try {
      const head = await readHead((offset, size) => readBytes(file, { offset, size }), path);
      await refuseOtherSize(file, path, head.map);
      return new BundleReader(path, file, head);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get label(): string {
    return `bundle ${this.path}`;
  }

  get id(): Digest {
    return this.head.id;
  }

  get index(): BundleIndex {
    return this.head.index;
  }

  resolve(reference: Reference): Promise<Descriptor | undefined> {
    const { images, cells, attestations } = this.index;
    const named = [
      ...images.map(({ name, root }) => ({ name, descriptor: root })),
      ...cells.map(({ archTag, manifest }) => ({ name: archTag, descriptor: manifest })),
      ...attestations.map(({ manifest }) => ({ name: undefined, descriptor: manifest })),
    ];
    const { digest } = reference;
    const name = formatReference(taggedName(reference));
    const found = named.find((each) =>
      digest === undefined ? each.name === name : each.descriptor?.digest === digest,
    );
    return Promise.resolve(found?.descriptor);
  }

  content(): BlobSource {
    return this;
  }

  read(blob: Descriptor, options: CallOptions = {}): Bytes {
    return verified(blob, this.readFrom(blob, 0, options));
  }

  async *readFrom(
    blob: Descriptor,
    offset: number,
    options: ReadOptions = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const entry = this.head.map.blobs.get(blob.digest);
    if (entry === undefined) {
      throw new XbundleError('NOT_FOUND', `reading ${blob.digest}: ${this.label} has no such blob`);
    }
    const size = Math.max(Math.min(entry.size, blob.size) - offset, 0);
    try {
      yield* readRange(this.#file, { offset: entry.contentOffset + offset, size }, options);
    } catch (error) {
      throw fileError('reading', this.path, error);
    }
  }

  lacks(blobs: readonly Descriptor[]): Promise<readonly Descriptor[]> {
    return Promise.resolve(blobs.filter((blob) => this.head.map.blobs.get(blob.digest)?.size !== blob.size));
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Opens a bundle; see `BundleReader.open`. */
export function openBundle(path: string): Promise<BundleReader> {
  return BundleReader.open(path);
}

/** Opens for reading what is a regular file; a directory, device or pipe is refused. */
export async function openRegularFile(path: string): Promise<FileHandle> {
  // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  const file = await onPath('opening', path, () => open(path, flags));
  const stat = await file.stat();
  if (stat.isFile()) return file;
  await file.close();
  throw new XbundleError('FILE_SYSTEM', `opening ${path}: it is no regular file`);
}

async function refuseOtherSize(file: FileHandle, path: string, map: BundleMap): Promise<void> {
  const { size } = await file.stat();
  if (size === map.size) return;
  const what = size < map.size ? 'cut short' : 'longer than it says';
  throw new XbundleError(
    'BUNDLE_INVALID',
    `opening ${path}: the bundle is ${what}: got ${size} bytes, want ${map.size}. Copy it again`,
  );
}
