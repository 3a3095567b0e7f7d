import type { FileHandle } from 'node:fs/promises';
import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { toDigest, type Digest, type DigestAlgorithm } from '../model/index.ts';
import { BlockPool } from './block-pool.ts';
import { fileError } from './file-error.ts';
import type { HashingRequest } from './hashing-requests.ts';
import { hashHere, hashInThread, type HashingWorker } from './hashing-thread.ts';

/** Starting a thread costs about as much as hashing and writing this many bytes. */
const BYTES_FOR_THREAD = 33_554_432;
/** The disk is set to work each time this much is new, so that little is left to sync at the end. */
const SYNC_STEP_BYTES = 67_108_864;
/** Blocks of one stream that wait to be written: one more comes in meanwhile. */
const BLOCKS_AHEAD = 2;

export interface StreamStart {
  readonly algorithm: DigestAlgorithm;
  /** Where in the file the stream's first byte lies. */
  readonly offset: number;
  /** How many bytes of it are in place already; they are read and hashed, not written. */
  readonly ready: number;
}

/** A stream that goes into a file and is hashed on the way. */
export interface HashedStream {
  /** Bytes from the stream's start that are known to be in the file. */
  readonly written: number;
  /**
   * Takes the next bytes, which are the writer's from now on; resolves when it wants more. Rejects, now or at a
   * later call, with DISK_FULL or FILE_SYSTEM.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Waits until what was taken is written or has failed; never throws. */
  settle(): Promise<void>;
  /** Waits until all is written; the digest of all of it, what was in place before included. */
  end(): Promise<Digest>;
}

/**
 * Writes many streams at once into one open file, each at its own place, and hashes them, for much in a thread of
 * its own: the event loop then only moves bytes from sockets to memory.
 */
export class HashingWriter {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #worker: HashingWorker;
  readonly #pool: BlockPool | undefined;
  #streams = 0;
  #unsynced = 0;
  #syncing: Promise<void> | undefined;
  #syncFailure: { readonly error: unknown } | undefined;

  private constructor(file: FileHandle, path: string, inThread: boolean) {
    this.#file = file;
    this.#path = path;
    this.#worker = inThread ? hashInThread(file.fd) : hashHere(file.fd);
    this.#pool = inThread ? new BlockPool() : undefined;
  }

  /** `bytes`: about how much will come. The file stays open; close the writer before it. */
  static open(file: FileHandle, { path, bytes }: { path: string; bytes: number }): HashingWriter {
    return new HashingWriter(file, path, bytes >= BYTES_FOR_THREAD);
  }

  /** Memory for what will be given to `write`, which then needs no copy and is used again. */
  get allocate(): ((bytes: number) => Uint8Array) | undefined {
    const pool = this.#pool;
    return pool && ((bytes) => pool.take(bytes));
  }

  begin(start: StreamStart): HashedStream {
    return new Stream(start, {
      number: this.#streams++,
      pool: this.#pool,
      ask: (request) => this.#ask(request),
    });
  }

  /**
   * What is under way fails. Resolves when nothing touches the file any more. Throws DISK_FULL or FILE_SYSTEM when
   * the disk did not take what had been written: it says so once only, not again when the file is synced.
   */
  async close(): Promise<void> {
    await this.#worker.close();
    await this.#syncing;
    if (this.#syncFailure !== undefined) throw fileError('syncing', this.#path, this.#syncFailure.error);
  }

  async #ask(request: HashingRequest): Promise<string | undefined> {
    let answer: string | undefined;
    try {
      answer = await this.#worker.ask(request);
    } catch (error) {
      throw fileError('writing', this.#path, error);
    }
    if (request.kind === 'write') this.#syncEarly(request.block.byteLength);
    return answer;
  }

  #syncEarly(bytes: number): void {
    this.#unsynced += bytes;
    if (this.#unsynced < SYNC_STEP_BYTES || this.#syncing !== undefined) return;
    this.#unsynced = 0;
    this.#syncing = this.#file.datasync().then(
      () => {
        this.#syncing = undefined;
      },
      (error: unknown) => {
        // It stays set: nothing more is worth syncing.
        this.#syncFailure = { error };
      },
    );
  }
}

interface StreamParts {
  readonly number: number;
  readonly pool: BlockPool | undefined;
  readonly ask: HashingWorker['ask'];
}

class Stream implements HashedStream {
  readonly #start: StreamStart;
  readonly #parts: StreamParts;
  readonly #underWay: Promise<void>[] = [];
  #taken: number;
  #written: number;
  #failed = false;

  constructor(start: StreamStart, parts: StreamParts) {
    this.#start = start;
    this.#parts = parts;
    this.#taken = start.ready;
    this.#written = start.ready;
    const { number: stream, ask } = parts;
    const { algorithm, offset, ready } = start;
    this.#queue(ask({ kind: 'begin', stream, algorithm }), 0);
    if (ready > 0) this.#queue(ask({ kind: 'read', stream, offset, size: ready }), 0);
  }

  get written(): number {
    return this.#written;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (const block of this.#blocksOf(bytes)) {
      const { number: stream, ask, pool } = this.#parts;
      const asked = ask({ kind: 'write', stream, offset: this.#start.offset + this.#taken, block });
      this.#taken += block.byteLength;
      this.#queue(
        asked.then(() => pool?.give(block)),
        block.byteLength,
      );
      if (this.#underWay.length > BLOCKS_AHEAD) await this.#underWay.shift();
    }
  }

  async settle(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async end(): Promise<Digest> {
    for (const done of this.#underWay.splice(0)) await done;
    const hex = await this.#parts.ask({ kind: 'end', stream: this.#parts.number });
    if (hex === undefined) throw new XbundleError('INTERNAL', 'writing: the stream was never begun');
    return toDigest(this.#start.algorithm, hex);
  }

  /** As they are where they may be handed on without a copy, else in blocks of the pool. */
  *#blocksOf(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
    const { pool } = this.#parts;
    if (pool === undefined || pool.holds(bytes)) {
      yield bytes;
      return;
    }
    for (let at = 0; at < bytes.byteLength; at += LIMITS.chunkBytes) {
      const part = bytes.subarray(at, at + LIMITS.chunkBytes);
      const block = pool.take(part.byteLength);
      block.set(part);
      yield block;
    }
  }

  #queue(asked: Promise<unknown>, bytes: number): void {
    const done = asked.then(
      () => {
        if (!this.#failed) this.#written += bytes;
      },
      (error: unknown) => {
        this.#failed = true;
        throw error;
      },
    );
    // A failure is met at the next await; until then it must not count as unhandled.
    done.catch(() => undefined);
    this.#underWay.push(done);
  }
}
