import { createCipheriv, createHash } from 'node:crypto';

/** Any two equal seeds give equal bytes, on every machine. */
export type Seed = string | number;

const BLOCK = 16;
/** Most calls are for one chunk: taking its zeros from here is faster than making them. */
const ZEROS = Buffer.alloc(1_048_576 + BLOCK);

/**
 * `size` incompressible bytes from `offset` on of the endless stream that `seed` names. The stream is AES-CTR
 * over zeros: fast enough to serve 10 GiB, and any place in it is reached without making what comes before.
 */
export function randomBytes(seed: Seed, size: number, offset = 0): Buffer {
  const key = createHash('sha256').update(`xbundle ${seed}`).digest().subarray(0, BLOCK);
  const counter = Buffer.alloc(BLOCK);
  counter.writeBigUInt64BE(BigInt(Math.floor(offset / BLOCK)), BLOCK / 2);
  const skip = offset % BLOCK;
  const cipher = createCipheriv('aes-128-ctr', key, counter);
  const zeros = skip + size <= ZEROS.length ? ZEROS.subarray(0, skip + size) : Buffer.alloc(skip + size);
  return cipher.update(zeros).subarray(skip);
}

const PHRASES = 256;
const PHRASE_BYTES = 16;
const PAGE_BYTES = 4096;
const RANDOM_SHARE = 0.4;

/** `size` bytes that gzip to a little under half, as the files of a usual image do. */
export function realisticBytes(seed: Seed, size: number): Buffer {
  const phrases = randomBytes('phrases', PHRASES * PHRASE_BYTES);
  const choice = randomBytes(`${seed} choice`, Math.ceil(size / PHRASE_BYTES));
  const bytes = Buffer.allocUnsafe(size);
  for (let at = 0, chosen = 0; at < size; at += PHRASE_BYTES) {
    const start = (choice[chosen++] ?? 0) * PHRASE_BYTES;
    phrases.copy(bytes, at, start, start + PHRASE_BYTES);
  }
  const noise = randomBytes(seed, Math.ceil(size * RANDOM_SHARE));
  const part = Math.floor(PAGE_BYTES * RANDOM_SHARE);
  for (let page = 0; page * PAGE_BYTES < size; page++) {
    noise.copy(bytes, page * PAGE_BYTES, page * part, (page + 1) * part);
  }
  return bytes;
}
