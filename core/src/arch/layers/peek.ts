import { Buffer } from 'node:buffer';
import type { Bytes } from '../../content/index.ts';

export interface Peeked {
  /** The first bytes; fewer only where there are no more. */
  readonly start: Uint8Array;
  /** All bytes, the first included. To be iterated, or the input stays open. */
  readonly rest: Bytes;
}

/** Reads the first `size` bytes ahead. */
export async function peeked(content: Bytes, size: number): Promise<Peeked> {
  const iterator = content[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let have = 0;
  while (have < size) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
    have += next.value.byteLength;
  }
  return { start: Buffer.concat(chunks).subarray(0, size), rest: resume(chunks, iterator) };
}

async function* resume(
  chunks: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* chunks;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}
