import type { Bytes, CallOptions } from '../../content/index.ts';
import type { Descriptor, Digest } from '../../model/index.ts';
import { MemoryStore } from './memory-store.ts';

/** A blob asked for with `readFrom`. */
export interface WatchedRead {
  readonly digest: Digest;
  readonly offset: number;
}

/** What is given in place of a blob's bytes from an offset on; undefined leaves them as they are. */
export type Intercept = (read: WatchedRead, content: Bytes, options: CallOptions) => Bytes | undefined;

/** A store that remembers which blobs were fetched, and lets tests come between. */
export class WatchedStore extends MemoryStore {
  readonly reads: WatchedRead[] = [];
  intercept: Intercept = () => undefined;

  override readFrom(blob: Descriptor, offset: number, options: CallOptions = {}): Bytes {
    const read = { digest: blob.digest, offset };
    this.reads.push(read);
    const content = super.readFrom(blob, offset, options);
    return this.intercept(read, content, options) ?? content;
  }
}

/** The first `count` chunks, then an error. */
export async function* failAfter(content: Bytes, count: number, error: Error): Bytes {
  let left = count;
  for await (const chunk of content) {
    if (left-- === 0) break;
    yield chunk;
  }
  throw error;
}

/** The first `count` chunks, then nothing until the signal fires. */
export async function* stallAfter(content: Bytes, count: number, { signal }: CallOptions): Bytes {
  let left = count;
  for await (const chunk of content) {
    if (left-- === 0) break;
    yield chunk;
  }
  await new Promise((_, reject) => {
    signal?.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
    if (signal?.aborted === true) reject(signal.reason as Error);
  });
}

/** All chunks, with the lowest bit of the first byte of each inverted. */
export async function* flipped(content: Bytes): Bytes {
  for await (const chunk of content) {
    const copy = Uint8Array.from(chunk);
    copy[0] = (copy[0] ?? 0) ^ 1;
    yield copy;
  }
}
