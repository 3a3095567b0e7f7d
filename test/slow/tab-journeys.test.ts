import { appendFile, cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker } from '../engine/docker.ts';
import { isUnavailable, startEngines, type RunningEngines } from '../engine/index.ts';
import { bakeFile, type BuildProject } from '../support/build-project.ts';
import { startBuildkitNode } from '../support/buildkit-node.ts';
import { heldImage } from '../support/engine-images.ts';
import { describeInHosts, type PageHost } from '../support/page-hosts.ts';
import { SAMPLE_PLATFORMS } from '../support/sample-image.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/ai-infra', import.meta.url));
const BROKEN = 'RUN if [ "$(uname -m)" = aarch64 ]; then echo "no such library" >&2; exit 7; fi';

describeInHosts('a release on its way from the tab to another engine', (journey) => {
  let project: BuildProject;
  let host: PageHost;
  let second: RunningEngines;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    project = journey.project();
    host = journey.host();
    const started = await startEngines({ further: true });
    if (isUnavailable(started)) throw new Error(started.reason);
    second = started;
    await cp(EXAMPLE, project.directory, { recursive: true });
    await project.write('xbundle.yaml', await ownDefinition());
    ({ page, problems } = await host.open(journey.browser()));
  }, 300_000);
  afterAll(() => second.stop());

  /** The example's own, with names and a base image that no other suite has. */
  async function ownDefinition(): Promise<string> {
    const text = await readFile(join(EXAMPLE, 'xbundle.yaml'), 'utf8');
    return text
      .replaceAll('xbundle/base:latest', project.base)
      .replaceAll('}ai-infra/', `}${project.prefix}/`);
  }

  const bundle = (): string => join(project.directory, 'ai-infra.tar');

  it('is built but for one cell, whose log says why', async () => {
    const gitea = join(project.directory, 'gitea/Dockerfile');
    const whole = await readFile(gitea, 'utf8');
    await appendFile(gitea, `${BROKEN}\n`);
    await host.chooseFolder(page);
    await page.getByRole('button', { name: 'Build 24 cells' }).click({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Retry 1 cell' }).waitFor({ timeout: 400_000 });
    await page.getByRole('button', { name: /^gitea for linux\/arm64: failed/ }).click();
    await page.getByRole('log').getByText('no such library', { exact: true }).waitFor();
    await page.getByText('23 of 24 cells done').waitFor();
    await project.write('gitea/Dockerfile', whole);
  }, 500_000);

  it('is whole after a retry of that cell', async () => {
    await page.getByRole('button', { name: 'Retry 1 cell' }).click();
    await page.getByText('All 24 cells are built.').waitFor({ timeout: 300_000 });
  }, 400_000);

  it('is exported and verified', async () => {
    await page.getByRole('button', { name: 'Export a bundle…' }).click();
    await page.getByText(/24 of 24 cells are there/).waitFor({ timeout: 120_000 });
    await page.getByRole('textbox', { name: 'Bundle file to write' }).fill(bundle());
    await page.getByRole('button', { name: 'Write the bundle' }).click();
    await page.getByRole('heading', { name: 'The bundle is written' }).waitFor({ timeout: 300_000 });
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByRole('button', { name: 'Verify every byte' }).click();
    await page.getByText(/Every byte is what its digest says/).waitFor({ timeout: 120_000 });
    expect(problems).toEqual([]);
  }, 600_000);

  it('arrives whole in the second engine, and the receipt says so', async () => {
    const { containerd } = second.engines;
    const site = await journey.hostKind.start(second.engines, project);
    try {
      const { page: there } = await site.open(journey.browser());
      await there.getByRole('tab', { name: 'Bundles' }).click();
      await there.getByRole('tab', { name: 'Import' }).click();
      await there.getByRole('textbox', { name: 'Bundle file' }).fill(bundle());
      await there.getByText(/12 of 12 names change/).waitFor({ timeout: 120_000 });
      await there.getByRole('button', { name: 'Import', exact: true }).click();
      await there.getByText(/was asked what it has now: all of it is there/).waitFor({ timeout: 200_000 });
      expect(await there.getByRole('table', { name: 'Receipt' }).getByRole('row').count()).toBe(13);
      await there.close();
    } finally {
      await site.stop();
    }
    for (const name of ['gitea', 'nginx', 'apphub'])
      expect(await heldImage(containerd, `${project.prefix}/${name}:v0.3.8`)).toMatchObject({
        platforms: SAMPLE_PLATFORMS,
      });
  }, 600_000);

  it('can be built by two engines as the nodes of one builder, made in the tab', async () => {
    const first = journey.engines.containerd;
    const gateway = await docker(first, [
      ...['network', 'inspect', 'bridge', '--format={{(index .IPAM.Config 0).Gateway}}'],
    ]);
    const address = gateway.stdout.trim();
    const nodes = [
      { platform: 'linux/amd64', node: await startBuildkitNode(first, { address }) },
      { platform: 'linux/arm64', node: await startBuildkitNode(second.engines.containerd, { address }) },
    ];
    try {
      await page.getByRole('tab', { name: 'Builders' }).click();
      await page.getByRole('button', { name: 'New builder' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Name of the builder' }).fill('pair');
      await dialog.getByRole('button', { name: 'One more node' }).click();
      for (const [at, { platform, node }] of nodes.entries()) {
        await dialog
          .getByRole('textbox', { name: /^Endpoint/ })
          .nth(at)
          .fill(node.endpoint);
        const platforms = dialog.getByRole('combobox', { name: /^Platforms of this node/ }).nth(at);
        await platforms.fill(platform);
        await platforms.press('Enter');
      }
      await dialog.getByRole('button', { name: 'Create', exact: true }).click();
      await expect.poll(() => namesOf(host), { timeout: 60_000 }).toContain('pair');
      await page.getByRole('button', { name: 'Close', exact: true }).click();
      const { builders } = await host.backend.call('builders', {});
      const pair = builders.find(({ name }) => name === 'pair');
      expect(pair?.nodes.map(({ native }) => native)).toEqual([
        expect.arrayContaining(['linux/amd64']),
        expect.arrayContaining(['linux/arm64']),
      ]);
      await buildWithPair();
    } finally {
      await Promise.all(nodes.map(({ node }) => node.close()));
    }
  }, 400_000);

  /** Nothing but a file that no build has had before: the second engine has no base image. */
  async function buildWithPair(): Promise<void> {
    const directory = join(project.directory, 'pair');
    await project.write('pair/app/Dockerfile', 'FROM scratch\nCOPY once /\n');
    await project.write('pair/app/once', `${project.prefix} ${Date.now()}\n`);
    await project.write('pair/docker-bake.hcl', bakeFile(`${project.prefix}/pair`, ['app']));
    const job = await host.backend.finish({ kind: 'build', directory, builder: 'pair', load: true });
    expect(job.cells.map(({ platform, node, state }) => `${platform} ${node} ${state}`)).toEqual([
      'linux/amd64 pair-amd64 done',
      'linux/arm64 pair-arm64 done',
    ]);
  }
});

async function namesOf(host: PageHost): Promise<readonly string[]> {
  return (await host.backend.call('builders', {})).builders.map(({ name }) => name);
}
