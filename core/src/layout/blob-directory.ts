import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted, XbundleError } from '../errors.ts';
import { digestAlgorithm, digestHex, type Descriptor, type Digest } from '../model/index.ts';
import {
  mapConcurrent,
  verified,
  type BlobSink,
  type BlobSource,
  type Bytes,
  type CallOptions,
  type ReadOptions,
} from '../content/index.ts';
import { onPath, writeDurably } from '../files/index.ts';
import { interruptible } from './interruptible.ts';
import { hasDirectory, openFile, readOpenFile, sizeOfFile } from './stored-file.ts';

/** Name of the directory, beside `blobs`, where blobs are while they are written. */
export const INGEST = 'ingest';

/** Files looked at at once; more only wait in Node's thread pool. */
const STAT_JOBS = 8;

/**
 * The blobs of an OCI image layout, `blobs/<algorithm>/<hex>` under `root`. No link is followed, neither of a
 * blob nor of a directory: ARCHIVE_INVALID. `write` replaces what has the blob's name, so it also mends.
 */
export function createBlobDirectory(root: string): BlobSource & BlobSink {
  return new BlobDirectory(root);
}

class BlobDirectory implements BlobSource, BlobSink {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  read(blob: Descriptor, options: CallOptions = {}): Bytes {
    return verified(blob, this.#open(blob, 0, options));
  }

  readFrom(blob: Descriptor, offset: number, options: ReadOptions = {}): Bytes {
    return this.#open(blob, offset, options);
  }

  async lacks(blobs: readonly Descriptor[], options: CallOptions = {}): Promise<readonly Descriptor[]> {
    const found = await mapConcurrent(blobs, { ...options, jobs: STAT_JOBS }, (blob) => this.has(blob));
    return blobs.filter((_, at) => found[at] !== true);
  }

  async has(blob: Descriptor): Promise<boolean> {
    const directory = await this.#directory(blob.digest);
    if (directory === undefined) return false;
    return (await sizeOfFile(join(directory, digestHex(blob.digest)))) === blob.size;
  }

  async write(blob: Descriptor, content: Bytes, options: CallOptions = {}): Promise<void> {
    const directory = await this.#makeDirectory(blob.digest);
    const path = join(directory, digestHex(blob.digest));
    await writeDurably(
      { path, ingest: join(this.#root, INGEST) },
      verified(blob, interruptible(content, options.signal)),
    );
  }

  async *#open(blob: Descriptor, offset: number, options: ReadOptions): Bytes {
    throwIfAborted(options.signal);
    const directory = await this.#directory(blob.digest);
    const path = directory === undefined ? undefined : join(directory, digestHex(blob.digest));
    const file = path === undefined ? undefined : await openFile(path);
    if (path === undefined || file === undefined) {
      throw new XbundleError('NOT_FOUND', `reading ${blob.digest}: ${this.#root} has no such blob`);
    }
    try {
      const { size } = await onPath('reading', path, () => file.stat());
      if (size !== blob.size) {
        throw new XbundleError('SIZE_MISMATCH', `reading ${path}: it has ${size} bytes, want ${blob.size}`);
      }
      yield* readOpenFile(file, { offset, size: Math.max(size - offset, 0), path }, options);
    } finally {
      await file.close();
    }
  }

  async #directory(digest: Digest): Promise<string | undefined> {
    const blobs = join(this.#root, 'blobs');
    const directory = join(blobs, digestAlgorithm(digest));
    return (await hasDirectory(blobs)) && (await hasDirectory(directory)) ? directory : undefined;
  }

  async #makeDirectory(digest: Digest): Promise<string> {
    const found = await this.#directory(digest);
    if (found !== undefined) return found;
    const directory = join(this.#root, 'blobs', digestAlgorithm(digest));
    await onPath('making', directory, () => mkdir(directory, { recursive: true }));
    return directory;
  }
}
