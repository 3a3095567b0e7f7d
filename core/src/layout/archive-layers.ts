import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { interrupted, isXbundleError, messageOf, XbundleError } from '../errors.ts';
import { isDigest, MEDIA_TYPES, toDigest, type Descriptor, type Digest } from '../model/index.ts';
import { collect, refuseOtherDigest, type Bytes, type CallOptions } from '../content/index.ts';
import { quoted } from '../tar/foreign-place.ts';
import type { TarEntry } from '../tar/foreign-entries.ts';
import { missing, type ArchiveBlobs } from './archive-blobs.ts';

export interface ArchiveLayer {
  /** Path in the archive. */
  readonly path: string;
  /** What the config says the layer's uncompressed tar hashes to. */
  readonly diffId: string | undefined;
  /** The image, for messages. */
  readonly what: string;
}

interface HashedLayer {
  readonly descriptor: Descriptor;
  /** Undefined for zstd, which Node 20 cannot decompress. */
  readonly diffId: Digest | undefined;
}

/** Layers of a docker archive, each hashed once however many images share it. */
export class ArchiveLayers {
  readonly #blobs: ArchiveBlobs;
  readonly #hashed = new Map<number, Promise<HashedLayer>>();

  constructor(blobs: ArchiveBlobs) {
    this.#blobs = blobs;
  }

  /**
   * The layer's descriptor; its media type follows from its first bytes. The archive names no digest of a
   * layer, so the uncompressed bytes are held against the config: DIGEST_MISMATCH. INCOMPLETE when it is absent.
   */
  async describe({ path, diffId, what }: ArchiveLayer, options: CallOptions): Promise<Descriptor> {
    const entry = this.#blobs.entry(path);
    if (entry === undefined) throw missing(what, `its layer ${quoted(path)}`);
    const layer = await this.#hashOnce(entry, `layer ${quoted(path)} of ${what}`, options);
    const named = digestInBlobPath(path);
    if (named !== undefined)
      refuseOtherDigest({ ...layer.descriptor, digest: named }, layer.descriptor.digest);
    if (layer.diffId !== undefined && layer.diffId !== diffId) {
      throw new XbundleError(
        'DIGEST_MISMATCH',
        `verifying layer ${quoted(path)} of ${what}: uncompressed it has digest ${layer.diffId}, its config wants ${quoted(diffId ?? 'none')}`,
      );
    }
    this.#blobs.learn(layer.descriptor.digest, entry);
    return layer.descriptor;
  }

  #hashOnce(entry: TarEntry, what: string, options: CallOptions): Promise<HashedLayer> {
    const known = this.#hashed.get(entry.offset);
    if (known !== undefined) return known;
    const hashed = this.#hash(entry, what, options);
    this.#hashed.set(entry.offset, hashed);
    // A failure is the caller's; the next one, whose signal may still stand, tries for itself.
    hashed.catch(() => this.#hashed.delete(entry.offset));
    return hashed;
  }

  async #hash(entry: TarEntry, what: string, options: CallOptions): Promise<HashedLayer> {
    const mediaType = await this.#mediaType(entry, what, options);
    const packed = new PassingHash();
    const content = packed.pass(this.#blobs.content(entry, options));
    let unpacked: Digest | undefined;
    if (mediaType === MEDIA_TYPES.ociLayerGzip) unpacked = await gunzip(content, { ...options, what });
    else await drain(content);
    if (packed.size !== entry.size) throw damaged(what, 'there are bytes after its end');
    const digest = packed.digest();
    const descriptor = { mediaType, digest, size: entry.size };
    return { descriptor, diffId: mediaType === MEDIA_TYPES.ociLayer ? digest : unpacked };
  }

  async #mediaType(entry: TarEntry, what: string, options: CallOptions): Promise<string> {
    const start = { ...entry, size: Math.min(entry.size, 6) };
    const hex = Buffer.from(await collect(this.#blobs.content(start, options), 6, what)).toString('hex');
    if (hex.startsWith('1f8b')) return MEDIA_TYPES.ociLayerGzip;
    if (/^(?:28b52ffd|5[0-9a-f]2a4d18)/.test(hex)) return MEDIA_TYPES.ociLayerZstd;
    if (!/^(?:425a68|fd377a585a00)/.test(hex)) return MEDIA_TYPES.ociLayer;
    throw new XbundleError(
      'UNSUPPORTED',
      `reading ${what}: it is compressed with bzip2 or xz, for which OCI has no layer type. Load the archive into an engine and save it again`,
    );
  }
}

/** Passes bytes on while hashing and counting them. */
class PassingHash {
  readonly #hash = createHash('sha256');
  size = 0;

  async *pass(content: Bytes): Bytes {
    for await (const chunk of content) {
      this.#hash.update(chunk);
      this.size += chunk.byteLength;
      yield chunk;
    }
  }

  /** Once, at the end. */
  digest(): Digest {
    return toDigest('sha256', this.#hash.digest('hex'));
  }
}

/** The digest of what the gzip stream holds, which is not kept. */
async function gunzip(
  content: Bytes,
  { what, signal }: CallOptions & { readonly what: string },
): Promise<Digest> {
  const hash = new PassingHash();
  const discard = (unpacked: Bytes): Promise<void> => drain(hash.pass(unpacked));
  try {
    await pipeline(content, createGunzip(), discard, { ...(signal && { signal }) });
  } catch (cause) {
    if (signal?.aborted) throw interrupted(signal);
    throw isXbundleError(cause) ? cause : damaged(what, messageOf(cause), cause);
  }
  return hash.digest();
}

async function drain(content: Bytes): Promise<void> {
  const iterator = content[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true);
}

function damaged(what: string, reason: string, cause?: unknown): XbundleError {
  return new XbundleError('ARCHIVE_INVALID', `reading ${what}: the gzip stream is damaged: ${reason}`, {
    cause,
  });
}

/** `blobs/sha256/HEX` says the digest of what is there, whatever else the archive says. */
function digestInBlobPath(path: string): Digest | undefined {
  const [, algorithm, hex] = /^blobs\/(sha256)\/([^/]+)$/.exec(path) ?? [];
  const digest = `${algorithm ?? ''}:${hex ?? ''}`;
  return isDigest(digest) ? digest : undefined;
}
