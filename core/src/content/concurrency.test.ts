import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mapConcurrent } from './concurrency.ts';

describe('mapConcurrent', () => {
  it('keeps the order of the items, whatever finishes first', async () => {
    const results = await mapConcurrent([30, 1, 10], { jobs: 3 }, async (ms) => {
      await sleep(ms);
      return ms * 2;
    });
    expect(results).toEqual([60, 2, 20]);
  });

  it.each([
    [0, 1],
    [1, 1],
    [3, 3],
    [100, 10],
  ])('with %i jobs has at most %i calls under way', async (jobs, most) => {
    let running = 0;
    let peak = 0;
    await mapConcurrent(Array.from({ length: 10 }), { jobs }, async () => {
      peak = Math.max(peak, ++running);
      await sleep(2);
      running--;
    });
    expect(peak).toBe(most);
  });

  it('maps nothing to nothing', async () => {
    expect(await mapConcurrent([], { jobs: 4 }, () => Promise.reject(new Error('never')))).toEqual([]);
  });

  it('ends the siblings of a failure, starts no more, and throws the first failure once all have settled', async () => {
    const started: number[] = [];
    let settled = 0;
    const work = mapConcurrent([1, 2, 3, 4], { jobs: 2 }, async (item, signal) => {
      started.push(item);
      if (item === 1) throw new Error('first');
      await sleep(10_000, undefined, { signal }).catch(() => undefined);
      settled++;
      throw new Error('second');
    });
    await expect(work).rejects.toThrow('first');
    expect(started).toEqual([1, 2]);
    expect(settled).toBe(1);
  });

  it('is INTERRUPTED when the caller aborts', async () => {
    const abort = new AbortController();
    const work = mapConcurrent([1, 2], { jobs: 2, signal: abort.signal }, (_, signal) =>
      sleep(10_000, undefined, { signal }),
    );
    abort.abort();
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('starts nothing when the signal has fired already', async () => {
    let started = 0;
    const work = mapConcurrent([1], { jobs: 1, signal: AbortSignal.abort() }, () =>
      Promise.resolve(started++),
    );
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(started).toBe(0);
  });
});
