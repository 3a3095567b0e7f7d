import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violationsOf } from '../../support/accessibility.ts';
import { startUi, type RunningUi } from '../../support/backend-client.ts';
import { describeWithBrowser, openBrowser, openPage } from '../../support/browser.ts';
import { bakeFile, dockerfile, makeBuildProject, type BuildProject } from '../../support/build-project.ts';

const TABS = ['Build', 'Images', 'Bundles', 'Builders', 'History'] as const;

describeWithBrowser('the page of xbundle ui, as it is used', (engines) => {
  let project: BuildProject;
  let ui: RunningUi;
  let browser: Browser;

  beforeAll(async () => {
    project = await makeBuildProject(engines, engines.containerd, 'xb-ui-use');
    await project.write(
      'slow/Dockerfile',
      dockerfile(project.base, `echo ${project.prefix}; sleep 6; echo end`),
    );
    await project.write('docker-bake.hcl', bakeFile(project.prefix, ['slow']));
    ui = await startUi({ root: project.directory, env: project.env });
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await ui.stop();
    await project.close();
  });

  const address = (): string => `http://127.0.0.1:${ui.port}/#token=${ui.token}`;

  it('builds with the keyboard alone, and goes on while nobody looks', async () => {
    const { page } = await openPage(browser, address());
    await page.getByRole('button', { name: 'Choose folder' }).waitFor();
    await tabTo(page, 'Choose folder');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo(page, 'Use this folder');
    await page.keyboard.press('Enter');
    await page.getByRole('table', { name: 'Components by platforms' }).waitFor();

    await tabTo(page, 'All cells');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toMatch(/^slow for linux\/amd64: /);
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Build 1 cell' }).waitFor();
    await page.keyboard.press('Space');
    await tabTo(page, 'Build 2 cells');
    await page.keyboard.press('Enter');

    const cell = page.getByRole('button', { name: /^slow for linux\/arm64: building/ });
    await cell.waitFor({ timeout: 30_000 });
    await tabTo(page, 'slow for linux/amd64');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText(project.prefix).waitFor();

    // The tab is gone in the middle of it, as Docker Desktop does when another is opened.
    const storage = await page.context().storageState();
    await page.close();
    await sleep(1_000);
    const context = await browser.newContext({ storageState: storage });
    const again = await context.newPage();
    await again.goto(address());
    await again.getByText('All 2 cells are built.').waitFor({ timeout: 60_000 });
    await again.getByRole('button', { name: /^slow for linux\/arm64: / }).click();
    await again.getByRole('log').getByText('end', { exact: true }).waitFor();
    await context.close();
  });

  it('cancels a build', async () => {
    await project.write('slow/Dockerfile', dockerfile(project.base, 'echo other; sleep 60'));
    const { page } = await openPage(browser, address());
    await page.getByRole('button', { name: 'Choose folder' }).click();
    await page.getByRole('button', { name: 'Use this folder' }).click();
    await page.getByRole('button', { name: 'Build 2 cells' }).click();
    await page.getByRole('button', { name: /^slow for linux\/arm64: building/ }).waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByText('cancelled', { exact: true }).first().waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Retry 2 cells' }).waitFor();
    await page.close();
  });

  describe.each([false, true])('dark: %s', (dark) => {
    it.each(TABS)('%s has no serious problem of accessibility', async (tab) => {
      const { page, problems } = await openPage(browser, address(), { dark });
      await page.getByRole('tab', { name: tab, exact: true }).click();
      await page.waitForLoadState('networkidle');
      await sleep(500);
      expect(await violationsOf(page)).toEqual([]);
      expect(problems).toEqual([]);
      await page.close();
    });

    it('the plan and the run of a build have none either', async () => {
      const { page } = await openPage(browser, address(), { dark });
      await page.getByRole('button', { name: 'Choose folder' }).click();
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole('button', { name: 'Use this folder' }).click();
      await page.getByRole('table', { name: 'Components by platforms' }).waitFor();
      await sleep(500);
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole('tab', { name: 'History', exact: true }).click();
      await page.getByRole('button', { name: 'Open Build: project' }).first().click();
      await page.getByRole('button', { name: /^slow for linux\/arm64: / }).click();
      await page.getByRole('log').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole('tab', { name: 'Timeline' }).click();
      expect(await violationsOf(page)).toEqual([]);
      await page.close();
    });
  });
});

/** Presses Tab until what is focused has the name. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if ((await focused(page)).startsWith(name)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the Tab key does not reach "${name}"; it is at "${await focused(page)}"`);
}

async function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''",
  );
}
