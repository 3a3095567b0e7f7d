import { Buffer } from 'node:buffer';
import { interrupted, throwIfAborted } from '../../errors.ts';
import type { Bytes, CallOptions } from '../../content/index.ts';

/** Takes exact numbers of bytes from a stream. An abort ends a wait at once, also where the stream has stalled. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #signal: AbortSignal | undefined;
  readonly #held: Uint8Array[] = [];
  #taken = 0;

  constructor(content: Bytes, { signal }: CallOptions = {}) {
    this.#source = content[Symbol.asyncIterator]();
    this.#signal = signal;
  }

  /** Bytes taken so far; those that were put back are not. */
  get taken(): number {
    return this.#taken;
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
      this.#taken += part.byteLength;
      yield part;
    }
  }

  /** Puts bytes back, to be taken again first. */
  unread(chunks: readonly Uint8Array[]): void {
    this.#held.unshift(...chunks);
    for (const chunk of chunks) this.#taken -= chunk.byteLength;
  }

  async atEnd(): Promise<boolean> {
    const chunk = await this.#next();
    if (chunk === undefined) return true;
    this.#held.unshift(chunk);
    return false;
  }

  /** Ends the stream that is read from; after an abort without waiting for it. */
  async close(): Promise<void> {
    const ended = this.#source.return?.();
    if (this.#signal?.aborted !== true) await ended;
    else ended?.catch(() => undefined);
  }

  async #next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const held = this.#held.shift();
      if (held !== undefined && held.byteLength > 0) return held;
      if (held !== undefined) continue;
      const next = await this.#awaken(this.#source.next());
      if (next.done === true) return undefined;
      if (next.value.byteLength > 0) return next.value;
    }
  }

  async #awaken<T>(work: Promise<T>): Promise<T> {
    const signal = this.#signal;
    if (signal === undefined) return work;
    throwIfAborted(signal);
    let stop = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      stop = () => {
        reject(interrupted(signal));
      };
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([work, aborted]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}
