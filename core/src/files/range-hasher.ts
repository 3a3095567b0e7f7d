import type { FileHandle } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { XbundleError, interrupted, throwIfAborted } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { digestAlgorithm, toDigest, type Digest } from '../model/index.ts';
import type { CallOptions } from '../content/index.ts';
import { fileError } from './file-error.ts';
import type { HashingRequest } from './hashing-requests.ts';
import { hashHere, hashInThread, type HashingWorker } from './hashing-thread.ts';

/** A stretch of a file and the digest it should have. */
export interface HashRange {
  readonly digest: Digest;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly size: number;
}

export interface HashOptions extends CallOptions {
  /** Called now and then with how many more bytes of the ranges are done. */
  readonly onBytes?: (bytes: number) => void;
}

/** More than this wait for the disk, not for a core. */
const MAX_WORKERS = 4;
/** Starting a thread takes about as long as hashing so many bytes. */
const BYTES_PER_THREAD = 67_108_864;

/**
 * Hashes ranges of one open file on several cores, of which the caller's is one. Threads start when it is made, so
 * that what tells the ranges is read meanwhile. The file stays open; close the hasher before it.
 */
export class RangeHasher {
  readonly #path: string;
  readonly #workers: readonly Worker[];

  private constructor(path: string, workers: readonly Worker[]) {
    this.#path = path;
    this.#workers = workers;
  }

  /** `bytes`: about how much will be hashed; for little no thread is worth starting. */
  static open(file: FileHandle, { path, bytes }: { path: string; bytes: number }): RangeHasher {
    const threads = Math.min(
      availableParallelism() - 1,
      MAX_WORKERS - 1,
      Math.floor(bytes / BYTES_PER_THREAD),
    );
    const others = Array.from({ length: threads }, () => inThread(file.fd));
    return new RangeHasher(path, [betweenOthers(file.fd), ...others]);
  }

  /**
   * Resolves to the real digests of ranges, in the order given. A range that reaches beyond the end of the file has
   * the digest of what is there. Once for each hasher: failing and aborting end its threads at once.
   */
  async hash(ranges: readonly HashRange[], options: HashOptions = {}): Promise<readonly Digest[]> {
    const { signal } = options;
    throwIfAborted(signal);
    const abort = (): void => void this.close();
    signal?.addEventListener('abort', abort, { once: true });
    const digests = new Map<HashRange, Digest>();
    const queue = [...ranges].sort((a, b) => b.size - a.size).entries();
    const work = this.#workers.map((worker) => hashFrom(queue, worker, { ...options, digests }));
    try {
      await Promise.all(work);
    } catch (error) {
      await this.close();
      await Promise.allSettled(work);
      throw signal?.aborted ? interrupted(signal) : fileError('reading', this.#path, error);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
    return ranges.map((range) => {
      const digest = digests.get(range);
      if (digest === undefined)
        throw new XbundleError('INTERNAL', `hashing ${this.#path}: a range at ${range.offset} was left out`);
      return digest;
    });
  }

  /** Resolves when nothing touches the file any more. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }
}

interface Worker extends HashingWorker {
  /** Requests that wait for it, so that it never waits for the caller's thread, however busy that is. */
  readonly ahead: number;
  /** So many bytes are hashed for one request. */
  readonly stretch: number;
}

/** Two blobs of usual size. */
function inThread(file: number): Worker {
  return { ...hashInThread(file), ahead: 6, stretch: 64 * LIMITS.chunkBytes };
}

/** In the caller's thread, which does for a millisecond at a time what else there is to do. */
function betweenOthers(file: number): Worker {
  const worker = hashHere(file);
  const ask = async (request: HashingRequest): Promise<string | undefined> => {
    const hex = await worker.ask(request);
    await setImmediate();
    return hex;
  };
  return { ...worker, ask, ahead: 0, stretch: 2 * LIMITS.chunkBytes };
}

interface Progress extends HashOptions {
  readonly digests: Map<HashRange, Digest>;
}

/** Each worker takes the next when it is ready for it; the largest come first, so that all end at about one time. */
async function hashFrom(
  queue: Iterable<[number, HashRange]>,
  worker: Worker,
  { digests, onBytes }: Progress,
): Promise<void> {
  const underWay: Promise<void>[] = [];
  for (const [stream, range] of queue) {
    for (const request of requestsFor(range, stream, worker.stretch)) {
      const answered = worker.ask(request).then((hex) => {
        if (request.kind === 'read') onBytes?.(request.size);
        if (hex !== undefined) digests.set(range, toDigest(digestAlgorithm(range.digest), hex));
      });
      // A failure is met at the next await; until then it must not count as unhandled.
      answered.catch(() => undefined);
      underWay.push(answered);
      if (underWay.length > worker.ahead) await underWay.shift();
    }
  }
  await Promise.all(underWay);
}

function* requestsFor(
  { digest, offset, size }: HashRange,
  stream: number,
  stretch: number,
): Generator<HashingRequest> {
  yield { kind: 'begin', stream, algorithm: digestAlgorithm(digest) };
  for (let at = 0; at < size; at += stretch)
    yield { kind: 'read', stream, offset: offset + at, size: Math.min(stretch, size - at) };
  yield { kind: 'end', stream };
}
