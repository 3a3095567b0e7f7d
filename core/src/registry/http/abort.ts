import { setMaxListeners } from 'node:events';
import { interrupted, throwIfAborted } from '../../errors.ts';

/**
 * Calls `listener` when the signal fires; gives what takes it off again. Any number of requests may listen to
 * one signal: Node's warning of a leak at eleven is switched off for it.
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => undefined;
  setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
  return () => {
    signal.removeEventListener('abort', listener);
  };
}

/**
 * Waits for work that others wait for too: the caller's signal ends the waiting, not the work. Rejects with
 * INTERRUPTED as soon as the signal fires.
 */
export async function waitFor<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return shared;
  throwIfAborted(signal);
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = onAbort(signal, () => {
      reject(interrupted(signal));
    });
  });
  try {
    return await Promise.race([shared, aborted]);
  } finally {
    stop();
  }
}
