import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { uniqueRepository } from '../support/engine-suite.ts';
import { removeImages } from '../support/engine-images.ts';
import { longTasksOf, watchLongTasks } from '../support/long-tasks.ts';
import { describeInHosts, UI_HOST } from '../support/page-hosts.ts';
import { buildTalker } from '../support/talking-image.ts';

const LINES = 2_000_000;
const BYTES = 200_000_000;

/** 200 MB of lines, and at their end what a log should not hold. */
const SCRIPT = [
  `yes "$(head -c 95 /dev/zero | tr '\\0' .)" | head -n ${LINES} | awk '{ print $0 "/" NR }'`,
  `printf '<img src=x onerror=alert(1)>\\033]0;title\\007\\033[2J\\000 after\\n'`,
  `head -c 60000 /dev/zero | tr '\\0' x; echo`,
  'echo the very end',
].join('; ');

describeInHosts(
  'a log of 200 MB in the page',
  (journey) => {
    const image = `${uniqueRepository('xb-large-log')}:v1`;
    let id: string;
    let page: Page;
    let problems: string[];

    beforeAll(async () => {
      const scratch = join(journey.project().directory, '..');
      await buildTalker(journey.engines, { scratch, names: [image], script: SCRIPT });
      ({ page, problems } = await journey.host().open(journey.browser()));
    });
    afterAll(() => removeImages(journey.engines.containerd, [image]));

    it('is followed while it is written, without keeping the page from answering', async () => {
      const { backend } = journey.host();
      ({ id } = await backend.start({ kind: 'binfmt-install', image }));
      await page.evaluate(`localStorage.setItem('xbundle.place', '{"tab":"history","historyJob":"${id}"}')`);
      await page.reload();
      await page.getByRole('button', { name: 'Log', exact: true }).click();
      await page.getByRole('log').waitFor();
      await watchLongTasks(page);
      const job = await backend.ended(id, 400_000);
      expect(job).toMatchObject({ state: 'done' });
      expect(job.logLines).toBeGreaterThan(LINES);
      await page.getByRole('log').getByText('the very end', { exact: true }).waitFor({ timeout: 60_000 });
      const longTasks = await longTasksOf(page);
      console.log(`long tasks while ${job.logLines} lines came: ${longTasks.join(', ') || 'none'} ms`);
      expect(Math.max(0, ...longTasks)).toBeLessThan(1_000);
    }, 600_000);

    it('is text, is found by search, and scrolls anywhere', async () => {
      const log = page.getByRole('log');
      await page.getByRole('textbox', { name: 'Search the log' }).fill('onerror');
      await log.getByText(/<img src=x onerror=alert\(1\)>/).waitFor({ timeout: 60_000 });
      expect(await log.locator('img').count()).toBe(0);
      expect(await log.innerText()).not.toContain('\u001b');
      expect(await page.title()).toBe('xbundle');
      await page.getByRole('textbox', { name: 'Search the log' }).fill('');
      await watchLongTasks(page);
      for (const part of [0, 0.25, 0.5, 0.75, 0.1, 1])
        await page.evaluate(
          `{ const log = document.querySelector('[role=log]'); log.scrollTop = log.scrollHeight * ${part}; }`,
        );
      await log.getByText('the very end', { exact: true }).waitFor();
      expect(Math.max(0, ...(await longTasksOf(page)))).toBeLessThan(1_000);
      expect(await log.locator('.row').count()).toBeLessThan(100);
      expect(problems).toEqual([]);
    }, 200_000);

    it('is kept in pieces: its middle comes at once', async () => {
      const { lines } = await journey.host().backend.call('jobLog', { id, from: LINES / 2, limit: 1 });
      expect(lines[0]?.text).toMatch(new RegExp(`/${LINES / 2 + 1}$`));
      const { bytes } = await journey.host().backend.call('history', {});
      expect(bytes).toBeGreaterThan(BYTES);
    });
  },
  [UI_HOST],
);
