import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker, toolEnvironment } from '../engine/docker.ts';
import { xbundle, type CliRun } from '../support/cli.ts';
import { removeImages, runImage } from '../support/engine-images.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';
import { manifestDigest } from '../support/registry-images.ts';
import { buildSample, sampleOutput } from '../support/sample-image.ts';

interface Made {
  readonly complete: boolean;
  readonly digest?: string;
  readonly cells: readonly { readonly platform: string; readonly state: string; readonly reason?: string }[];
}

function madeBy(run: CliRun): Made {
  return JSON.parse(run.stdout) as Made;
}

describeWithEngines('manifest create and inspect --check', (engines) => {
  const { containerd, classic, registry } = engines;
  const env = toolEnvironment(containerd);
  const repository = `${registry.host}/${uniqueRepository('manifest')}/app`;
  const tags = ['amd64', 'arm64'].map((architecture) => `${repository}:v1-${architecture}`);
  const wrong = `${repository}:v2-arm64`;
  let scratch: string;

  beforeAll(async () => {
    scratch = await mkdtemp(join(engines.directory, 'manifest-'));
    for (const architecture of ['amd64', 'arm64']) {
      const name = `${repository}:v1-${architecture}`;
      await buildSample(engines, { scratch, name, platforms: [`linux/${architecture}`] });
      await docker(containerd, ['push', '--quiet', name]);
    }
    await docker(containerd, ['tag', `${repository}:v1-amd64`, wrong]);
    await docker(containerd, ['push', '--quiet', wrong]);
  });

  afterAll(async () => {
    await removeImages(containerd, [...tags, wrong]);
    await rm(scratch, { recursive: true, force: true });
  });

  it('finds the arch tags of a name and pushes the index, which any engine then runs', async () => {
    const name = `${repository}:v1`;
    const run = await xbundle(['manifest', 'create', name, '--push', '--json']);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(madeBy(run)).toMatchObject({
      complete: true,
      digest: await manifestDigest(name),
      cells: [
        { platform: 'linux/amd64', state: 'present' },
        { platform: 'linux/arm64', state: 'present' },
      ],
    });
    for (const platform of ['linux/amd64', 'linux/arm64']) {
      await docker(classic, ['pull', '--quiet', '--platform', platform, name]);
      expect(await runImage(classic, platform, ['--pull', 'never', name])).toBe(sampleOutput(platform));
      await removeImages(classic, [name]);
    }
    const inspected = await xbundle(['inspect', name, '--from', 'registry', '--json']);
    expect(inspected.stdout.match(/"kind":\s*"attestation"/g)).toHaveLength(2);
  });

  it('makes the same index again, and changes nothing', async () => {
    const name = `${repository}:again`;
    const create = ['manifest', 'create', name, ...tags, '--push', '--json'];
    const [first, second] = [await xbundle(create), await xbundle(create)];
    expect(second).toMatchObject({ exitCode: 0 });
    expect(madeBy(second).digest).toBe(madeBy(first).digest);
  });

  it('prints the index that --push would push, and changes nothing, where it is to go nowhere', async () => {
    const name = `${repository}:printed`;
    const create = ['manifest', 'create', name, ...tags];
    const run = await xbundle([...create, '-p', 'amd64,arm64']);
    expect(run).toMatchObject({ exitCode: 0 });
    const bytes = run.stdout.slice(0, -1);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    expect(run.stderr).toContain(`WOULD MAKE ${name}@${digest}`);
    const shown = await xbundle([...create, '--json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      complete: true,
      digest,
      index: JSON.parse(bytes) as unknown,
    });
    await expect(manifestDigest(name)).rejects.toThrow(/404/);
    const gap = await xbundle([...create, '-p', 'amd64,riscv64']);
    expect(gap).toMatchObject({ exitCode: 3, stdout: '' });
    expect(gap.stderr).toContain('INCOMPLETE');
    expect(await xbundle([...create, '--push'])).toMatchObject({ exitCode: 0 });
    expect(await manifestDigest(name)).toBe(digest);
  });

  it('keeps a name that points elsewhere, unless told to overwrite it', async () => {
    const name = `${repository}:kept`;
    const create = ['manifest', 'create', name, '--push'];
    expect(await xbundle([...create, ...tags])).toMatchObject({ exitCode: 0 });
    const before = await manifestDigest(name);
    const [one = ''] = tags;
    expect(await xbundle([...create, one])).toMatchObject({ exitCode: 8 });
    expect(await manifestDigest(name)).toBe(before);
    expect(await xbundle([...create, one, '--on-existing-tag', 'overwrite'])).toMatchObject({ exitCode: 0 });
    expect(await manifestDigest(name)).toBe(await manifestDigest(one));
  });

  it('refuses a gap, and a tag that holds another architecture, with nothing pushed', async () => {
    const lie = /v2-arm64 in the registry: it is for linux\/amd64/;
    for (const [name, platforms, reason] of [
      [`${repository}:v1`, ['-p', 'amd64,arm64,riscv64'], /has no .*v1-riscv64/],
      [`${repository}:v2`, ['-p', 'arm64'], lie],
      [`${repository}:v2`, [], lie],
    ] as const) {
      const run = await xbundle(['manifest', 'create', name, ...platforms, '--push', '--json']);
      expect(run).toMatchObject({ exitCode: 3 });
      expect(madeBy(run).complete).toBe(false);
      expect(run.stdout).toMatch(reason);
    }
    await expect(manifestDigest(`${repository}:v2`)).rejects.toThrow(/404/);
  });

  it('makes a bundle of the arch tags of an engine, and pushes from a bundle', async () => {
    const bundle = join(scratch, 'made.tar');
    const name = `${repository}:v1`;
    const made = await xbundle(['manifest', 'create', name, '--from', 'docker', '--into', bundle], { env });
    expect(made).toMatchObject({ exitCode: 0 });
    expect(await xbundle(['verify', bundle, '-p', 'amd64,arm64'])).toMatchObject({ exitCode: 0 });
    const pushed = `${repository}:from-bundle`;
    const run = await xbundle(['manifest', 'create', pushed, ...tags, '--from', `oci:${bundle}`, '--push']);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(await xbundle(['inspect', bundle, '--check', '-p', 'amd64,arm64'])).toMatchObject({ exitCode: 0 });
    expect(await xbundle(['inspect', bundle, '--check', '-p', 's390x'])).toMatchObject({ exitCode: 3 });
  });

  it.each([
    ['the name is a digest', [`app@sha256:${'0'.repeat(64)}`, 'app:a', '--push'], 2],
    ['its parts would come from anywhere', ['app:v1', '--from', 'auto', '--push'], 2],
    ['there are no arch tags', [`${repository}:nothing`, '--push'], 3],
  ])('is refused when %s', async (_title, args, exitCode) => {
    expect(await xbundle(['manifest', 'create', ...args])).toMatchObject({ exitCode });
  });

  it('inspect --check ends with 0 when the name itself has every platform, else with 3', async () => {
    const check = (name: string, platforms: string): Promise<CliRun> =>
      xbundle(['inspect', name, '--from', 'registry', '--check', '-p', platforms]);
    expect(await check(`${repository}:v1`, 'amd64,arm64')).toMatchObject({ exitCode: 0 });
    expect(await check(`${repository}:v1`, 'amd64,s390x')).toMatchObject({ exitCode: 3 });
    expect(await check(`${repository}:v1-amd64`, 'amd64,arm64')).toMatchObject({ exitCode: 3 });
    expect(await xbundle(['inspect', `${repository}:v1`, '--check'])).toMatchObject({ exitCode: 2 });
  });
});
