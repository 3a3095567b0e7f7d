import { Worker } from 'node:worker_threads';
import { LIMITS } from '../limits.ts';
import { hashingService, type HashingRequest, type ServeHashing } from './hashing-requests.ts';

/** Carries out requests in the order they were asked. */
export interface HashingWorker {
  /** Rejects with what the system says. */
  ask(request: HashingRequest): Promise<string | undefined>;
  /** Resolves when nothing touches the file any more; what was asked and is not done rejects. */
  close(): Promise<void>;
}

/** Works in the thread of the caller, at once. */
export function hashHere(file: number): HashingWorker {
  const serve = hashingService(file, LIMITS.chunkBytes);
  let isClosed = false;
  return {
    ask: (request) =>
      new Promise((resolve) => {
        if (isClosed) throw new Error('hashing has ended');
        resolve(serve(request));
      }),
    close: () => {
      isClosed = true;
      return Promise.resolve();
    },
  };
}

interface Waiting {
  readonly resolve: (hex: string | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** What a thread sends for each request, in their order. An error loses its code on the way between threads. */
interface Answer {
  readonly hex?: string | undefined;
  readonly error?: { readonly message: string; readonly code: unknown };
}

/** Works in a thread of its own. Blocks should lie in shared memory, or the whole of theirs is copied. */
export function hashInThread(file: number): HashingWorker {
  const worker = new Worker(`(${threadMain.toString()})(${hashingService.toString()})`, {
    eval: true,
    workerData: { file, chunkBytes: LIMITS.chunkBytes },
  });
  const waiting: Waiting[] = [];
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  worker.on('message', ({ hex, error }: Answer) => {
    const next = waiting.shift();
    if (error === undefined) next?.resolve(hex);
    else next?.reject(Object.assign(new Error(error.message), { code: error.code }));
  });
  worker.on('error', fail);
  worker.on('exit', () => {
    fail(new Error('the thread that hashes has ended'));
  });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        waiting.push({ resolve, reject });
        worker.postMessage(request);
      }),
    close: async () => {
      const ended = worker.terminate();
      // A thread that has nothing to do touches no file on its way out.
      if (waiting.length > 0) await ended;
    },
  };
}

/** The thread's whole program; like `hashingService`, it may refer to nothing outside itself. */
function threadMain(service: (file: number, chunkBytes: number) => ServeHashing): void {
  const threads = globalThis.process.getBuiltinModule('node:worker_threads');
  const { file, chunkBytes } = threads.workerData as { file: number; chunkBytes: number };
  const serve = service(file, chunkBytes);
  threads.parentPort?.on('message', (request: HashingRequest) => {
    let answer: Answer;
    try {
      answer = { hex: serve(request) };
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      answer = { error: { message, code } };
    }
    threads.parentPort?.postMessage(answer);
  });
}
