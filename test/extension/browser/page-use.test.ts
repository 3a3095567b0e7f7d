import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
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
    await project.write('slow/Dockerfile', dockerfile(project.base, 'echo other; sleep 60'));
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

  it('cancels a build', async () => {
    const { page } = await openPage(browser, address());
    await page.getByRole('button', { name: 'Choose folder' }).click();
    await page.getByRole('button', { name: 'Use this folder' }).click();
    await page.getByRole('button', { name: 'Build 2 cells' }).click();
    await page.getByRole('button', { name: /^slow for linux\/arm64: building/ }).click({ timeout: 30_000 });
    await page.getByRole('log').getByText('other', { exact: true }).waitFor({ timeout: 30_000 });
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
