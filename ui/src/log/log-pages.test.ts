import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sampleLogLine } from '../testing/sample-build.ts';
import { LogPages, PAGE_LINES, type LoadLines } from './log-pages.ts';

let stop: AbortController;
beforeEach(() => {
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  vi.useRealTimers();
});

function open(load: LoadLines): LogPages {
  return new LogPages({ load, onChange: () => undefined, signal: stop.signal });
}

function pagesOf(total: () => number, most = Infinity) {
  const load = vi.fn((from: number, limit: number) => {
    const count = Math.max(0, Math.min(limit, most, total() - from));
    return Promise.resolve(Array.from({ length: count }, (_, at) => sampleLogLine(from + at)));
  });
  return { load, pages: open(load) };
}

it('fetches what is looked at, once', async () => {
  const { load, pages } = pagesOf(() => 10_000);
  pages.want(240, 260, 10_000);
  pages.want(240, 260, 10_000);
  await sleep(0);
  expect(load.mock.calls).toEqual([
    [0, PAGE_LINES],
    [PAGE_LINES, PAGE_LINES],
  ]);
  expect(pages.lineAt(259)?.number).toBe(259);
  expect(pages.lineAt(9_000)).toBeUndefined();
});

it('fetches what is new when the log has grown', async () => {
  let total = 10;
  const { load, pages } = pagesOf(() => total);
  pages.want(0, 10, total);
  await sleep(0);
  total = 20;
  pages.want(0, 20, total);
  await sleep(0);
  expect(load.mock.calls).toEqual([
    [0, 10],
    [10, 10],
  ]);
  expect(pages.lineAt(19)?.number).toBe(19);
});

it('asks for the rest of a page whose lines are too long for one answer', async () => {
  const { pages } = pagesOf(() => 1_000, 70);
  pages.want(990, 1_000, 1_000);
  await sleep(0);
  expect(pages.lineAt(999)?.number).toBe(999);
});

it('fetches nothing that was only scrolled over', async () => {
  const { load, pages } = pagesOf(() => 1_000_000);
  for (let at = 0; at < 1_000_000; at += 10_000) pages.want(at, at + 40, 1_000_000);
  await sleep(0);
  expect(load.mock.calls).toEqual([
    [0, PAGE_LINES],
    [990_000, PAGE_LINES],
  ]);
});

it('keeps a bounded part of a log of any length', async () => {
  const { pages } = pagesOf(() => 1_000_000);
  for (let at = 0; at < 1_000; at++) {
    pages.want(at * PAGE_LINES, at * PAGE_LINES + 1, 1_000_000);
    await sleep(0);
  }
  const kept = Array.from({ length: 1_000 }, (_, at) => pages.lineAt(at * PAGE_LINES)).filter(Boolean);
  expect(kept.length).toBeLessThanOrEqual(40);
  expect(pages.lineAt(999 * PAGE_LINES)).toBeDefined();
});

it('asks again, by itself and after a while, where the backend did not answer', async () => {
  vi.useFakeTimers();
  const load = vi
    .fn<LoadLines>()
    .mockRejectedValueOnce(new Error('no answer'))
    .mockResolvedValue([sampleLogLine(0)]);
  const pages = open(load);
  pages.want(0, 1, 1);
  await vi.advanceTimersByTimeAsync(100);
  expect(load).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(load).toHaveBeenCalledTimes(2);
  expect(pages.lineAt(0)?.number).toBe(0);
});

it('asks for nothing more once it is let go', async () => {
  vi.useFakeTimers();
  const load = vi.fn<LoadLines>().mockRejectedValue(new Error('no answer'));
  open(load).want(0, 1, 1);
  stop.abort();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(load).toHaveBeenCalledTimes(1);
});
