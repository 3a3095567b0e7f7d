import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { removeImages } from '../support/engine-images.ts';
import { longTasksOf, watchLongTasks } from '../support/long-tasks.ts';
import { describeInHosts } from '../support/page-hosts.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';
import { buildTalker } from '../support/talking-image.ts';

const LINES = 2_000_000;
const LONG_LINES = 440;
const LAST = 'this is the very last line';
/** Lines of 100 characters, at the end some of 5 kB, of which no page of 250 fits into one answer, and one of 60 kB. */
const SCRIPT = `awk 'BEGIN {
  pad = sprintf("%85s", ""); gsub(/ /, ".", pad)
  for (at = 1; at <= ${LINES}; at++) print "line " at " " pad
  long = sprintf("%5000s", ""); gsub(/ /, "x", long)
  for (at = 1; at <= ${LONG_LINES}; at++) print "long " at " " long
  for (at = 1; at <= 12; at++) printf "%s", long
  print ""
  print "${LAST}"
}'`;
/** What is read is remembered once the reader rests. */
const REST_MS = 1_000;
const TOTAL = LINES + LONG_LINES + 2;

describeInHosts('a log of more than 200 MB in the page', (journey) => {
  let page: Page;
  let problems: string[];
  let id: string;

  beforeAll(async () => {
    const host = journey.host();
    const scratch = await makeScratch('long-log');
    const image = `${journey.project().prefix}/talker:v1`;
    await buildTalker(journey.engines, { scratch, names: [image], script: SCRIPT });
    ({ id } = await host.backend.start({ kind: 'binfmt-install', image }));
    await host.backend.ended(id, 300_000);
    expect((await host.backend.call('history', {})).bytes).toBeGreaterThan(200_000_000);
    await removeImages(journey.engines.containerd, [image]);
    await removeScratch(scratch);
    ({ page, problems } = await host.open(journey.browser()));
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByRole('button', { name: /^Open Install emulation/ }).click();
    await page.getByRole('button', { name: 'Log', exact: true }).click();
  }, 600_000);

  const log = (): ReturnType<Page['getByRole']> => page.getByRole('log');
  const rowOf = (line: number): ReturnType<Page['getByRole']> =>
    log()
      .locator('.row')
      .filter({ hasText: new RegExp(`^\\d+line ${line} `) });

  it('is opened at its end', async () => {
    await log().getByText(LAST, { exact: true }).waitFor();
    expect(await log().locator('.row').count()).toBeLessThan(100);
  });

  it('goes to its start, its middle and its end by the scroll bar, and is never stuck', async () => {
    await watchLongTasks(page);
    await scrollTo(0);
    await rowOf(1).waitFor();
    for (let step = 1; step <= 100; step++) await scrollTo(step / 100);
    await log().getByText(LAST, { exact: true }).waitFor();
    await scrollTo(0.5);
    const part = async (): Promise<number> => (await firstInSight()) / TOTAL;
    await expect.poll(part, { timeout: 30_000 }).toBeCloseTo(0.5, 1);
    await log().press('End');
    await log().getByText(LAST, { exact: true }).waitFor();
    const longTasks = await longTasksOf(page);
    console.log(`long tasks while scrolling: ${longTasks.join(', ') || 'none'} ms`);
    expect(Math.max(0, ...longTasks)).toBeLessThan(300);
  });

  it('is read line by line with the wheel, of which none is skipped', async () => {
    await scrollTo(0.5);
    await log().hover();
    for (let turn = 0; turn < 20; turn++) {
      const last = await lastInSight();
      await page.mouse.wheel(0, 100);
      await expect.poll(firstInSight, { timeout: 30_000 }).not.toBe(last);
      expect(await firstInSight()).toBeLessThanOrEqual(last + 1);
    }
  });

  it('is searched to its end', async () => {
    const search = page.getByRole('textbox', { name: 'Search the log' });
    await search.fill(`line ${LINES} `);
    await rowOf(LINES).waitFor();
    await search.fill(`line ${LINES - 654_321} `);
    await rowOf(LINES - 654_321).waitFor();
  });

  it.each<readonly [string, () => Promise<unknown>]>([
    ['a reload', () => page.reload()],
    [
      'another tab was looked at',
      async () => {
        await page.getByRole('tab', { name: 'Builders' }).click();
        await log().waitFor({ state: 'detached' });
        await page.getByRole('tab', { name: 'History' }).click();
      },
    ],
  ])('is as it was after %s: what was searched for, and the lines that were read', async (_, leave) => {
    await log().hover();
    await page.mouse.wheel(0, 3_210);
    await sleep(REST_MS);
    const first = await firstInSight();
    await leave();
    await log().waitFor();
    await expect.poll(firstInSight, { timeout: 30_000 }).toBe(first);
    expect(await page.getByRole('textbox', { name: 'Search the log' }).inputValue()).toBe(
      `line ${LINES - 654_321} `,
    );
  });

  it('had no error that nobody handled', () => {
    expect(problems).toEqual([]);
  });

  const scrollTo = (part: number): Promise<void> =>
    page.evaluate(
      `{ const log = document.querySelector('[role=log]'); log.scrollTop = log.scrollHeight * ${part}; }`,
    );
  /** Numbers of the rows that are really to be seen. */
  const inSight = (which: 'at(0)' | 'at(-1)'): Promise<number> =>
    page.evaluate<number>(`(() => {
      const box = document.querySelector('[role=log]').getBoundingClientRect();
      const rows = [...document.querySelectorAll('[role=log] .row')].filter((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return bottom > box.top + 1 && top < box.bottom - 1;
      });
      return Number.parseInt(rows.${which}.innerText, 10);
    })()`);
  const firstInSight = (): Promise<number> => inSight('at(0)');
  const lastInSight = (): Promise<number> => inSight('at(-1)');
});
