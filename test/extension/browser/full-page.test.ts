import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toolEnvironment } from '../../engine/docker.ts';
import { startUi, type RunningUi } from '../../support/backend-client.ts';
import { describeWithBrowser, openBrowser, openPage } from '../../support/browser.ts';
import { longTasksOf, watchLongTasks } from '../../support/long-tasks.ts';
import { removeImages } from '../../support/engine-images.ts';
import { uniqueRepository } from '../../support/engine-suite.ts';
import { makeScratch, removeScratch } from '../../support/scratch.ts';
import { buildTalker } from '../../support/talking-image.ts';
import { fillHistory } from '../../support/ui-state.ts';

const IMAGES = 200;
const JOBS = 200;
const LOG_LINES = 100_000;
const MOST_PAINT_MS = 1_000;

describeWithBrowser(`the page with ${IMAGES} images and ${JOBS} jobs`, (engines) => {
  const { containerd } = engines;
  const prefix = uniqueRepository('xb-ui-full');
  const names = Array.from({ length: IMAGES }, (_, at) => `${prefix}/component-${at}:v1`);
  let scratch: string;
  let ui: RunningUi;
  let browser: Browser;

  const open = (): Promise<RunningUi> =>
    startUi({
      root: scratch,
      env: { ...toolEnvironment(containerd), HOME: scratch, XDG_STATE_HOME: join(scratch, 'state') },
    });

  beforeAll(async () => {
    scratch = await makeScratch('ui-full');
    const script = `seq -f 'line %.0f of a long log' 1 ${LOG_LINES} || seq 1 ${LOG_LINES}`;
    await buildTalker(engines, { scratch, names, script });
    await (await open()).stop();
    await fillHistory(join(scratch, 'state'), JOBS);
    ui = await open();
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await ui.stop();
    await removeImages(containerd, names);
    await removeScratch(scratch);
  });

  const address = (): string => `http://127.0.0.1:${ui.port}/#token=${ui.token}`;

  /** Opens a tab of a page that was never opened before, and says when it was there. */
  async function timeTab(tab: string, isThere: (page: Page) => Promise<void>): Promise<number> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.addInitScript(`localStorage.setItem('xbundle.place', '{"tab":"${tab}"}')`);
    const page = await context.newPage();
    const start = performance.now();
    await page.goto(address());
    await isThere(page);
    const took = performance.now() - start;
    const paint = await page.evaluate<number>(
      "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN",
    );
    console.log(`${tab}: first paint after ${Math.round(paint)} ms, content after ${Math.round(took)} ms`);
    await context.close();
    return paint;
  }

  it.each<readonly [string, (page: Page) => Promise<void>]>([
    ['images', (page) => page.getByText(names[0] ?? '').waitFor()],
    [
      'history',
      (page) =>
        page
          .getByText(/release-199\.tar/)
          .first()
          .waitFor(),
    ],
  ])('paints %s in less than a second, cold', async (tab, isThere) => {
    const paints: number[] = [];
    // The page's own time is that of a try in which nothing else kept the machine busy.
    for (let tries = 0; tries < 5 && Math.min(...paints, Infinity) >= MOST_PAINT_MS; tries++)
      paints.push(await timeTab(tab, isThere));
    expect(Math.min(...paints)).toBeLessThan(MOST_PAINT_MS);
  });

  it(`scrolls through ${LOG_LINES} lines, searches them, and is never stuck`, async () => {
    const { id } = await ui.backend.start({ kind: 'binfmt-install', image: names[0] ?? '' });
    await ui.backend.ended(id);
    const { page, problems } = await openPage(browser, address());
    await page.evaluate(`localStorage.setItem('xbundle.place', '{"tab":"history","historyJob":"${id}"}')`);
    await page.goto(`http://127.0.0.1:${ui.port}/`);
    await page.getByRole('button', { name: 'Log', exact: true }).click();
    const log = page.getByRole('log');
    await log.waitFor();
    await watchLongTasks(page);
    for (let step = 0; step <= 100; step++) {
      await page.evaluate(
        `{ const log = document.querySelector('[role=log]'); log.scrollTop = log.scrollHeight * ${step / 100}; }`,
      );
    }
    await log.getByText(`${LOG_LINES}`).first().waitFor();
    await page.getByRole('textbox', { name: 'Search the log' }).fill('54321');
    await log.locator('.match').getByText('54321').waitFor();
    const longTasks = await longTasksOf(page);
    console.log(`long tasks while scrolling: ${longTasks.join(', ') || 'none'} ms`);
    expect(Math.max(0, ...longTasks)).toBeLessThan(300);
    expect(await log.locator('.row').count()).toBeLessThan(100);
    expect(problems).toEqual([]);
    await page.close();
  });
});
