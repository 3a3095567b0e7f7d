import { throwIfAborted, XbundleError } from '../../errors.ts';
import {
  collect,
  verified,
  type BlobSink,
  type BlobSource,
  type Bytes,
  type CallOptions,
  type ImageSource,
  type SourceKind,
} from '../../content/index.ts';
import {
  formatReference,
  parseReference,
  type Descriptor,
  type Digest,
  type Reference,
} from '../../model/index.ts';
import { blobSize, readTestBlob, type TestBlob } from '../images/test-blob.ts';
import type { TestContent } from '../images/random-image.ts';

/** Blobs and names in memory: the simplest true source and sink. */
export class MemoryStore implements BlobSource, BlobSink, ImageSource {
  readonly kind: SourceKind = 'oci';
  readonly label: string;
  readonly #blobs = new Map<Digest, TestBlob>();
  readonly #names = new Map<string, Descriptor>();

  constructor(label = 'memory') {
    this.label = label;
  }

  /** Digests of everything stored. */
  get digests(): readonly Digest[] {
    return [...this.#blobs.keys()];
  }

  /** Adds an image or index with all its content, and names for it. */
  add(content: TestContent, ...names: readonly string[]): this {
    for (const blob of [...content.blobs.values(), ...content.virtual.values()]) {
      this.#blobs.set(blob.descriptor.digest, blob);
    }
    for (const name of names) this.tag(name, content.manifest);
    return this;
  }

  /** Makes `name` point to `descriptor`, whether its content is here or not. */
  tag(name: string, descriptor: Descriptor): void {
    this.#names.set(formatReference(parseReference(name)), descriptor);
  }

  untag(name: string): void {
    this.#names.delete(formatReference(parseReference(name)));
  }

  /** Forgets a blob; whatever points to it goes on doing so. */
  drop(digest: Digest): void {
    this.#blobs.delete(digest);
  }

  /** Puts other bytes under a digest, as a failing disk would. */
  corrupt(blob: Descriptor, bytes: Uint8Array): void {
    this.#blobs.set(blob.digest, { descriptor: blob, bytes });
  }

  read(blob: Descriptor, options: CallOptions = {}): Bytes {
    return verified(blob, this.#open(blob, { start: 0 }, options));
  }

  readFrom(blob: Descriptor, offset: number, options: CallOptions = {}): Bytes {
    return this.#open(blob, { start: offset, end: blob.size }, options);
  }

  async *#open(
    blob: Descriptor,
    range: { readonly start: number; readonly end?: number },
    options: CallOptions,
  ): Bytes {
    throwIfAborted(options.signal);
    const stored = this.#blobs.get(blob.digest);
    if (stored === undefined) {
      throw new XbundleError('NOT_FOUND', `reading ${blob.digest}: ${this.label} has no such blob`);
    }
    yield* readTestBlob(stored, { end: blobSize(stored), ...range }, options);
  }

  lacks(blobs: readonly Descriptor[]): Promise<readonly Descriptor[]> {
    return Promise.resolve(blobs.filter(({ digest }) => !this.#blobs.has(digest)));
  }

  has(blob: Descriptor): Promise<boolean> {
    const stored = this.#blobs.get(blob.digest);
    return Promise.resolve(stored !== undefined && blobSize(stored) === blob.size);
  }

  async write(blob: Descriptor, content: Bytes, options: CallOptions = {}): Promise<void> {
    const bytes = await collect(verified(blob, content), blob.size, `blob ${blob.digest}`);
    throwIfAborted(options.signal);
    this.#blobs.set(blob.digest, { descriptor: blob, bytes });
  }

  resolve(reference: Reference): Promise<Descriptor | undefined> {
    const { digest } = reference;
    return Promise.resolve(
      digest === undefined
        ? this.#names.get(formatReference(reference))
        : this.#blobs.get(digest)?.descriptor,
    );
  }

  content(): BlobSource {
    return this;
  }
}
