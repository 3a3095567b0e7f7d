import { createHash, type Hash } from 'node:crypto';
import { XbundleError } from '../errors.ts';
import {
  digestAlgorithm,
  toDigest,
  type Descriptor,
  type Digest,
  type DigestAlgorithm,
} from '../model/index.ts';
import type { Bytes } from './types.ts';

/** A running hash of the kind the digest names. */
export function hasherFor(digest: Digest): Hash {
  return createHash(digestAlgorithm(digest));
}

/** The digest of bytes in memory. */
export function digestOf(bytes: Uint8Array | string, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return toDigest(algorithm, createHash(algorithm).update(bytes).digest('hex'));
}

/** A descriptor of bytes in memory. */
export function describe(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
}

/**
 * Passes bytes on while hashing them. Fails before the last chunk is handed on, so that a consumer never sees
 * all of a wrong blob: SIZE_MISMATCH for too many or too few bytes, DIGEST_MISMATCH for other bytes.
 */
export async function* verified(
  blob: Descriptor,
  content: Bytes,
): AsyncGenerator<Uint8Array, void, undefined> {
  const check = new BlobCheck(blob);
  let held: Uint8Array | undefined;
  for await (const chunk of content) {
    // An empty chunk at the end would let the last real one pass before the check.
    if (chunk.byteLength === 0) continue;
    check.update(chunk);
    if (held !== undefined) yield held;
    held = chunk;
  }
  check.finish();
  if (held !== undefined) yield held;
}

/** The running size and digest of one blob. */
export class BlobCheck {
  readonly #blob: Descriptor;
  readonly #hash: Hash;
  #size = 0;

  constructor(blob: Descriptor) {
    this.#blob = blob;
    this.#hash = hasherFor(blob.digest);
  }

  /** Bytes seen so far. */
  get size(): number {
    return this.#size;
  }

  /** Throws SIZE_MISMATCH as soon as there are more bytes than the descriptor says. */
  update(chunk: Uint8Array): void {
    this.#size += chunk.byteLength;
    if (this.#size > this.#blob.size) throw sizeMismatch(this.#blob, `more than ${this.#blob.size}`);
    this.#hash.update(chunk);
  }

  /** Throws SIZE_MISMATCH or DIGEST_MISMATCH unless the whole blob, and nothing else, has passed. */
  finish(): void {
    if (this.#size !== this.#blob.size) throw sizeMismatch(this.#blob, String(this.#size));
    refuseOtherDigest(this.#blob, toDigest(digestAlgorithm(this.#blob.digest), this.#hash.digest('hex')));
  }
}

/** Throws DIGEST_MISMATCH unless `got` is the blob's digest. */
export function refuseOtherDigest(blob: Descriptor, got: Digest): void {
  if (got === blob.digest) return;
  throw new XbundleError('DIGEST_MISMATCH', `verifying ${blob.digest}: the bytes have digest ${got}`);
}

/** What to throw for a blob of another size. */
export function sizeMismatch(blob: Descriptor, got: string): XbundleError {
  return new XbundleError('SIZE_MISMATCH', `verifying ${blob.digest}: got ${got} bytes, want ${blob.size}`);
}
