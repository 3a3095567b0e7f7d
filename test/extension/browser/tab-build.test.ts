import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bakeFile, dockerfile, type BuildProject } from '../../support/build-project.ts';
import { heldImage } from '../../support/engine-images.ts';
import { describeInHosts, DESKTOP_HOST, type PageHost } from '../../support/page-hosts.ts';
import { expectLinesWhileRunning, speakingStep } from './speaking-step.ts';

/** What only the host has: nothing of its environment gets into jobs, which run in containers. */
const HOST_VARIABLE = 'XBUNDLE_TEST_LOGIN';
const NEEDS_HOST = `RUN --mount=type=secret,id=login grep -q "only on the host" /run/secrets/login`;

/** A build that needs the host runs in the tab, through the host's docker command. */
describeInHosts(
  'a build in the tab',
  (journey) => {
    let project: BuildProject;
    let host: PageHost;

    const slow = (seconds: number): Promise<void> =>
      project.write(
        'slow/Dockerfile',
        dockerfile(project.base, `echo ${Date.now()} begins; sleep ${seconds}`),
      );

    beforeAll(async () => {
      project = journey.project();
      host = journey.host();
      vi.stubEnv(HOST_VARIABLE, 'only on the host');
      await project.write('web/Dockerfile', `${dockerfile(project.base)}${NEEDS_HOST}\n`);
      await slow(1);
      const secret = `target "web" { secret = ["id=login,env=${HOST_VARIABLE}"] }`;
      await project.write('docker-bake.hcl', bakeFile(project.prefix, ['web', 'slow'], secret));
    });

    afterAll(() => {
      vi.unstubAllEnvs();
    });

    const programs = (): NonNullable<PageHost['desktop']>['programs'] => {
      if (host.desktop === undefined) throw new Error('this host is no Docker Desktop');
      return host.desktop.programs;
    };
    const builds = (): number =>
      programs().ran.filter(([first, second]) => first === 'buildx' && second === 'build').length;

    async function startInTab(page: Page): Promise<void> {
      await host.chooseFolder(page);
      const inTab = page.getByRole('checkbox', { name: 'Build with my Docker command' });
      const more = page.getByRole('button', { name: 'More options' });
      await more.waitFor();
      if ((await more.getAttribute('aria-expanded')) !== 'true') await more.click();
      await page.getByText('Leaving this tab stops the build.').waitFor();
      await inTab.check();
      await page.getByRole('button', { name: 'Build 4 cells' }).click();
    }

    /** Opens the log of the slow cell, which has what its step says first. */
    async function expectItsLog(page: Page): Promise<void> {
      await page.getByRole('button', { name: /^slow for linux\/arm64: / }).click();
      await page
        .getByRole('log')
        .getByText(/begins$/)
        .waitFor();
    }

    it('has what the host has, and shows every cell', async () => {
      const { page, problems } = await host.open(journey.browser());
      await startInTab(page);
      await page.getByText('All 4 cells are built.').waitFor();
      const held = await heldImage(journey.engines.containerd, `${project.prefix}/web:v1`);
      expect(held?.platforms).toEqual(['linux/amd64', 'linux/arm64']);
      expect(builds()).toBe(2);
      await expectItsLog(page);
      expect(problems).toEqual([]);
      await page.close();
    });

    it('shows what a step says while the step runs', async () => {
      const word = `at ${Date.now()} says`;
      await project.write('slow/Dockerfile', dockerfile(project.base, speakingStep(word)));
      const { page } = await host.open(journey.browser());
      await startInTab(page);
      await expectLinesWhileRunning(page, /^slow for linux\/arm64: building/, word);
      await page.getByText('All 4 cells are built.').waitFor();
      await page.close();
    });

    it('ends when the tab is left, and is found again in the history of the builder', async () => {
      await slow(60);
      const { page } = await host.open(journey.browser());
      await startInTab(page);
      await page.getByRole('button', { name: /^slow for linux\/arm64: building/ }).waitFor();
      await page.getByText('Leaving this tab stops it').waitFor();
      await page.getByRole('button', { name: /^web for linux\/arm64: (?:done|cached)/ }).waitFor();
      await expectItsLog(page);
      // The builder's history has of a step's log what it was told before the end, a little later than the page.
      await sleep(2_000);
      const storage = await page.context().storageState();
      await page.close();
      await expect.poll(() => programs().running, { timeout: 20_000 }).toBe(0);

      const { page: again } = await host.open(journey.browser(), { storage });
      await again.getByText('The tab was left while this build ran in it').waitFor();
      await again.getByRole('button', { name: /^slow for linux\/arm64: cancelled/ }).waitFor();
      await again.getByRole('button', { name: /^web for linux\/arm64: (?:done|cached)/ }).waitFor();
      await expectItsLog(again);

      await slow(1);
      const before = builds();
      await again.getByRole('button', { name: 'Retry 2 cells' }).click();
      await again.getByText('All 2 cells are built.').waitFor();
      expect(builds()).toBe(before + 1);
      await again.close();
    });

    it('ends when it is cancelled', async () => {
      await slow(60);
      const { page } = await host.open(journey.browser());
      await startInTab(page);
      await page.getByRole('button', { name: /^slow for linux\/arm64: building/ }).waitFor();
      await page.getByRole('button', { name: 'Cancel', exact: true }).click();
      await page.getByText('cancelled', { exact: true }).first().waitFor();
      await expect.poll(() => programs().running, { timeout: 20_000 }).toBe(0);
      await page.close();
    });
  },
  [DESKTOP_HOST],
);
