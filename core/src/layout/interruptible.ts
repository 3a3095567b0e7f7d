import { interrupted, throwIfAborted } from '../errors.ts';
import type { Bytes } from '../content/index.ts';

/**
 * The same bytes, but an abort ends the iteration at once, also while `content` waits for a peer that has
 * stalled and does not listen to the signal itself. Such content is told to stop and not waited for.
 */
export async function* interruptible(content: Bytes, signal: AbortSignal | undefined): Bytes {
  if (signal === undefined) {
    yield* content;
    return;
  }
  throwIfAborted(signal);
  const iterator = content[Symbol.asyncIterator]();
  let isDone = false;
  try {
    for (;;) {
      const result = await beforeAbort(iterator.next(), signal);
      isDone = result.done === true;
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    if (!isDone) await stop(iterator, signal);
  }
}

async function stop(iterator: AsyncIterator<Uint8Array>, signal: AbortSignal): Promise<void> {
  const stopped = Promise.resolve(iterator.return?.());
  // A generator that awaits a stalled peer takes its return only when the peer answers.
  if (signal.aborted) stopped.catch(() => undefined);
  else await stopped;
}

async function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(interrupted(signal));
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
