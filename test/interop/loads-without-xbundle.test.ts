import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Cell } from '@xbundle/core';
import { crane, ctr, docker, oras, podman, skopeo, toolEnvironment } from '../engine/docker.ts';
import { run } from '../engine/run.ts';
import { xbundle } from '../support/cli.ts';
import { exportOf } from '../support/documents.ts';
import { heldImage, inspectedImage, removeImages, runImage } from '../support/engine-images.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';
import { buildSample, SAMPLE_PLATFORMS, sampleOutput } from '../support/sample-image.ts';

describeWithEngines('a bundle of two images, without xbundle,', (engines) => {
  const { containerd, classic, registry } = engines;
  const repository = uniqueRepository('interop');
  const names = [`${repository}/app:v1`, `${registry.host}/${repository}/tool:v1`] as const;
  const archTags = names.flatMap((name) => [`${name}-amd64`, `${name}-arm64`]);
  let scratch: string;
  let bundle: string;
  let cells: readonly Cell[];
  /** Of the index that all names lead to. */
  let root: string;

  beforeAll(async () => {
    scratch = await mkdtemp(join(engines.directory, 'interop-'));
    bundle = join(scratch, 'release.tar');
    await buildSample(engines, { scratch, name: names[0] });
    await docker(containerd, ['tag', names[0], names[1]]);
    const flags = ['--from', 'docker', '--platform', SAMPLE_PLATFORMS.join(), '-o', bundle, '--json'];
    const done = await xbundle(['export', ...names, ...flags], { env: toolEnvironment(containerd) });
    expect(done).toMatchObject({ exitCode: 0 });
    const document = exportOf(done);
    cells = document.cells;
    root = document.images[0]?.root.digest ?? '';
    await removeImages(containerd, names);
  });

  afterAll(async () => {
    await rm(scratch, { recursive: true, force: true });
  });

  /** The cell that an arch tag names, written as engines list it. */
  function cellOf(archTag: string): Cell | undefined {
    return cells.find((cell) => cell.archTag?.replace(/^docker\.io\//, '') === archTag);
  }

  it('loads into a containerd store with "docker load", indexes and arch tags', async () => {
    await docker(containerd, ['load', '--quiet', '--input', bundle]);
    for (const name of names) {
      expect(await heldImage(containerd, name)).toEqual({
        root,
        platforms: SAMPLE_PLATFORMS,
        attestations: 2,
      });
    }
    for (const tag of archTags) {
      const { digest, platform } = cellOf(tag) ?? {};
      expect(await heldImage(containerd, tag)).toEqual({
        root: digest,
        platforms: [platform],
        attestations: 0,
      });
    }
    for (const platform of SAMPLE_PLATFORMS) {
      expect(await runImage(containerd, platform, ['--pull', 'never', names[1]])).toBe(
        sampleOutput(platform),
      );
    }
    await removeImages(containerd, [...names, ...archTags]);
  });

  it('loads into a classic store with "docker load", one platform under each arch tag', async () => {
    await docker(classic, ['load', '--quiet', '--input', bundle]);
    for (const tag of archTags) {
      const { config, platform = '' } = cellOf(tag) ?? {};
      expect(await inspectedImage(classic, tag)).toEqual({ id: config, platform });
    }
    for (const tag of archTags.slice(0, 2)) {
      const platform = cellOf(tag)?.platform ?? '';
      expect(await runImage(classic, platform, ['--pull', 'never', tag])).toBe(sampleOutput(platform));
    }
    await removeImages(classic, archTags);
  });

  it('is imported by ctr with every platform', async () => {
    await ctr(containerd, ['images', 'import', '--all-platforms', bundle]);
    const { stdout } = await ctr(containerd, ['images', 'list']);
    const rows = stdout.split('\n').map((line) => line.split(/\s+/));
    const listed = new Map(rows.map(([name = '', , digest]) => [name.replace(/^docker\.io\//, ''), digest]));
    for (const name of names) expect(listed.get(name)).toBe(root);
    for (const tag of archTags) expect(listed.get(tag)).toBe(cellOf(tag)?.digest);
    const check = ['images', 'check', '--quiet', `name~=${repository}`];
    const full = (await ctr(containerd, check)).stdout.split('\n');
    expect(full).toHaveLength(names.length + archTags.length);
    await ctr(containerd, ['images', 'rm', '--sync', ...full]);
  });

  it('is loaded by podman under its arch tags', async () => {
    await podman(engines, ['load', '--quiet', '--input', bundle]);
    for (const tag of archTags) {
      const format = '{{.Id}} {{.Os}}/{{.Architecture}}';
      const { stdout } = await podman(engines, ['image', 'inspect', '--format', format, tag]);
      const { config = '', platform = '' } = cellOf(tag) ?? {};
      expect(stdout).toBe(`${config.replace('sha256:', '')} ${platform}`);
    }
    await podman(engines, ['image', 'rm', '--force', ...archTags]);
  });

  it.each([
    { title: 'a name', name: `docker.io/${names[0]}`, flags: ['--all'] },
    { title: 'a name with a registry and a port', name: names[1], flags: ['--all'] },
    { title: 'an arch tag', name: `docker.io/${names[0]}-arm64`, flags: [] },
  ])('is read by skopeo as an OCI archive under $title, digest kept', async ({ name, flags }) => {
    const layout = join(scratch, name.replace(/[^a-z0-9]/g, '-'));
    await skopeo(engines, ['copy', ...flags, `oci-archive:${bundle}:${name}`, `oci:${layout}:copied`]);
    const index = await readFile(join(layout, 'index.json'), 'utf8');
    const digest = cellOf(name.replace('docker.io/', ''))?.digest ?? root;
    expect(JSON.parse(index)).toMatchObject({ manifests: [{ digest }] });
  });

  it('gives skopeo one platform as a directory', async () => {
    const folder = join(scratch, 'dir');
    const source = `oci-archive:${bundle}:docker.io/${names[0]}`;
    await skopeo(engines, ['copy', '--override-arch=arm64', source, `dir:${folder}`]);
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as {
      readonly config: { readonly digest: string };
    };
    expect(manifest.config.digest).toBe(cellOf(`${names[0]}-arm64`)?.config);
  });

  it.skipIf(!('crane' in engines.versions))('is pushed by crane once unpacked, and is valid', async () => {
    const folder = join(scratch, 'unpacked');
    await mkdir(folder);
    await run('tar', ['-xf', bundle, '-C', folder]);
    const target = `${registry.host}/${repository}/unpacked:v1`;
    await crane(engines, ['push', '--index', folder, target]);
    const pushed = `${registry.host}/${repository}/unpacked`;
    expect((await crane(engines, ['digest', `${pushed}@${root}`])).stdout).toBe(root);
    for (const tag of archTags.slice(0, 2)) {
      await crane(engines, ['validate', '--remote', `${pushed}@${cellOf(tag)?.digest ?? ''}`]);
    }
  });

  it.skipIf(!('oras' in engines.versions))('is copied by oras once unpacked, digest kept', async () => {
    const folder = join(scratch, 'for-oras');
    await mkdir(folder);
    await run('tar', ['-xf', bundle, '-C', folder]);
    const { stdout } = await oras(engines, ['repo', 'tags', '--oci-layout', folder]);
    const qualified = [...names, ...archTags].map((name) =>
      name.startsWith(registry.host) ? name : `docker.io/${name}`,
    );
    expect(stdout.split('\n').sort()).toEqual(qualified.sort());
    // Its grammar ends a path at a colon, so a name with one is given as a digest.
    const target = `${registry.host}/${repository}/from-oras:v1`;
    const flags = ['--recursive', '--no-tty', '--from-oci-layout', '--to-plain-http'];
    await oras(engines, ['cp', ...flags, `${folder}@${root}`, target]);
    expect((await oras(engines, ['resolve', '--plain-http', target])).stdout).toBe(root);
  });

  it.skipIf(!('crane' in engines.versions))(
    'is valid for crane as a tarball where it holds one cell',
    async () => {
      const single = join(scratch, 'single.tar');
      const from = `oci:${bundle}`;
      const done = await xbundle(['export', names[0], '--from', from, '-p', 'arm64', '-o', single]);
      expect(done).toMatchObject({ exitCode: 0 });
      await crane(engines, ['validate', '--tarball', single]);
    },
  );
});
