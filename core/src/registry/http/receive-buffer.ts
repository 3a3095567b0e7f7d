import type { ReadOptions } from '../../content/index.ts';
import { LIMITS } from '../../limits.ts';

type Allocate = NonNullable<ReadOptions['allocate']>;

/** The first block of a body of unknown length, which is most often a short one. */
const FIRST_BLOCK = 65_536;

/**
 * Joins the chunks of a socket (64 KiB at most) into blocks of `LIMITS.chunkBytes`. Copying costs less than
 * what a write, a hash update and a promise for each small chunk cost later (see bench/README.md).
 */
export class ReceiveBuffer {
  #ready: Uint8Array[] = [];
  #block: Uint8Array | undefined;
  #filled = 0;
  #expected: number | undefined;
  #blockSize = FIRST_BLOCK;
  readonly #memory: Allocate;

  /** `expected` is the length of the body, where it is known: blocks are not allocated larger than what comes. */
  constructor(expected?: number, allocate: Allocate = (bytes) => Buffer.allocUnsafeSlow(bytes)) {
    this.#expected = expected;
    this.#memory = allocate;
    if (expected !== undefined) this.#blockSize = LIMITS.chunkBytes;
  }

  /** Whether a whole block waits to be taken: time to stop reading from the socket. */
  get isFull(): boolean {
    return this.#ready.length > 0;
  }

  push(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.byteLength > 0) {
      this.#block ??= this.#allocate(rest.byteLength);
      const part = rest.subarray(0, this.#block.byteLength - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.byteLength;
      rest = rest.subarray(part.byteLength);
      if (this.#filled === this.#block.byteLength) this.flush();
    }
    if (this.#expected !== undefined) this.#expected = Math.max(this.#expected - chunk.byteLength, 0);
  }

  #allocate(atLeast: number): Uint8Array {
    const size = Math.min(this.#blockSize, Math.max(this.#expected ?? this.#blockSize, atLeast));
    this.#blockSize = LIMITS.chunkBytes;
    return this.#memory(size);
  }

  /**
   * Makes what has come so far ready to be taken, though it is no whole block. The rest of the block is not filled
   * later: whoever gets it may use all of its memory again.
   */
  flush(): void {
    if (this.#block === undefined || this.#filled === 0) return;
    this.#ready.push(this.#block.subarray(0, this.#filled));
    this.#block = undefined;
    this.#filled = 0;
  }

  take(): Uint8Array | undefined {
    return this.#ready.shift();
  }

  clear(): void {
    this.#ready = [];
    this.#block = undefined;
    this.#filled = 0;
  }
}
