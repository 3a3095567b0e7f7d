import { Buffer } from 'node:buffer';
import { type Bytes } from '../content/index.ts';

/** Takes exact numbers of bytes from a stream. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #held: Uint8Array[] = [];

  constructor(content: Bytes) {
    this.#source = content[Symbol.asyncIterator]();
  }

  /** The next `size` bytes in memory; fewer only where the stream ends. */
  async take(size: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.stream(size)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** The next `size` bytes as they come; fewer only where the stream ends. */
  async *stream(size: number): AsyncGenerator<Uint8Array, void, undefined> {
    let left = size;
    while (left > 0) {
      const chunk = await this.#next();
      if (chunk === undefined) return;
      if (chunk.byteLength > left) this.#held.unshift(chunk.subarray(left));
      const part = chunk.subarray(0, left);
      left -= part.byteLength;
      yield part;
    }
  }

  /** Puts bytes back, to be taken again first. */
  unread(chunks: readonly Uint8Array[]): void {
    this.#held.unshift(...chunks);
  }

  async atEnd(): Promise<boolean> {
    const chunk = await this.#next();
    if (chunk === undefined) return true;
    this.#held.unshift(chunk);
    return false;
  }

  /** Ends the stream that is read from. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const held = this.#held.shift();
      if (held !== undefined && held.byteLength > 0) return held;
      if (held !== undefined) continue;
      const { value, done } = await this.#source.next();
      if (done === true) return undefined;
      if (value.byteLength > 0) return value;
    }
  }
}
