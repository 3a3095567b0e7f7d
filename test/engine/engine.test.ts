import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { crane, ctr, docker, oras, podman, skopeo } from './docker.ts';
import type { Engines, Unavailable } from './facts.ts';
import { isUnavailable } from './facts.ts';

const provided: Engines | Unavailable = inject('engines');

describe.skipIf(isUnavailable(provided))('the private engines', () => {
  if (isUnavailable(provided)) return;
  const engines = provided;
  const { containerd, classic, registry, baseContext } = engines;
  const platforms = ['linux/amd64', 'linux/arm64'];
  // Unique, so that the test can be repeated on engines that stay up.
  const base = `${registry.host}/smoke/base:${Date.now().toString(36)}`;
  let scratch = '';

  beforeAll(async () => {
    scratch = await mkdtemp(join(engines.directory, 'smoke-'));
    const build = ['buildx', 'build', '--platform', platforms.join(','), '--provenance=false'];
    await docker(containerd, [...build, '--tag', base, baseContext.directory]);
    await docker(containerd, ['push', '--quiet', base]);
  });

  afterAll(async () => {
    await docker(containerd, ['image', 'rm', '--force', base]);
    await rm(scratch, { recursive: true, force: true });
  });

  it('keep images in containerd in the one and in overlay2 in the other', async () => {
    const stores = [containerd, classic].map(async (engine) => {
      const format = '{{.Driver}} {{json .DriverStatus}}';
      return (await docker(engine, ['info', '--format', format])).stdout;
    });
    const [first, second] = await Promise.all(stores);
    expect(first).toMatch(/^overlayfs .*io\.containerd\.snapshotter\.v1/);
    expect(second).toMatch(/^overlay2 /);
    expect(second).not.toContain('io.containerd.snapshotter');
  });

  it('have their data below the directory of this run', async () => {
    for (const engine of [containerd, classic]) {
      const { stdout } = await docker(engine, ['info', '--format', '{{.DockerRootDir}}']);
      expect(stdout).toBe(engine.root);
      expect(stdout.startsWith(engines.directory)).toBe(true);
    }
  });

  it.each([
    ['linux/amd64', 'x86_64'],
    ['linux/arm64', 'aarch64'],
  ])('run the %s image of a two-platform build as %s', async (platform, machine) => {
    const run = ['run', '--rm', '--platform', platform, base, 'uname', '-m'];
    expect((await docker(containerd, run)).stdout).toBe(machine);
  });

  it('build and run a 32-bit arm image too', async () => {
    const tag = 'smoke-arm:v1';
    await docker(containerd, ['build', '--platform', 'linux/arm/v7', '--tag', tag, baseContext.directory]);
    const run = ['run', '--rm', '--platform', 'linux/arm/v7', tag, 'uname', '-m'];
    // QEMU's oldest processor which runs v7 calls itself v8.
    expect((await docker(containerd, run)).stdout).toMatch(/^armv[78]l$/);
    await docker(containerd, ['image', 'rm', '--force', tag]);
  });

  it('take an image of another platform from the registry into the classic store', async () => {
    await docker(classic, ['pull', '--quiet', '--platform', 'linux/arm64', base]);
    expect((await docker(classic, ['run', '--rm', base, 'uname', '-m'])).stdout).toBe('aarch64');
    await docker(classic, ['image', 'rm', '--force', base]);
  });

  it('are accompanied by a registry which answers', async () => {
    const response = await fetch(`http://${registry.host}/v2/`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({});
  });

  it.skipIf(!('crane' in engines.versions))('let crane list both platforms', async () => {
    const index = JSON.parse((await crane(engines, ['manifest', base])).stdout) as {
      manifests: { platform: { os: string; architecture: string } }[];
    };
    const listed = index.manifests.map(({ platform }) => `${platform.os}/${platform.architecture}`);
    expect(listed.toSorted()).toEqual(platforms);
  });

  it('let skopeo read from the registry', async () => {
    const { stdout } = await skopeo(engines, ['inspect', '--override-arch=arm64', `docker://${base}`]);
    expect(JSON.parse(stdout)).toMatchObject({ Architecture: 'arm64' });
  });

  it('let oras resolve a tag and push a file', async () => {
    expect((await oras(engines, ['resolve', '--plain-http', base])).stdout).toMatch(/^sha256:/);
    await writeFile(join(scratch, 'note.txt'), 'hello');
    const target = `${registry.host}/smoke/note:v1`;
    await oras(engines, ['push', '--plain-http', target, 'note.txt'], { cwd: scratch });
  });

  it('let podman load what the engine saved', async () => {
    const file = join(scratch, 'base.tar');
    await docker(containerd, ['save', '--output', file, base]);
    await podman(engines, ['load', '--input', file]);
    const { stdout } = await podman(engines, ['image', 'inspect', '--format', '{{.Architecture}}', base]);
    expect(stdout).toBe('amd64');
    await podman(engines, ['image', 'rm', '--force', base]);
  });

  it('let ctr import what the engine saved, apart from the images of the engine', async () => {
    const file = join(scratch, 'all.tar');
    await docker(containerd, ['save', '--output', file, base]);
    await ctr(containerd, ['images', 'import', '--all-platforms', file]);
    expect((await ctr(containerd, ['images', 'list', '--quiet'])).stdout.split('\n')).toContain(base);
    await ctr(containerd, ['images', 'rm', '--sync', base]);
    expect((await docker(containerd, ['image', 'ls', '--quiet', base])).stdout).not.toBe('');
  });

  it('have the build plugins', async () => {
    expect((await docker(containerd, ['buildx', 'version'])).stdout).toContain('buildx');
    expect((await docker(containerd, ['compose', 'version'])).stdout).toContain('Compose');
  });
});

it('say in one sentence why there are none, where there are none', () => {
  if (isUnavailable(provided)) expect(provided.reason).not.toBe('');
});
