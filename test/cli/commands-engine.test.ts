import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { crane, docker, toolEnvironment } from '../engine/docker.ts';
import { xbundle } from '../support/cli.ts';
import { receiptOf } from '../support/documents.ts';
import { heldImage, removeImages, runImage } from '../support/engine-images.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';
import { manifestBytes, manifestDigest } from '../support/registry-images.ts';
import { buildSample, SAMPLE_PLATFORMS, sampleOutput } from '../support/sample-image.ts';

describeWithEngines('commands with an engine', (engines) => {
  const { containerd, registry } = engines;
  const env = toolEnvironment(containerd);
  const name = `${registry.host}/${uniqueRepository('commands')}/app:v1`;
  let scratch: string;
  let bundle: string;

  beforeAll(async () => {
    scratch = await mkdtemp(join(engines.directory, 'commands-'));
    bundle = join(scratch, 'app.tar');
    await buildSample(engines, { scratch, name });
    await docker(containerd, ['push', '--quiet', name]);
  });

  afterAll(async () => {
    await removeImages(containerd, [name]);
    await rm(scratch, { recursive: true, force: true });
  });

  it.each(['docker', 'registry'])('inspect --raw from %s prints the bytes of the manifest', async (from) => {
    const run = await xbundle(['inspect', name, '--from', from, '--raw'], { env });
    expect(run).toMatchObject({ exitCode: 0, stdout: (await manifestBytes(name)).toString() });
  });

  it.skipIf(!('crane' in engines.versions))('inspect --raw prints what crane prints', async () => {
    const { stdout } = await crane(engines, ['manifest', '--insecure', name]);
    const run = await xbundle(['inspect', name, '--from', 'registry', '--raw']);
    expect(run.stdout.trimEnd()).toBe(stdout.trimEnd());
  });

  it('inspect shows the same tree from the engine and from the registry', async () => {
    const trees: unknown[] = [];
    for (const from of ['docker', 'registry', 'auto']) {
      const run = await xbundle(['inspect', name, '--from', from, '--json'], { env });
      expect(run).toMatchObject({ exitCode: 0 });
      const { root, tree } = JSON.parse(run.stdout) as { readonly root: string; readonly tree: unknown };
      expect(root).toBe(await manifestDigest(name));
      trees.push(tree);
    }
    expect(trees[0]).toMatchObject({
      kind: 'index',
      children: [
        { platform: 'linux/amd64' },
        { platform: 'linux/arm64' },
        { kind: 'attestation' },
        { kind: 'attestation' },
      ],
    });
    expect(trees[1]).toEqual(trees[0]);
    expect(trees[2]).toEqual(trees[0]);
  });

  it('import takes the native platform alone, then the rest, and moves nothing the third time', async () => {
    const exported = await xbundle(['export', name, '--from', 'docker', '-o', bundle], { env });
    expect(exported).toMatchObject({ exitCode: 0 });
    await removeImages(containerd, [name]);
    const native = await xbundle(['import', bundle, '--platform', 'native', '--json'], { env });
    expect(native).toMatchObject({ exitCode: 0 });
    expect(receiptOf(native).cells).toMatchObject([{ platform: 'linux/amd64', state: 'present' }]);
    expect(await heldImage(containerd, name)).toMatchObject({ platforms: ['linux/amd64'] });
    expect(await runImage(containerd, 'linux/amd64', ['--pull', 'never', name])).toBe(
      sampleOutput('linux/amd64'),
    );
    expect(await xbundle(['import', bundle], { env })).toMatchObject({ exitCode: 8 });
    const whole = await xbundle(['import', bundle, '--on-existing-tag', 'overwrite', '--json'], { env });
    expect(receiptOf(whole)).toMatchObject({ complete: true, names: [{ action: 'overwrite' }] });
    const again = await xbundle(['import', bundle, '--json', '--progress', 'json'], { env });
    expect(again).toMatchObject({ exitCode: 0 });
    expect(receiptOf(again)).toMatchObject({ complete: true, names: [{ action: 'present' }] });
    expect(again.stderr).not.toContain('"phase":"load"');
    expect(await heldImage(containerd, name)).toMatchObject({ platforms: SAMPLE_PLATFORMS, attestations: 2 });
  });

  it.each([
    ['export', () => ['export', name, '--from', 'docker', '-o', join(scratch, 'quiet.tar')]],
    ['inspect', () => ['inspect', name, '--from', 'docker']],
    ['import', () => ['import', bundle]],
  ])('%s --quiet prints nothing', async (_, args) => {
    expect(await xbundle([...args(), '--quiet'], { env })).toEqual(
      expect.objectContaining({ exitCode: 0, stdout: '', stderr: '' }),
    );
  });
});
