import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker, toolEnvironment } from '../engine/docker.ts';
import { xbundle } from '../support/cli.ts';
import { exportOf, receiptOf, verifyOf } from '../support/documents.ts';
import { heldImage, removeImages, runImage } from '../support/engine-images.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';
import { manifestBytes } from '../support/registry-images.ts';
import { SAMPLE_PLATFORMS } from '../support/sample-image.ts';
import { everythingIn } from '../support/scratch.ts';

const example = fileURLToPath(new URL('../../examples/ai-infra', import.meta.url));
const components = [
  'apphub',
  'slurm-master',
  'test-containers',
  'gitea',
  'nginx',
  'saltstack',
  'backend',
  'frontend',
  'jupyterhub',
  'nightingale',
  'prometheus',
  'singleuser',
];
/** All that the script which this case is about had built. */
const built = components.slice(0, 3);

describeWithEngines('a release of 12 components for 2 platforms', (engines) => {
  const { containerd, registry } = engines;
  const run = uniqueRepository('ai-infra');
  const env = toolEnvironment(containerd);
  const base = `${run}/base:latest`;
  const names = components.map((component) => `ai-infra/${component}:v0.3.8`);
  const archTags = names.flatMap((name) => [`${name}-amd64`, `${name}-arm64`]);
  const prefix = `${registry.host}/${run}/`;
  let scratch: string;
  let bundle: string;

  /** Builds components, all where none is named, for one platform, under its arch tag. */
  async function bake(architecture: string, targets: readonly string[] = []): Promise<void> {
    const args = ['buildx', 'bake', '--file', 'docker-bake.hcl', '--set', `*.platform=linux/${architecture}`];
    const env = { TAG: `v0.3.8-${architecture}`, BASE: base };
    await docker(containerd, [...args, ...targets], { cwd: example, env });
  }

  beforeAll(async () => {
    scratch = await mkdtemp(join(engines.directory, 'ai-infra-'));
    bundle = join(scratch, 'ai-infra.tar');
    await removeImages(containerd, [...names, ...archTags]);
    const platforms = ['--platform', SAMPLE_PLATFORMS.join()];
    const { directory } = engines.baseContext;
    await docker(containerd, ['buildx', 'build', ...platforms, '--tag', base, directory]);
    await bake('amd64', built);
  });

  afterAll(async () => {
    await removeImages(containerd, [base, ...names, ...archTags]);
    await rm(scratch, { recursive: true, force: true });
  });

  it('of which an engine has 3 cells ends with 3, and all 21 missing ones are named', async () => {
    const args = ['export', '-f', join(example, 'xbundle.yaml'), '--from', 'docker', '-o', bundle];
    const done = await xbundle([...args, '--json'], { env });
    expect(done).toMatchObject({ exitCode: 3 });
    const { complete, written, cells } = exportOf(done);
    expect({ complete, written }).toEqual({ complete: false, written: false });
    expect(cells).toHaveLength(24);
    const present = cells.filter(({ state }) => state === 'present');
    expect(present.map(({ image, platform }) => `${image} ${platform}`)).toEqual(
      built.map((component) => `docker.io/ai-infra/${component}:v0.3.8 linux/amd64`).toSorted(),
    );
    const told = await xbundle(args, { env });
    const missing = cells.filter(({ state }) => state === 'missing');
    expect(missing).toHaveLength(21);
    for (const { image, platform } of missing) {
      expect(told.stdout).toContain(`${image.replace('docker.io/', '')} for ${platform}: `);
    }
    expect(told.stdout).toContain('INCOMPLETE: 21 missing of 24 cells\nnothing was written');
    expect(await everythingIn(scratch)).toEqual([]);
  });

  it('of which a registry has 3 cells ends with 3 too, asked for by the compose file', async () => {
    for (const component of built) {
      const pushed = `${prefix}ai-infra/${component}:v0.3.8-amd64`;
      await docker(containerd, ['tag', `ai-infra/${component}:v0.3.8-amd64`, pushed]);
      await docker(containerd, ['push', '--quiet', pushed]);
      await removeImages(containerd, [pushed]);
    }
    const args = [
      'export',
      '-f',
      join(example, 'compose.yaml'),
      '--from',
      'registry',
      '-o',
      bundle,
      '--json',
    ];
    const done = await xbundle(args, { env: { REGISTRY: prefix } });
    expect(done).toMatchObject({ exitCode: 3 });
    const { cells } = exportOf(done);
    expect(cells.filter(({ state }) => state === 'present')).toHaveLength(3);
    expect(cells.filter(({ state }) => state === 'missing')).toHaveLength(21);
    expect(cells.every(({ image }) => image.startsWith(prefix))).toBe(true);
    expect(await everythingIn(scratch)).toEqual([]);
  });

  it('with all 24 arch tags is exported whole, indexes made for the 12 names', async () => {
    await Promise.all([bake('amd64'), bake('arm64')]);
    const args = ['export', '-f', join(example, 'xbundle.yaml'), '--from', 'docker', '-o', bundle, '--json'];
    const done = await xbundle(args, { env });
    expect(done).toMatchObject({ exitCode: 0 });
    const { complete, written, images, cells } = exportOf(done);
    expect({ complete, written }).toEqual({ complete: true, written: true });
    expect(images.map(({ origin }) => origin)).toEqual(components.map(() => 'assembled'));
    expect(cells.filter(({ state }) => state === 'present')).toHaveLength(24);
    const verified = await xbundle(['verify', bundle, '-f', join(example, 'xbundle.yaml'), '--json']);
    expect(verified).toMatchObject({ exitCode: 0 });
    expect(verifyOf(verified)).toMatchObject({ complete: true, integrity: 'ok', problems: [] });
  });

  it('makes the 12 indexes that never existed, and each runs on both platforms', async () => {
    await removeImages(containerd, archTags);
    const done = await xbundle(['import', bundle, '--json'], { env });
    expect(done).toMatchObject({ exitCode: 0 });
    const receipt = receiptOf(done);
    expect(receipt.complete).toBe(true);
    expect(receipt.names).toHaveLength(12 + 24);
    for (const [at, name] of names.entries()) {
      expect(await heldImage(containerd, name)).toMatchObject({ platforms: SAMPLE_PLATFORMS });
      const printed = await Promise.all(
        SAMPLE_PLATFORMS.map((platform) => runImage(containerd, platform, ['--pull', 'never', name])),
      );
      expect(printed).toEqual([`${components[at] ?? ''} x86_64`, `${components[at] ?? ''} aarch64`]);
    }
  });

  it('makes the 12 indexes in a registry', async () => {
    const done = await xbundle(['import', bundle, '--to', `registry:${prefix}imported`, '--json']);
    expect(done).toMatchObject({ exitCode: 0 });
    expect(receiptOf(done).complete).toBe(true);
    for (const name of names) {
      const index = JSON.parse((await manifestBytes(`${prefix}imported/${name}`)).toString()) as {
        readonly manifests: readonly { readonly platform: { readonly architecture: string } }[];
      };
      const architectures = index.manifests.map(({ platform }) => platform.architecture);
      expect(architectures.filter((each) => each !== 'unknown')).toEqual(['amd64', 'arm64']);
    }
  });
});
