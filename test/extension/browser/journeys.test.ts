import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import type { JobSummary } from '@xbundle/backend/contract';
import { docker } from '../../engine/docker.ts';
import { bakeFile, dockerfile, type BuildProject } from '../../support/build-project.ts';
import { removeImages } from '../../support/engine-images.ts';
import { buildInstaller, FOREIGN, withoutEmulator } from '../../support/foreign-emulator.ts';
import { describeInHosts, type PageHost } from '../../support/page-hosts.ts';
import { focused, tabTo } from './keyboard.ts';
import { expectLinesWhileRunning, speakingStep } from './speaking-step.ts';

/** What the doctor offers to run: the test gives the engine an image of its own by this name. */
const BINFMT = 'tonistiigi/binfmt:latest';

/** Another one each time: another try finds no file of the one before. */
const hostileName = (): string => `<img src=x onerror=alert(1)> ${Date.now()}.tar`;

describeInHosts('what happens to a tab', (journey) => {
  let project: BuildProject;
  let host: PageHost;

  /** One component, whose build takes so long and has not been done before. */
  async function build(page: Page, seconds: number): Promise<void> {
    await buildStep(page, `echo ${project.prefix} ${Date.now()} begins; sleep ${seconds}; echo it ends`);
  }

  async function buildStep(page: Page, step: string): Promise<void> {
    await project.write('app/Dockerfile', dockerfile(project.base, step));
    await host.chooseFolder(page);
    await page.getByRole('button', { name: 'Build 2 cells' }).click();
    await building(page).waitFor();
  }

  const building = (page: Page): ReturnType<Page['getByRole']> =>
    page.getByRole('button', { name: /^app for linux\/arm64: building/ });

  beforeAll(async () => {
    project = journey.project();
    host = journey.host();
    await project.write('app/Dockerfile', dockerfile(project.base));
    await project.write('docker-bake.hcl', bakeFile(project.prefix, ['app']));
    await mkdir(join(project.directory, 'out'));
  });

  it('a build goes on while it is left, and is there on return', async () => {
    const { page } = await host.open(journey.browser());
    await build(page, 6);
    const storage = await page.context().storageState();
    await page.close();
    const { page: again, problems } = await host.open(journey.browser(), { storage });
    await again.getByText('All 2 cells are built.').waitFor();
    await again.getByRole('button', { name: /^app for linux\/arm64: / }).click();
    await again.getByRole('log').getByText('it ends', { exact: true }).waitFor();
    expect(problems).toEqual([]);
    await again.close();
  });

  it('the log of a build has what a step says while the step runs', async () => {
    const { page, problems } = await host.open(journey.browser());
    const word = `at ${Date.now()} says`;
    await buildStep(page, speakingStep(word));
    await expectLinesWhileRunning(page, /^app for linux\/arm64: building/, word);
    await page.getByRole('tab', { name: 'Whole job' }).click();
    await page.getByRole('log').getByText(`${word} 1`, { exact: true }).first().waitFor();
    // Lines of progress are for programs.
    expect(await page.getByRole('log').getByText('"type"').count()).toBe(0);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('a build is begun and read with the keyboard alone', async () => {
    const says = `${project.prefix} ${Date.now()} by key`;
    await project.write('app/Dockerfile', dockerfile(project.base, `echo ${says}; sleep 2`));
    const { page } = await host.open(journey.browser());
    await page.getByRole('button', { name: 'Choose folder' }).waitFor();
    await tabTo(page, 'Choose folder');
    host.desktop?.answers.push(project.directory);
    await page.keyboard.press('Enter');
    if (host.desktop === undefined) {
      await page.getByRole('dialog').waitFor();
      await tabTo(page, 'Use this folder');
      await page.keyboard.press('Enter');
    }
    await page.getByRole('table', { name: 'Components by platforms' }).waitFor();

    await tabTo(page, 'All cells');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toMatch(/^app for linux\/amd64: /);
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Build 1 cell' }).waitFor();
    await page.keyboard.press('Space');
    await tabTo(page, 'Build 2 cells');
    await page.keyboard.press('Enter');

    await building(page).waitFor();
    await tabTo(page, 'app for linux/amd64');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText(says, { exact: true }).waitFor();
    await page.getByText('All 2 cells are built.').waitFor();
    await page.close();
  });

  it('a build goes on while the backend is started anew, and the page shows it', async () => {
    const opened = await host.open(journey.browser());
    await build(opened.page, 12);
    const { page } = await host.restart(opened, journey.browser());
    await building(page).waitFor();
    await page.getByText('All 2 cells are built.').waitFor();
    await page.getByRole('button', { name: /^app for linux\/arm64: / }).click();
    for (const text of [/begins$/, /^it ends$/]) await page.getByRole('log').getByText(text).waitFor();
    await page.close();
  });

  it('a build is cancelled, which ends it in the engine too', async () => {
    const { page } = await host.open(journey.browser());
    await build(page, 300);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByText('cancelled', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Retry 2 cells' }).waitFor();
    const { jobs } = await host.backend.call('jobs', { limit: 1 });
    expect(jobs).toMatchObject([{ kind: 'build', state: 'cancelled' }]);
    await page.close();
  });

  it('an export goes on while it is left; its name and its file are what was typed', async () => {
    const large = `${project.prefix}/large:v1`;
    await project.write(
      'large/Dockerfile',
      dockerfile(project.base, 'dd if=/dev/urandom of=/large bs=1M count=200'),
    );
    const context = join(project.directory, 'large');
    await docker(journey.engines.containerd, [
      'buildx',
      'build',
      '--quiet',
      '--load',
      `--tag=${large}`,
      context,
    ]);
    const name = hostileName();
    const output = join(project.directory, 'out', name);
    const { page } = await host.open(journey.browser());
    await page.getByRole('tab', { name: 'Bundles' }).click();
    await page.getByRole('tab', { name: 'Export' }).click();
    await page.getByRole('combobox', { name: 'Where images come from' }).click();
    await page.getByRole('option', { name: 'Engine only' }).click();
    await page.getByRole('combobox', { name: 'Images', exact: true }).fill(large);
    await page.getByRole('combobox', { name: 'Images', exact: true }).press('Enter');
    await page.getByText(/1 of 1 cells are there/).waitFor();
    await page.getByRole('textbox', { name: 'Bundle file to write' }).fill(output);
    await page.getByRole('button', { name: 'Write the bundle' }).click();
    const newest = async (): Promise<JobSummary | undefined> =>
      (await host.backend.call('jobs', { limit: 1 })).jobs[0];
    await page.getByRole('button', { name: 'Cancel', exact: true }).waitFor();
    await expect.poll(newest, { timeout: 60_000, interval: 50 }).toMatchObject({ state: 'running' });
    const storage = await page.context().storageState();
    await page.close();
    const left = Date.now();

    const { page: again, problems } = await host.open(journey.browser(), { storage });
    await again.getByRole('heading', { name: 'The bundle is written' }).waitFor({ timeout: 120_000 });
    expect((await newest())?.endedAt).toBeGreaterThan(left);
    await again.getByRole('tab', { name: 'History' }).click();
    await again.getByRole('table', { name: 'Jobs' }).getByText(name).first().waitFor();
    expect(await again.locator('main img').count()).toBe(0);
    expect(problems).toEqual([]);
    expect((await stat(output)).size).toBeGreaterThan(200_000_000);
    await removeImages(journey.engines.containerd, [large]);
    await again.close();
  });

  it('the history is cleared once that is confirmed, but for what still runs', async () => {
    await host.backend.finish({ kind: 'verify', bundle: join(project.directory, 'gone.tar') });
    const { page, problems } = await host.open(journey.browser());
    await build(page, 300);
    await page.getByRole('tab', { name: 'History' }).click();
    const jobs = page.getByRole('table', { name: 'Jobs' });
    const ended = jobs.getByRole('button', { name: 'Open Verify: gone.tar' });
    await ended.waitFor();
    const kept = async (): Promise<readonly string[]> =>
      (await host.backend.call('jobs', {})).jobs.map(({ state }) => state);
    const before = await kept();
    const clear = page.getByRole('button', { name: 'Clear history' });
    await clear.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await kept()).toEqual(before);

    await clear.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Clear history' }).click();
    await ended.waitFor({ state: 'detached' });
    expect(await kept()).toEqual(['running']);
    expect(await jobs.getByRole('row').count()).toBe(2);
    await page.getByText(/^1 job, /).waitFor();

    await jobs.getByRole('button', { name: /^Open Build: / }).click();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Retry 2 cells' }).waitFor();
    expect(problems).toEqual([]);
    await page.close();
  });

  it('an image shows who built it, of what', async () => {
    const attested = `${project.prefix}/attested:v1`;
    await project.write('app/Dockerfile', dockerfile(project.base));
    await docker(journey.engines.containerd, [
      ...['buildx', 'build', '--quiet', '--load', '--provenance=mode=max'],
      `--platform=linux/amd64,linux/arm64`,
      `--tag=${attested}`,
      join(project.directory, 'app'),
    ]);
    const { page, problems } = await host.open(journey.browser());
    await page.getByRole('tab', { name: 'Images' }).click();
    await page.getByRole('textbox', { name: /^Any image/ }).fill(attested);
    await page.getByRole('button', { name: 'Inspect' }).click();
    await page.getByRole('tab', { name: 'Attestations' }).click();
    await page.getByText('Build type').waitFor();
    await page.getByRole('button', { name: 'Raw', exact: true }).click();
    await page.getByText(/"predicateType": ?"https:\/\/slsa\.dev\/provenance/).waitFor();
    expect(problems).toEqual([]);
    await removeImages(journey.engines.containerd, [attested]);
    await page.close();
  });

  it('a platform without its emulator is found before building, and mended by a button', async () => {
    const { engines } = journey;
    const scratch = join(project.directory, '..', 'binfmt');
    await buildInstaller(engines, { engine: engines.containerd, name: BINFMT, scratch });
    await project.write('app/Dockerfile', 'FROM scratch\nCOPY Dockerfile /\nRUN ["/program"]\n');
    const bake = bakeFile(project.prefix, ['app']).replace('linux/arm64', FOREIGN.platform);
    await project.write('docker-bake.hcl', bake);
    try {
      await withoutEmulator(engines, async () => {
        const { page } = await host.open(journey.browser());
        await host.chooseFolder(page);
        const finding = page.getByText(/the kernel has no emulator registered for it/);
        await finding.waitFor();
        await page.getByRole('button', { name: 'Fix it' }).click();
        await finding.waitFor({ state: 'detached' });
        await page.close();
      });
    } finally {
      await removeImages(engines.containerd, [BINFMT]);
      await project.write('docker-bake.hcl', bakeFile(project.prefix, ['app']));
    }
  });
});
