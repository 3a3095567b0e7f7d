import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { bakeFile, dockerfile, type BuildProject } from '../../support/build-project.ts';
import { describeInHosts } from '../../support/page-hosts.ts';

/** Writes what a log should not: markup, escape sequences, control characters and one line of 60 kB. */
const HOSTILE = [
  'printf "<img src=x onerror=alert(1)><b>bold</b>\\n"',
  'printf "\\033[31mred\\033[0m \\033]0;title\\007\\033[2J after\\n"',
  'head -c 60000 /dev/zero | tr "\\\\0" x; echo',
];
const BROKEN = [
  ...HOSTILE,
  'if [ "$(uname -m)" = aarch64 ]; then echo "no such library" >&2; exit 7; fi',
].join('; ');

describeInHosts('a project of three components in the page', (journey) => {
  let project: BuildProject;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    project = journey.project();
    for (const name of ['web', 'job']) await project.write(`${name}/Dockerfile`, dockerfile(project.base));
    await project.write('api/Dockerfile', dockerfile(project.base, BROKEN));
    await project.write('docker-bake.hcl', bakeFile(project.prefix, ['web', 'api', 'job']));
    await mkdir(join(project.directory, 'out'));
    ({ page, problems } = await journey.host().open(journey.browser()));
  });

  it('shows the matrix of a folder that was chosen', async () => {
    await journey.host().chooseFolder(page);
    const matrix = page.getByRole('table', { name: 'Components by platforms' });
    await matrix.waitFor();
    expect(await matrix.getByRole('checkbox', { name: /^api for linux\/arm64: / }).isChecked()).toBe(true);
    expect(await matrix.getByRole('row').count()).toBe(4);
  });

  it('builds it, and tells which cell failed, where and why', async () => {
    await page.getByRole('button', { name: 'Build 6 cells' }).click();
    const failed = page.getByRole('button', { name: /^api for linux\/arm64: failed/ });
    await failed.waitFor();
    await page.getByRole('button', { name: 'Retry 1 cell' }).waitFor();
    await failed.click();
    const excerpt = page.getByRole('figure', { name: /Dockerfile at the error/ });
    expect(await excerpt.innerText()).toContain('no such library');
    await page.getByRole('log').getByText('no such library', { exact: true }).waitFor();
  });

  it('shows text of a log as text, without what could act', async () => {
    const log = page.getByRole('log');
    await page.getByRole('textbox', { name: 'Search the log' }).fill('onerror');
    await log.getByText('<img src=x onerror=alert(1)><b>bold</b>', { exact: true }).waitFor();
    expect(await log.locator('img, b').count()).toBe(0);
    await page.getByRole('textbox', { name: 'Search the log' }).fill('after');
    await log.getByText('red', { exact: true }).waitFor();
    expect(await log.innerText()).not.toContain('\u001b');
    expect(await page.title()).toBe('xbundle');
    await log.getByRole('button', { name: /^show all [\d,]+ characters$/ }).waitFor();
  });

  it('is as it was after a reload', async () => {
    await page.reload();
    await page.getByRole('button', { name: 'Retry 1 cell' }).waitFor();
    await page.getByRole('button', { name: /^web for linux\/amd64: (?:done|cached)/ }).waitFor();
  });

  it('builds what failed once it is mended', async () => {
    await project.write('api/Dockerfile', dockerfile(project.base));
    await page.getByRole('button', { name: 'Retry 1 cell' }).click();
    await page.getByText('All 6 cells are built.').waitFor();
  });

  it('forecasts and writes a bundle of the result', async () => {
    const output = join(project.directory, 'out', 'release.tar');
    await page.getByRole('button', { name: 'Export a bundle…' }).click();
    await page.getByText(/6 of 6 cells are there/).waitFor();
    await page.getByRole('textbox', { name: 'Bundle file to write' }).fill(output);
    await page.getByRole('button', { name: 'Write the bundle' }).click();
    await page.getByRole('heading', { name: 'The bundle is written' }).waitFor();
    expect((await readFile(output)).subarray(0, 10).toString()).toBe('oci-layout');
  });

  it('verifies it', async () => {
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByRole('button', { name: 'Verify every byte' }).click();
    await page.getByText(/Every byte is what its digest says/).waitFor();
  });

  it('plans an import, and has a receipt after it', async () => {
    await page.getByRole('tab', { name: 'Import' }).click();
    await page.getByRole('combobox', { name: 'Import into' }).click();
    if (journey.host().seesLoopback) {
      await page.getByRole('option', { name: 'A registry' }).click();
      const place = `${journey.engines.registry.host}/${project.prefix}`;
      await page.getByRole('textbox', { name: /^Registry and prefix/ }).fill(place);
    } else {
      await page.getByRole('option', { name: /^A folder/ }).click();
      await page.getByRole('textbox', { name: 'Folder' }).fill(join(project.directory, 'out', 'site'));
    }
    await page.getByText(/3 of 3 names change/).waitFor();
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText(/was asked what it has now: all of it is there/).waitFor();
    expect(await page.getByRole('table', { name: 'Receipt' }).getByRole('row').count()).toBe(4);
  });

  it('has all of it in the history, with the bundle that was made', async () => {
    await page.getByRole('tab', { name: 'History' }).click();
    const jobs = page.getByRole('table', { name: 'Jobs' });
    await jobs
      .getByRole('button', { name: /release\.tar/ })
      .first()
      .waitFor();
    expect(await jobs.getByRole('row').count()).toBe(6);
  });

  it('had no error that nobody handled', () => {
    expect(problems).toEqual([]);
  });
});
