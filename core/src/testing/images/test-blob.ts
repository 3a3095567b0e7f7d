import { createHash } from 'node:crypto';
import { LIMITS } from '../../limits.ts';
import { MEDIA_TYPES, toDigest, type Descriptor } from '../../model/index.ts';
import type { Bytes, CallOptions } from '../../content/index.ts';
import { throwIfAborted } from '../../errors.ts';
import { randomBytes, type Seed } from './seeded-bytes.ts';

/** A blob in memory. */
export interface MemoryBlob {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** A blob whose bytes are made when they are read, so that its size costs no memory. */
export interface VirtualBlob {
  readonly descriptor: Descriptor;
  /** The bytes from `start` up to, not including, `end`. */
  generate(start: number, end: number): Iterable<Uint8Array>;
}

export type TestBlob = MemoryBlob | VirtualBlob;

/** How many bytes are really there, whatever the descriptor says. */
export function blobSize(blob: TestBlob): number {
  return 'bytes' in blob ? blob.bytes.byteLength : blob.descriptor.size;
}

/** A blob of `size` random bytes made when read. Its digest is found by making them all once. */
export function virtualBlob(size: number, seed: Seed): VirtualBlob {
  const generate = (start: number, end: number): Iterable<Uint8Array> => randomChunks(seed, start, end);
  const hash = createHash('sha256');
  for (const chunk of generate(0, size)) hash.update(chunk);
  const digest = toDigest('sha256', hash.digest('hex'));
  return { descriptor: { mediaType: MEDIA_TYPES.ociLayer, digest, size }, generate };
}

function* randomChunks(seed: Seed, start: number, end: number): Iterable<Uint8Array> {
  for (let at = start; at < end; at += LIMITS.chunkBytes) {
    yield randomBytes(seed, Math.min(LIMITS.chunkBytes, end - at), at);
  }
}

/** The blob's bytes from `start` up to, not including, `end`, in chunks. INTERRUPTED when the signal fires. */
export async function* readTestBlob(
  blob: TestBlob,
  { start, end }: { readonly start: number; readonly end: number },
  { signal }: CallOptions = {},
): Bytes {
  for (const chunk of 'bytes' in blob ? slices(blob.bytes, start, end) : blob.generate(start, end)) {
    throwIfAborted(signal);
    yield chunk;
    // A turn of the event loop for each chunk, so that an abort can be noticed.
    await new Promise(setImmediate);
  }
  throwIfAborted(signal);
}

function* slices(bytes: Uint8Array, start: number, end: number): Iterable<Uint8Array> {
  for (let at = start; at < Math.min(end, bytes.byteLength); at += LIMITS.chunkBytes) {
    yield bytes.subarray(at, Math.min(at + LIMITS.chunkBytes, end));
  }
}
