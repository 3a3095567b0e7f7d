import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Bytes } from '../../content/index.ts';
import { peeked } from './peek.ts';
import { unzstd } from './zstd.ts';

/** Output of one step of zlib: larger than its default, so that each step is worth its trip between threads. */
const CHUNK_BYTES = 262_144;

/**
 * The bytes of a layer without its compression, which its first bytes tell: gzip, zstd or none. Damage in the
 * compressed stream is thrown as its decoder says it.
 */
export async function* decompressed(content: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  const { start, rest } = await peeked(content, 4);
  if (start[0] === 0x1f && start[1] === 0x8b) yield* gunzip(rest);
  else if (isZstd(start)) yield* unzstd(rest);
  else yield* rest;
}

/** The magic of a frame, or of one that is skipped. */
function isZstd(start: Uint8Array): boolean {
  const [a = 0, b, c, d] = start;
  if (a === 0x28 && b === 0xb5) return c === 0x2f && d === 0xfd;
  return a >> 4 === 5 && b === 0x2a && c === 0x4d && d === 0x18;
}

async function* gunzip(content: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  // A failure of the input destroys the output with it, so the iteration below is where it is thrown.
  const output = pipeline(content, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined);
  yield* output as AsyncIterable<Uint8Array>;
}
