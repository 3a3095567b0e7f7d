import type { Descriptor, Digest, OnProgress, Platform, Reference } from '../model/index.ts';

/** Bytes on their way. Nothing is opened before iteration, and what was opened is closed when iteration stops. */
export type Bytes = AsyncIterable<Uint8Array>;

export interface CallOptions {
  /** Reaches the innermost I/O; an aborted call rejects within milliseconds, also when its peer has stalled. */
  readonly signal?: AbortSignal | undefined;
}

export interface ReadOptions extends CallOptions {
  /**
   * Memory for what is read, `bytes` of at most `LIMITS.chunkBytes`, from a consumer that uses blocks again. The
   * source fills it, hands it on once and leaves it alone; one that has its bytes in memory need not ask.
   */
  readonly allocate?: ((bytes: number) => Uint8Array) | undefined;
}

export interface TransferOptions extends CallOptions {
  readonly onProgress?: OnProgress | undefined;
  /** Blobs moved at once. */
  readonly jobs?: number | undefined;
}

/** Where blobs are read. */
export interface BlobSource {
  /**
   * The blob's bytes, verified: the iteration fails with DIGEST_MISMATCH or SIZE_MISMATCH before its end when
   * they are not what the descriptor says. NOT_FOUND when the source lacks the blob.
   */
  read(blob: Descriptor, options?: CallOptions): Bytes;
  /**
   * The blob's bytes from `offset` on, unverified: the caller hashes from byte 0 and compares. This is what
   * resuming needs. Never yields more than the descriptor's size.
   */
  readFrom(blob: Descriptor, offset: number, options?: ReadOptions): Bytes;
  /** Of `blobs`, those this source knows, without reading them, that it lacks. A source that cannot tell says none. */
  lacks(blobs: readonly Descriptor[], options?: CallOptions): Promise<readonly Descriptor[]>;
}

/** Where blobs are written. */
export interface BlobSink {
  /** Whether the blob is stored, with its size checked. */
  has(blob: Descriptor, options?: CallOptions): Promise<boolean>;
  /**
   * Stores the blob. Resolving means it is there, not that this call put it there; on failure nothing is
   * visible. The sink verifies what it stores.
   */
  write(blob: Descriptor, content: Bytes, options?: CallOptions): Promise<void>;
}

export type SourceKind = 'registry' | 'docker' | 'oci' | 'docker-archive' | 'bundle';

/** Where image names are resolved. */
export interface ImageSource {
  readonly kind: SourceKind;
  /** For messages: `registry docker.io`, `engine unix:///var/run/docker.sock`, `layout ./out`. */
  readonly label: string;
  /**
   * What the name points to now, or undefined when there is no such name. Called once for each name: from then
   * on only digests are used (law 1). A reference with a digest resolves to exactly that digest.
   */
  resolve(reference: Reference, options?: CallOptions): Promise<Descriptor | undefined>;
  /** Where the blobs of that image are read: a registry keeps blobs per repository. */
  content(reference: Reference): BlobSource;
}

export type TargetKind = 'docker' | 'registry' | 'oci';

export interface TargetFacts {
  readonly kind: TargetKind;
  readonly label: string;
  /** False for a classic Docker store, which holds one platform under one name. */
  readonly holdsIndexes: boolean;
  /** What the target runs without emulation; undefined where nothing is run. */
  readonly platform?: Platform;
}

/** One platform of an image on its way into a target. */
export interface TargetCell {
  readonly platform: Platform;
  readonly manifest: Descriptor;
  readonly config: Descriptor;
}

/** A name to set in a target and what it must point to. */
export interface TargetImage {
  readonly name: Reference;
  /** The index, or the manifest of the only cell. */
  readonly root: Descriptor;
  readonly cells: readonly TargetCell[];
}

/** What a target, asked, says it has for one platform. */
export interface FoundCell {
  readonly platform: Platform;
  readonly manifest?: Digest;
  readonly config?: Digest;
  /** Whether all of its content is there, as far as the target tells. */
  readonly complete: boolean;
}

export interface FoundImage {
  /** What the name points to: an index, a manifest or, in a classic Docker store, a config (the image ID). */
  readonly root: Digest;
  readonly cells: readonly FoundCell[];
}

/** Where images are put. */
export interface ImageTarget {
  facts(options?: CallOptions): Promise<TargetFacts>;
  /** Where `name` lands in this target: a registry target replaces the host and adds its prefix. */
  locate(name: Reference): Reference;
  /** Asks what the target has under a name that `locate` gave; undefined when there is none. Never assumes. */
  find(name: Reference, options?: CallOptions): Promise<FoundImage | undefined>;
  /**
   * Moves what the images need and is not there yet, content before names. Resolving is no proof: the caller
   * asks with `find` afterwards (law 9).
   */
  store(images: readonly TargetImage[], from: BlobSource, options?: TransferOptions): Promise<void>;
}
