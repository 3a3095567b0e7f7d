import type { FileHandle } from 'node:fs/promises';
import { XbundleError } from '../errors.ts';
import { digestAlgorithm, digestHex, type Descriptor, type Digest } from '../model/index.ts';
import {
  collect,
  verified,
  type BlobSource,
  type Bytes,
  type CallOptions,
  type ReadOptions,
} from '../content/index.ts';
import type { TarEntry, TarIndex } from '../tar/foreign-entries.ts';
import { readOpenFile } from './stored-file.ts';

/** The content of an archive by name and, where the name says it or `learn` told, by digest. */
export class ArchiveBlobs implements BlobSource {
  readonly #file: FileHandle;
  readonly #index: TarIndex;
  readonly #learned = new Map<Digest, TarEntry>();
  readonly label: string;

  constructor(file: FileHandle, index: TarIndex, label: string) {
    this.#file = file;
    this.#index = index;
    this.label = label;
  }

  /** The entry of that name; docker archives write paths with or without `./`. */
  entry(name: string): TarEntry | undefined {
    return this.#index.get(name.replace(/^(?:\.\/)+/, ''));
  }

  /** A document of at most `limit` bytes, undefined when there is none. One that is a link is ARCHIVE_INVALID. */
  async document(name: string, limit: number, options: CallOptions = {}): Promise<Uint8Array | undefined> {
    const entry = this.entry(name);
    if (entry === undefined) return undefined;
    if (entry.isLink) {
      throw new XbundleError(
        'ARCHIVE_INVALID',
        `reading ${this.label}: ${name} is a link, want a regular file`,
      );
    }
    return collect(this.content(entry, options), limit, `${name} of ${this.label}`);
  }

  /** The bytes of an entry, unverified. */
  content({ offset, size }: TarEntry, options: ReadOptions = {}): Bytes {
    return readOpenFile(this.#file, { offset, size, path: this.label }, options);
  }

  /** Says under which digest the content of an entry is to be found. */
  learn(digest: Digest, entry: TarEntry): void {
    this.#learned.set(digest, entry);
  }

  read(blob: Descriptor, options: CallOptions = {}): Bytes {
    return verified(blob, this.#open(blob, 0, options));
  }

  readFrom(blob: Descriptor, offset: number, options: ReadOptions = {}): Bytes {
    return this.#open(blob, offset, options);
  }

  lacks(blobs: readonly Descriptor[]): Promise<readonly Descriptor[]> {
    return Promise.resolve(blobs.filter((blob) => this.#find(blob)?.size !== blob.size));
  }

  #find({ digest }: Descriptor): TarEntry | undefined {
    const named = this.#index.get(`blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`);
    return named ?? this.#learned.get(digest);
  }

  async *#open(blob: Descriptor, from: number, options: ReadOptions): Bytes {
    const entry = this.#find(blob);
    if (entry === undefined) {
      throw new XbundleError('NOT_FOUND', `reading ${blob.digest}: ${this.label} has no such blob`);
    }
    if (entry.size !== blob.size) {
      throw new XbundleError(
        'SIZE_MISMATCH',
        `reading ${blob.digest}: ${this.label} has ${entry.size} bytes of it, want ${blob.size}`,
      );
    }
    yield* this.content(
      { ...entry, offset: entry.offset + from, size: Math.max(entry.size - from, 0) },
      options,
    );
  }
}

/** INCOMPLETE: an image says it has something that the archive lacks. */
export function missing(what: string, part: string): XbundleError {
  return new XbundleError(
    'INCOMPLETE',
    `reading ${what}: the archive lacks ${part}. Save the image again, from a store that has all of it`,
  );
}
