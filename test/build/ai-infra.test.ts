import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BuildReport } from '@xbundle/core';
import { toolEnvironment } from '../engine/docker.ts';
import { logOf, makeBuildProject, type BuildProject, type BuildRun } from '../support/build-project.ts';
import { xbundle } from '../support/cli.ts';
import { receiptOf } from '../support/documents.ts';
import { heldImage, removeImages, runImage } from '../support/engine-images.ts';
import { describeWithEngines } from '../support/engine-suite.ts';
import { manifestDigest } from '../support/registry-images.ts';
import { SAMPLE_PLATFORMS } from '../support/sample-image.ts';

const example = fileURLToPath(new URL('../../examples/ai-infra', import.meta.url));

describeWithEngines('the example ai-infra: 12 components for 2 platforms', (engines) => {
  const { containerd, classic, registry } = engines;
  let project: BuildProject;
  let report: BuildReport;

  beforeAll(async () => {
    project = await makeBuildProject(engines, containerd, 'xb-ai');
  });

  afterAll(async () => {
    await project.close();
  });

  const bundle = (): string => join(project.directory, 'ai-infra.tar');

  function run(file: string, args: readonly string[], cwd = example): Promise<BuildRun> {
    const env = { REGISTRY: `${registry.host}/${project.prefix}/`, TAG: 'v1', BASE: project.base };
    return project.build(['-f', file, ...args], { cwd, env });
  }

  async function build(file: string, args: readonly string[]): Promise<BuildReport> {
    const done = await run(file, args);
    expect(done).toMatchObject({ exitCode: 0 });
    return done.report;
  }

  it('is built from its bake file into bundle, engine and registry: 24 cells', async () => {
    report = await build('docker-bake.hcl', ['--export', bundle(), '--overwrite', '--load', '--push']);
    expect(report.cells.filter(({ state }) => state === 'done')).toHaveLength(24);
    expect(report.images).toHaveLength(12);
    for (const { name, digest } of report.images) {
      expect(await heldImage(containerd, name)).toMatchObject({ root: digest, platforms: SAMPLE_PLATFORMS });
      expect(await manifestDigest(name)).toBe(digest);
    }
  });

  it.each(['compose.yaml', 'xbundle.yaml'])(
    'is built from %s alike: the same 24 cells and names',
    async (file) => {
      const again = await build(file, ['--export', join(project.directory, `${file}.tar`), '--overwrite']);
      const cellsOf = ({ cells }: BuildReport): readonly string[] =>
        cells.map(({ id, state, wanted }) => `${id} ${state} ${String(wanted)}`).toSorted();
      expect(cellsOf(again)).toEqual(cellsOf(report));
      const namesOf = ({ images }: BuildReport): readonly string[] =>
        images.map(({ name }) => name).toSorted();
      expect(namesOf(again)).toEqual(namesOf(report));
    },
  );

  it('with one component broken for arm64 has 23 cells, names the one with line and log, and mends just that', async () => {
    const copy = join(project.directory, 'copy');
    await cp(example, copy, { recursive: true });
    const path = join(copy, 'saltstack/Dockerfile');
    const sound = await readFile(path, 'utf8');
    await writeFile(
      path,
      `${sound}RUN if [ "$(uname -m)" = aarch64 ]; then echo "no such minion" >&2; exit 7; fi\n`,
    );
    const broken = await run('docker-bake.hcl', ['--load'], copy);
    expect(broken.exitCode).toBe(3);
    const absent = broken.report.cells.filter(({ state }) => state !== 'done');
    expect(absent.map(({ id }) => id)).toEqual(['saltstack@linux/arm64']);
    expect(absent[0]?.failure).toMatchObject({
      at: { file: path, line: sound.split('\n').length },
      log: ['no such minion'],
    });
    expect(await logOf(broken.report, 'saltstack@linux/arm64')).toContain('no such minion');
    await writeFile(path, sound);
    const mended = await run('docker-bake.hcl', ['--load', '--only-failed'], copy);
    expect(mended.exitCode).toBe(0);
    expect(mended.report.cells.filter(({ kept }) => kept !== true).map(({ id }) => id)).toEqual([
      'saltstack@linux/arm64',
    ]);
  });

  it('arrives on another engine, where every image runs for both platforms', async () => {
    const args = ['import', bundle(), '--platform', 'all', '--json'];
    const receipt = receiptOf(await xbundle(args, { env: toolEnvironment(classic) }));
    expect(receipt.complete).toBe(true);
    try {
      for (const { name, component } of report.images) {
        expect(await runImage(classic, 'linux/amd64', ['--pull', 'never', name])).toBe(`${component} x86_64`);
        const arm = ['--pull', 'never', `${name}-arm64`];
        expect(await runImage(classic, 'linux/arm64', arm)).toBe(`${component} aarch64`);
      }
    } finally {
      await removeImages(
        classic,
        receipt.names.map(({ name }) => name),
      );
    }
  });
});
