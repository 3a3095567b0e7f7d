import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomIndex, startRegistry, type TestRegistry } from '@xbundle/core/testing';
import { docker, toolEnvironment } from '../engine/docker.ts';
import { xbundle } from '../support/cli.ts';
import { exportOf, verifyOf } from '../support/documents.ts';
import { removeImages } from '../support/engine-images.ts';
import { describeWithEngines } from '../support/engine-suite.ts';
import { SAMPLE_PLATFORMS } from '../support/sample-image.ts';

describeWithEngines('--from auto', ({ containerd, directory }) => {
  const env = toolEnvironment(containerd);
  let scratch: string;
  let registry: TestRegistry;
  /** The engine has this one whole. */
  let whole: string;
  /** Of this one the engine has a platform, and the registry has both. */
  let half: string;

  beforeAll(async () => {
    scratch = await mkdtemp(join(directory, 'auto-'));
    registry = await startRegistry();
    registry.push('team/whole', 'v1', await randomIndex('whole', SAMPLE_PLATFORMS));
    registry.push('team/half', 'v1', await randomIndex('half', SAMPLE_PLATFORMS));
    [whole, half] = [`${registry.host}/team/whole:v1`, `${registry.host}/team/half:v1`];
    const [first, second] = SAMPLE_PLATFORMS;
    for (const [name, platform] of [
      [whole, first],
      [whole, second],
      [half, first],
    ] as const) {
      await docker(containerd, ['pull', '--quiet', '--platform', platform, name]);
    }
    registry.clearRequests();
  });

  afterAll(async () => {
    await removeImages(containerd, [whole, half]);
    await registry.close();
    await rm(scratch, { recursive: true, force: true });
  });

  it('takes from the engine what it has whole, the rest from the registry, and says so', async () => {
    const bundle = join(scratch, 'auto.tar');
    const args = ['export', whole, half, '-p', SAMPLE_PLATFORMS.join(), '-o', bundle, '--json'];
    const run = await xbundle(args, { env });
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stderr).toContain(`from the engine: ${whole}\n`);
    const [, lacked] = SAMPLE_PLATFORMS;
    expect(run.stderr).toContain(`from the registry, as the engine lacks ${lacked}: ${half}\n`);
    expect(exportOf(run)).toMatchObject({
      complete: true,
      images: [
        { name: half, origin: 'kept', source: { kind: 'registry' } },
        { name: whole, origin: 'kept', source: { kind: 'docker', store: 'containerd' } },
      ],
    });
    expect(registry.requests.some(({ repository }) => repository === 'team/whole')).toBe(false);
    const verified = verifyOf(await xbundle(['verify', bundle, '--json']));
    expect(verified).toMatchObject({ complete: true, integrity: 'ok' });
    expect(verified.cells).toHaveLength(4);
  });

  it('goes without an engine where there is none, and says so', async () => {
    const bundle = join(scratch, 'alone.tar');
    const run = await xbundle(['export', whole, '-o', bundle, '--json']);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stderr).toContain('from the registry, as no Docker Engine answers\n');
    expect(exportOf(run)).toMatchObject({ images: [{ source: { kind: 'registry' } }] });
  });

  it('is not what --from docker does: that names the cell which the engine lacks', async () => {
    const bundle = join(scratch, 'docker.tar');
    const args = ['export', half, '-p', SAMPLE_PLATFORMS.join(), '--from', 'docker', '-o', bundle, '--json'];
    const run = await xbundle(args, { env });
    expect(run).toMatchObject({ exitCode: 3 });
    expect(exportOf(run).cells.map(({ platform, state }) => [platform, state])).toEqual([
      ['linux/amd64', 'present'],
      ['linux/arm64', 'missing'],
    ]);
  });
});
