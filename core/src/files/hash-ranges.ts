import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { XbundleError, interrupted, throwIfAborted } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { digestAlgorithm, toDigest, type Digest, type DigestAlgorithm } from '../model/index.ts';
import { digestOf, type CallOptions } from '../content/index.ts';
import { fileError, onPath } from './file-error.ts';
import { readBytes } from './read-range.ts';

/** A stretch of a file and the digest it should have. */
export interface HashRange {
  readonly digest: Digest;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly size: number;
}

export interface HashOptions extends CallOptions {
  /** Called now and then with the bytes hashed since the last call. */
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
  const digests = new Map<number, Digest>();
  const shares = share(ranges);
  const report = ({ index, hex, bytes }: HashMessage): void => {
    options.onBytes?.(bytes);
    const range = ranges[index];
    if (range === undefined || hex === undefined) return;
    digests.set(index, toDigest(digestAlgorithm(range.digest), hex));
  };
  const threads = shares.map((tasks) => startThread(path, tasks, report));
  const stop = (): void => {
    for (const thread of threads) void thread.worker.terminate();
  };
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all(threads.map((thread) => thread.done));
  } catch (error) {
    throw options.signal?.aborted ? interrupted(options.signal) : fileError('reading', path, error);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    stop();
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

interface HashThread {
  readonly worker: Worker;
  readonly done: Promise<void>;
}

interface HashMessage {
  readonly index: number;
  /** Hashed since the thread's last message. */
  readonly bytes: number;
  /** The digest, once the range is done. */
  readonly hex?: string;
}

type Report = (message: HashMessage) => void;

function startThread(path: string, tasks: readonly Task[], report: Report): HashThread {
  const workerData = { path, tasks, chunkBytes: LIMITS.chunkBytes };
  const worker = new Worker(`(${threadMain.toString()})()`, { eval: true, workerData });
  let left = tasks.length;
  const done = new Promise<void>((resolve, reject) => {
    worker.on('message', (message: HashMessage) => {
      report(message);
      if (message.hex !== undefined && --left === 0) resolve();
    });
    worker.once('error', reject);
    worker.once('exit', () => {
      if (left > 0) reject(new Error('the hashing thread ended early'));
    });
  });
  return { worker, done };
}

/**
 * The thread's whole program. It is started from its source text, so that it needs no file of its own in a
 * bundled CLI, and may therefore refer to nothing outside itself.
 */
function threadMain(): void {
  const threads = globalThis.process.getBuiltinModule('node:worker_threads');
  const { openSync, readSync, closeSync } = globalThis.process.getBuiltinModule('node:fs');
  const { createHash } = globalThis.process.getBuiltinModule('node:crypto');
  const work = threads.workerData as { path: string; tasks: Task[]; chunkBytes: number };
  const { path, tasks, chunkBytes } = work;
  const file = openSync(path, 'r');
  const bytesPerMessage = 64 * chunkBytes;
  const buffer = new Uint8Array(chunkBytes);
  for (const { index, algorithm, offset, size } of tasks) {
    const hash = createHash(algorithm);
    let done = 0;
    let told = 0;
    while (done < size) {
      const read = readSync(file, buffer, 0, Math.min(chunkBytes, size - done), offset + done);
      if (read === 0) break;
      hash.update(buffer.subarray(0, read));
      done += read;
      if (done - told < bytesPerMessage) continue;
      threads.parentPort?.postMessage({ index, bytes: done - told });
      told = done;
    }
    threads.parentPort?.postMessage({ index, bytes: done - told, hex: hash.digest('hex') });
  }
  closeSync(file);
}
