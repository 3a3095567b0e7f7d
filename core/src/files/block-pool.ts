import { LIMITS } from '../limits.ts';

/**
 * Memory that threads share, in blocks of `LIMITS.chunkBytes` that are used again and again: blocks that are left
 * to the garbage collector cost an export a fifth of its time (see bench/README.md).
 */
export class BlockPool {
  readonly #free: SharedArrayBuffer[] = [];
  readonly #own = new WeakSet<ArrayBufferLike>();

  /** The first `bytes` of a block, at most `LIMITS.chunkBytes`; they hold whatever was in it before. */
  take(bytes: number): Uint8Array {
    return new Uint8Array(this.#free.pop() ?? this.#allocate(), 0, bytes);
  }

  /** Whether these bytes lie in a block of this pool. */
  holds({ buffer }: Uint8Array): boolean {
    return this.#own.has(buffer);
  }

  /** Takes a block back, once: whoever has it must not look at it again. */
  give({ buffer }: Uint8Array): void {
    if (buffer instanceof SharedArrayBuffer) this.#free.push(buffer);
  }

  #allocate(): SharedArrayBuffer {
    const memory = new SharedArrayBuffer(LIMITS.chunkBytes);
    this.#own.add(memory);
    return memory;
  }
}
