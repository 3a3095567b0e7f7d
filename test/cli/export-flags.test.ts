import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomImage, type TestImage } from '@xbundle/core/testing';
import { xbundle, type CliRun } from '../support/cli.ts';
import { errorOf, exportOf, verifyOf } from '../support/documents.ts';
import { everythingIn } from '../support/scratch.ts';
import { makeSmallRelease, PLATFORMS, type SmallRelease } from '../support/small-release.ts';

let release: SmallRelease;

beforeAll(async () => {
  release = await makeSmallRelease('export');
});

afterAll(() => release.close());

function emptyFolder(title: string): Promise<string> {
  return release.folder(title);
}

function exportIn(
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<CliRun> {
  return xbundle(['export', ...args, '--from', 'registry', '-o', 'out.tar', '--json'], { cwd: folder, env });
}

describe.concurrent('what an index becomes in the bundle', () => {
  it('with all its platforms: itself', async () => {
    const run = await exportIn(await emptyFolder('all'), [release.names.app, '-p', PLATFORMS.join()]);
    expect(exportOf(run)).toMatchObject({
      images: [{ origin: 'kept', root: { digest: release.app.manifest.digest } }],
      attestations: 2,
    });
  });

  it('with some of them: a new one, which the digest of the old goes with', async () => {
    const run = await exportIn(await emptyFolder('some'), [release.names.app, '-p', 'arm64']);
    const { images, cells, attestations } = exportOf(run);
    expect(images).toMatchObject([{ origin: 'subset', source: { digest: release.app.manifest.digest } }]);
    expect(images[0]?.root.digest).not.toBe(release.app.manifest.digest);
    expect(cells.map(({ platform }) => platform)).toEqual(['linux/arm64']);
    expect(attestations).toBe(1);
  });

  it('with --attestations=drop: a new one without them', async () => {
    const run = await exportIn(await emptyFolder('drop'), [release.names.app, '--attestations', 'drop']);
    expect(exportOf(run)).toMatchObject({ complete: true, images: [{ origin: 'subset' }], attestations: 0 });
  });

  it('of a whole archive: what --platform asks for, of every image in it', async () => {
    const folder = await emptyFolder('archive');
    const first = await xbundle(release.exportArgs('first.tar'), { cwd: folder });
    expect(first).toMatchObject({ exitCode: 0 });
    const args = ['export', '--from', 'oci:first.tar', '-o', 'out.tar', '--json'];
    const one = await xbundle([...args, '-p', 'arm64'], { cwd: folder });
    expect(exportOf(one).cells.map(({ image, platform }) => [image, platform])).toEqual(
      [release.names.app, release.names.db].map((name) => [name, 'linux/arm64']),
    );
    const more = await xbundle([...args, '-p', 'arm64,s390x', '--overwrite'], { cwd: folder });
    expect(more).toMatchObject({ exitCode: 3 });
    expect(exportOf(more).cells.filter(({ state }) => state === 'missing')).toHaveLength(2);
  });

  it('made of arch tags: one that nobody had made', async () => {
    const run = await exportIn(await emptyFolder('tags'), [release.names.tool, '-p', PLATFORMS.join()]);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(exportOf(run)).toMatchObject({ complete: true, images: [{ origin: 'assembled' }] });
  });

  it('made of arch tags of another pattern', async () => {
    const repository = 'team/pattern';
    for (const platform of PLATFORMS) {
      const tag = platform.replace('linux/', '').concat('.v1');
      release.registry.push(repository, tag, await randomImage('pattern', platform));
    }
    const name = `${release.registry.host}/${repository}:v1`;
    const flags = ['-p', PLATFORMS.join(), '--arch-tag-pattern', '{arch}.{tag}'];
    const run = await exportIn(await emptyFolder('pattern'), [name, ...flags]);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(exportOf(run).cells.map(({ archTag }) => archTag)).toEqual(
      ['amd64', 'arm64'].map((each) => `${release.registry.host}/${repository}:${each}.v1`),
    );
  });

  it('without arch tags where those are not wanted', async () => {
    const folder = await emptyFolder('untagged');
    const run = await exportIn(folder, [release.names.app, '--no-arch-tags']);
    expect(run).toMatchObject({ exitCode: 0 });
    const bytes = (await readFile(join(folder, 'out.tar'))).toString('latin1');
    expect(bytes).not.toContain('v1-amd64');
    expect(verifyOf(await xbundle(['verify', 'out.tar', '--json'], { cwd: folder })).complete).toBe(true);
  });
});

describe.concurrent('the same images', () => {
  it('give the same bytes, whatever the jobs and the order in which they are named', async () => {
    const folder = await emptyFolder('order');
    const { app, db } = release.names;
    for (const [order, jobs] of [
      [[app, db], '1'],
      [[db, app], '16'],
    ] as const) {
      const flags = ['--from', 'registry', '-p', PLATFORMS.join(), '--jobs', jobs, '-o', `${jobs}.tar`];
      expect(await xbundle(['export', ...order, ...flags], { cwd: folder })).toMatchObject({ exitCode: 0 });
    }
    const expected = await readFile(release.bundle);
    for (const file of ['1.tar', '16.tar'])
      expect((await readFile(join(folder, file))).equals(expected)).toBe(true);
  });

  it('give another bundle with another SOURCE_DATE_EPOCH, which is its date', async () => {
    const folder = await emptyFolder('epoch');
    const run = await exportIn(folder, [release.names.app], { SOURCE_DATE_EPOCH: '1000000000' });
    expect(run).toMatchObject({ exitCode: 0 });
    const { stdout } = await xbundle(['inspect', 'out.tar', '--json'], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({ created: '2001-09-09T01:46:40Z' });
  });
});

describe.concurrent('a definition', () => {
  const host = (): string => release.registry.host;

  it.each([
    [
      'release.yaml',
      (): string =>
        `name: shop\nversion: v7\nplatforms: [amd64]\nimages:\n  - ${host()}/team/app:v1\n  - {name: "${host()}/team/db:v1", platforms: [arm64]}\n`,
    ],
    ['images.txt', (): string => `# two images\n${host()}/team/app:v1\n\n${host()}/team/db:v1\n`],
    [
      'compose.yaml',
      (): string =>
        `services:\n  app: {image: "\${HOST}/team/app:v1"}\n  db: {image: "${host()}/team/db:v1"}\n`,
    ],
  ])('%s names the images', async (file, text) => {
    const folder = await emptyFolder(file);
    await writeFile(join(folder, file), text());
    const run = await exportIn(folder, ['-f', file], { HOST: host() });
    expect(run).toMatchObject({ exitCode: 0 });
    const { app, db } = release.names;
    expect(exportOf(run).images.map(({ name }) => name)).toEqual([app, db]);
    const platforms = exportOf(run).cells.map(({ platform }) => platform);
    expect(platforms).toEqual(
      file === 'release.yaml' ? ['linux/amd64', 'linux/arm64'] : [...PLATFORMS, ...PLATFORMS],
    );
    const { stdout } = await xbundle(['inspect', 'out.tar', '--json'], { cwd: folder });
    if (file === 'release.yaml') expect(JSON.parse(stdout)).toMatchObject({ name: 'shop', version: 'v7' });
  });
});

describe.concurrent('an output that exists', () => {
  it('is kept until the new bundle is whole, with --overwrite', async () => {
    const folder = await emptyFolder('overwrite');
    await writeFile(join(folder, 'out.tar'), 'precious');
    const failed = await exportIn(folder, [`${release.names.app}-none`, '--overwrite']);
    expect(failed).toMatchObject({ exitCode: 3 });
    expect(await readFile(join(folder, 'out.tar'), 'utf8')).toBe('precious');
    expect(await exportIn(folder, [release.names.app, '--overwrite'])).toMatchObject({ exitCode: 0 });
    expect(await xbundle(['verify', 'out.tar'], { cwd: folder })).toMatchObject({ exitCode: 0 });
    expect(await everythingIn(folder)).toEqual(['out.tar']);
  });
});

describe.concurrent('a bundle that lacks a cell', () => {
  it('exists only when that was asked for, and every command says so', async () => {
    const folder = await emptyFolder('incomplete');
    const flags = ['-p', 'amd64,s390x', '--allow-incomplete'];
    const run = await exportIn(folder, [release.names.app, ...flags]);
    expect(run).toMatchObject({ exitCode: 3 });
    expect(exportOf(run)).toMatchObject({ complete: false, written: true });
    for (const command of ['verify', 'ls', 'inspect']) {
      const told = await xbundle([command, 'out.tar', '--json'], { cwd: folder });
      expect(told).toMatchObject({ exitCode: 3 });
      expect(JSON.parse(told.stdout)).toMatchObject({ complete: false });
    }
    const refused = await xbundle(['import', 'out.tar', '--to', 'oci:layout', '--json'], { cwd: folder });
    expect(refused).toMatchObject({ exitCode: 3 });
    expect(errorOf(refused).error.code).toBe('INCOMPLETE');
    const allowed = ['import', 'out.tar', '--to', 'oci:layout', '--allow-incomplete'];
    expect(await xbundle(allowed, { cwd: folder })).toMatchObject({ exitCode: 3 });
    expect(await everythingIn(folder)).toContain('layout/index.json');
  });

  it('is not written when a registry lists a layer that it has lost', async () => {
    const folder = await emptyFolder('lost');
    const image: TestImage = await randomImage('lost', 'linux/amd64');
    release.registry.push('team/lost', 'v1', image);
    const [layer] = image.layers;
    if (layer !== undefined) release.registry.repository('team/lost').blobs.delete(layer.digest);
    const run = await exportIn(folder, [`${release.registry.host}/team/lost:v1`]);
    expect(run).toMatchObject({ exitCode: 3 });
    expect(run.stdout).toContain(`${release.registry.host}/team/lost:v1`);
    expect(run.stdout).toContain('linux/amd64');
    expect(await everythingIn(folder)).not.toContain('out.tar');
  });
});
