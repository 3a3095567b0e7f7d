import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { XbundleError, interrupted, throwIfAborted } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { digestAlgorithm, toDigest, type Digest, type DigestAlgorithm } from '../model/index.ts';
import { digestOf, type CallOptions } from '../content/index.ts';
import { fileError, onPath } from './file-error.ts';
import type { HashingRequest } from './hashing-requests.ts';
import { hashInThread, type HashingWorker } from './hashing-thread.ts';
import { readBytes } from './read-range.ts';

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

/** More threads than this wait for the disk, not for a core. */
const MAX_THREADS = 4;
/** Starting a thread costs about as much as hashing this many bytes. */
const BYTES_PER_THREAD = 33_554_432;

/**
 * Hashes ranges of one file on several cores and resolves to their real digests, in the order given. A range
 * that reaches beyond the end of the file has the digest of what is there. Aborting ends the threads at once.
 */
export async function hashRanges(
  path: string,
  ranges: readonly HashRange[],
  options: HashOptions = {},
): Promise<readonly Digest[]> {
  if (options.signal?.aborted) throw interrupted(options.signal);
  const bytes = ranges.reduce((sum, range) => sum + range.size, 0);
  return bytes < BYTES_PER_THREAD ? hashHere(path, ranges, options) : hashInThreads(path, ranges, options);
}

/** Without threads, for little: starting one takes longer. */
async function hashHere(
  path: string,
  ranges: readonly HashRange[],
  options: HashOptions,
): Promise<readonly Digest[]> {
  const digests: Digest[] = [];
  const file = await onPath('opening', path, () => open(path, 'r'));
  try {
    for (const range of ranges) {
      throwIfAborted(options.signal);
      const bytes = await onPath('reading', path, () => readBytes(file, range));
      digests.push(digestOf(bytes, digestAlgorithm(range.digest)));
      options.onBytes?.(bytes.byteLength);
    }
  } finally {
    await file.close();
  }
  return digests;
}

async function hashInThreads(
  path: string,
  ranges: readonly HashRange[],
  options: HashOptions,
): Promise<readonly Digest[]> {
  const file = await onPath('opening', path, () => open(path, 'r'));
  const digests = new Map<number, Digest>();
  const shares = share(ranges).map((tasks) => ({ tasks, worker: hashInThread(file.fd) }));
  const stop = async (): Promise<void> => {
    await Promise.all(shares.map(({ worker }) => worker.close()));
  };
  const abort = (): void => void stop();
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    await Promise.all(shares.map((each) => hashShare(each, digests, options)));
  } catch (error) {
    throw options.signal?.aborted ? interrupted(options.signal) : fileError('reading', path, error);
  } finally {
    options.signal?.removeEventListener('abort', abort);
    await stop();
    await file.close();
  }
  return ranges.map((_, index) => {
    const digest = digests.get(index);
    if (digest === undefined)
      throw new XbundleError('INTERNAL', `hashing ${path}: range ${index} was left out`);
    return digest;
  });
}

interface Task {
  readonly index: number;
  readonly algorithm: DigestAlgorithm;
  readonly offset: number;
  readonly size: number;
}

/** Largest first to the least loaded thread; each share is then read in file order. */
function share(ranges: readonly HashRange[]): readonly (readonly Task[])[] {
  const bytes = ranges.reduce((sum, range) => sum + range.size, 0);
  const wanted = Math.min(availableParallelism(), MAX_THREADS, Math.ceil(bytes / BYTES_PER_THREAD));
  const shares = Array.from({ length: Math.max(wanted, 1) }, () => ({ load: 0, tasks: [] as Task[] }));
  const tasks = ranges.map(({ digest, offset, size }, index) => ({
    index,
    algorithm: digestAlgorithm(digest),
    offset,
    size,
  }));
  for (const task of tasks.sort((a, b) => b.size - a.size)) {
    const least = shares.reduce((best, each) => (each.load < best.load ? each : best));
    least.tasks.push(task);
    least.load += task.size;
  }
  return shares
    .map((each) => each.tasks.sort((a, b) => a.offset - b.offset))
    .filter((each) => each.length > 0);
}

interface Share {
  readonly tasks: readonly Task[];
  readonly worker: HashingWorker;
}

/** Requests that wait for the thread, so that it never waits for this one, however busy it is. */
const REQUESTS_AHEAD = 64;

async function hashShare(
  { tasks, worker }: Share,
  digests: Map<number, Digest>,
  { onBytes }: HashOptions,
): Promise<void> {
  const underWay: Promise<void>[] = [];
  for (const task of tasks) {
    for (const request of requestsFor(task)) {
      const answered = worker.ask(request).then((hex) => {
        if (request.kind === 'read') onBytes?.(request.size);
        if (hex !== undefined) digests.set(task.index, toDigest(task.algorithm, hex));
      });
      // A failure is met at the next await; until then it must not count as unhandled.
      answered.catch(() => undefined);
      underWay.push(answered);
      if (underWay.length > REQUESTS_AHEAD) await underWay.shift();
    }
  }
  await Promise.all(underWay);
}

/** So many bytes are hashed between two answers: how often progress is told. */
const STRETCH_BYTES = 64 * LIMITS.chunkBytes;

function* requestsFor({ index: stream, algorithm, offset, size }: Task): Generator<HashingRequest> {
  yield { kind: 'begin', stream, algorithm };
  for (let at = 0; at < size; at += STRETCH_BYTES)
    yield { kind: 'read', stream, offset: offset + at, size: Math.min(STRETCH_BYTES, size - at) };
  yield { kind: 'end', stream };
}
