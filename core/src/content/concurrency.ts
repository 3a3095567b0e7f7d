import { setMaxListeners } from 'node:events';
import { interrupted } from '../errors.ts';
import type { CallOptions } from './types.ts';

export interface ConcurrencyOptions extends CallOptions {
  /** Calls under way at once. */
  readonly jobs: number;
}

/**
 * Maps several items at once; results are in the order of the items. Each call gets a signal that fires when
 * the caller's does or when another call fails, so that a failure ends its siblings instead of waiting for
 * them. The first failure is thrown once all calls have settled: nothing runs on behind the caller's back.
 */
export async function mapConcurrent<T, R>(
  items: readonly T[],
  { jobs, signal }: ConcurrencyOptions,
  map: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  const siblings = new AbortController();
  const combined = signal === undefined ? siblings.signal : AbortSignal.any([signal, siblings.signal]);
  // Every call listens to it, some with several listeners: that is no leak, and Node is not to warn of one.
  setMaxListeners(0, combined);
  const queue = items.entries();
  async function work(): Promise<void> {
    for (const [index, item] of queue) {
      if (combined.aborted) return;
      try {
        results[index] = await map(item, combined);
      } catch (error) {
        failures.push(error);
        siblings.abort(error);
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(Math.max(jobs, 1), items.length) }, work));
  if (signal?.aborted) throw interrupted(signal);
  if (failures.length > 0) throw failures[0];
  return results;
}
