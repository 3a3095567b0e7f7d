import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { sampleLogLine } from '../testing/sample-build.ts';
import { LogPages, PAGE_LINES } from './log-pages.ts';

function pagesOf(total: () => number) {
  const load = vi.fn((from: number, limit: number) => {
    const count = Math.max(0, Math.min(limit, total() - from));
    return Promise.resolve(Array.from({ length: count }, (_, at) => sampleLogLine(from + at)));
  });
  return { load, pages: new LogPages(load, () => undefined) };
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

it('fetches the last page again when the log has grown', async () => {
  let total = 10;
  const { load, pages } = pagesOf(() => total);
  pages.want(0, 10, total);
  await sleep(0);
  total = 20;
  pages.want(0, 20, total);
  await sleep(0);
  expect(load).toHaveBeenCalledTimes(2);
  expect(pages.lineAt(19)?.number).toBe(19);
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

it('asks again for a page that could not be fetched', async () => {
  const load = vi.fn(() => Promise.reject(new Error('no answer')));
  const pages = new LogPages(load, () => undefined);
  pages.want(0, 1, 1);
  await sleep(0);
  pages.want(0, 1, 1);
  expect(load).toHaveBeenCalledTimes(2);
});
