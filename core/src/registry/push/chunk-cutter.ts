import type { Bytes } from '../../content/index.ts';

/** Cuts one stream into consecutive parts of given lengths, each a stream of its own. */
export class ChunkCutter {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(content: Bytes) {
    this.#chunks = content[Symbol.asyncIterator]();
  }

  /** The next `size` bytes, or fewer at the end of the stream. Read each part to its end before the next. */
  async *take(size: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = size; left > 0;) {
      if (this.#rest.byteLength === 0) {
        const next = await this.#chunks.next();
        if (next.done === true) return;
        this.#rest = next.value;
      }
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.byteLength);
      left -= part.byteLength;
      if (part.byteLength > 0) yield part;
    }
  }

  /** Reads to the end of the stream, so that what checks it there comes to its end. */
  async finish(): Promise<void> {
    while ((await this.#chunks.next()).done !== true);
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
