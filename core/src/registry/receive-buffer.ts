import { LIMITS } from '../limits.ts';

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

  /** `expected` is the length of the body, where it is known: blocks are not allocated larger than what comes. */
  constructor(expected?: number) {
    this.#expected = expected;
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
    return Buffer.allocUnsafeSlow(size);
  }

  /** Makes what has come so far ready to be taken, though it is no whole block. */
  flush(): void {
    if (this.#block === undefined || this.#filled === 0) return;
    this.#ready.push(this.#block.subarray(0, this.#filled));
    const rest = this.#block.subarray(this.#filled);
    this.#block = rest.byteLength > 0 ? rest : undefined;
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
