import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { XbundleError } from '../errors.ts';
import { errorCodeOf } from '../testing/error-code.ts';
import { mapConcurrent } from './concurrency.ts';

/** Waits until the signal fires, as a stalled source does. */
function stall(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}

describe('mapping several items at once', () => {
  it('gives the results in the order of the items', async () => {
    const items = [30, 10, 20, 0];
    const results = await mapConcurrent(items, { jobs: 3 }, async (item) => {
      await sleep(item);
      return item * 2;
    });
    expect(results).toEqual([60, 20, 40, 0]);
  });

  it.each([
    [1, 1],
    [3, 3],
    [0, 1],
    [99, 8],
  ])('runs %i jobs as %i at once', async (jobs, expected) => {
    let running = 0;
    let most = 0;
    await mapConcurrent(Array.from({ length: 8 }), { jobs }, async () => {
      most = Math.max(most, ++running);
      await sleep(5);
      running--;
    });
    expect(most).toBe(expected);
  });

  it('of nothing is nothing', async () => {
    expect(await mapConcurrent([], { jobs: 4 }, () => Promise.resolve(1))).toEqual([]);
  });

  it('ends the siblings of a call that fails, and throws what it failed with', async () => {
    const ended: number[] = [];
    const work = mapConcurrent([0, 1, 2, 3], { jobs: 3 }, async (item, signal) => {
      if (item === 1) throw new XbundleError('REFUSED', 'no');
      await stall(signal).finally(() => ended.push(item));
    });
    expect(await errorCodeOf(work)).toBe('REFUSED');
    expect(ended.sort()).toEqual([0, 2]);
  });

  it('starts nothing more after a failure', async () => {
    const started: number[] = [];
    const work = mapConcurrent([0, 1, 2, 3], { jobs: 1 }, (item) => {
      started.push(item);
      return Promise.reject(new XbundleError('REFUSED', 'no'));
    });
    expect(await errorCodeOf(work)).toBe('REFUSED');
    expect(started).toEqual([0]);
  });

  it('settles only once every call has', async () => {
    let tidied = false;
    const work = mapConcurrent([0, 1], { jobs: 2 }, async (item, signal) => {
      if (item === 0) throw new XbundleError('REFUSED', 'no');
      await stall(signal).catch(() => undefined);
      await sleep(30);
      tidied = true;
    });
    expect(await errorCodeOf(work)).toBe('REFUSED');
    expect(tidied).toBe(true);
  });

  it('is INTERRUPTED by its caller, whatever the calls make of that', async () => {
    const abort = new AbortController();
    const work = mapConcurrent([0, 1], { jobs: 2, signal: abort.signal }, async (item, signal) => {
      await stall(signal).catch(() => undefined);
      if (item === 0) throw new Error('something else');
    });
    abort.abort();
    expect(await errorCodeOf(work)).toBe('INTERRUPTED');
  });

  it('does not start for a caller that has gone', async () => {
    let calls = 0;
    const work = mapConcurrent([0, 1], { jobs: 2, signal: AbortSignal.abort() }, () => {
      calls++;
      return Promise.resolve();
    });
    expect(await errorCodeOf(work)).toBe('INTERRUPTED');
    expect(calls).toBe(0);
  });

  it('leaves no listener on the signal of its caller', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    await mapConcurrent([1, 2, 3], { jobs: 2, signal }, () => Promise.resolve());
    expect(listeners).toBe(0);
  });
});
