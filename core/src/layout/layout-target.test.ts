import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatPlatform, parseReference, type Descriptor, type Digest } from '../model/index.ts';
import { readImage } from '../testing/images/read-image.ts';
import { testImageTarget } from '../testing/suites/image-target-suite.ts';
import { layoutImages, targetImage } from '../testing/images/layout-images.ts';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { createLayoutTarget } from './layout-target.ts';
import { openLayout } from './oci-layout-source.ts';

const { amd64, arm, index, nested, other, store } = await layoutImages();

const scratch = await useScratchFolder();

const pathIn = (root: string, digest: Digest): string => join(root, 'blobs', ...digest.split(':'));

async function treeOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const pairs = files
    .sort()
    .map(async (file) => [file.slice(root.length + 1), await readFile(file, 'base64')] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

testImageTarget('a layout', () => Promise.resolve({ target: createLayoutTarget(scratch.fresh()) }));

describe('a layout target', () => {
  it('says what it is and keeps names as they are', async () => {
    const target = createLayoutTarget('some/folder');
    expect(await target.facts()).toEqual({ kind: 'oci', label: 'layout some/folder', holdsIndexes: true });
    const name = parseReference('registry.example/app:v1');
    expect(target.locate(name)).toBe(name);
  });

  it('makes a layout that a source reads back, all of it', async () => {
    const root = scratch.fresh();
    const target = createLayoutTarget(root);
    expect(await target.find(parseReference('app:v1'))).toBeUndefined();
    await target.store(
      [targetImage('app:v1', index), targetImage('app:v1-amd64', amd64), targetImage('n:v1', nested)],
      store,
    );
    const source = await openLayout(root);
    expect(source.names()).toEqual([
      'docker.io/library/app:v1',
      'docker.io/library/app:v1-amd64',
      'docker.io/library/n:v1',
    ]);
    for (const content of [index, nested]) {
      const blobs = await readImage(content.manifest, source.content(parseReference('app:v1')));
      expect(blobs).toEqual(new Set(content.blobs.keys()));
    }
    expect((await readdir(root)).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
    expect((await stat(pathIn(root, index.manifest.digest))).mode & 0o777).toBe(0o644);
  });

  it('writes both annotations with the full name, sorted by it', async () => {
    const root = scratch.fresh();
    await createLayoutTarget(root).store(
      [targetImage('b:v1', amd64), targetImage('a:v1@' + amd64.manifest.digest, amd64)],
      store,
    );
    expect(JSON.parse(await readFile(join(root, 'index.json'), 'utf8'))).toEqual({
      schemaVersion: 2,
      manifests: ['a', 'b'].map((name) => ({
        ...amd64.manifest,
        annotations: {
          'io.containerd.image.name': `docker.io/library/${name}:v1`,
          'org.opencontainers.image.ref.name': `docker.io/library/${name}:v1`,
        },
      })),
    });
  });

  it('finds platforms, each complete, and leaves attestations out', async () => {
    const target = createLayoutTarget(scratch.fresh());
    await target.store(
      [targetImage('app:v1', index), targetImage('n:v1', nested), targetImage('m:v1', arm)],
      store,
    );
    const found = await target.find(parseReference('app:v1'));
    expect(found).toEqual({
      root: index.manifest.digest,
      cells: [amd64, arm].map(({ platform, manifest, config }) => ({
        platform,
        manifest: manifest.digest,
        config: config.digest,
        complete: true,
      })),
    });
    const cells = (await target.find(parseReference('n:v1')))?.cells ?? [];
    expect(cells.map((cell) => [formatPlatform(cell.platform), cell.complete])).toEqual([
      ['linux/amd64', true],
      ['linux/arm64', true],
    ]);
    expect((await target.find(parseReference('m:v1')))?.cells).toHaveLength(1);
    expect(await target.find(parseReference('m:v2'))).toBeUndefined();
  });

  it.each<[string, Descriptor, Partial<Record<'rest', true>>]>([
    ['a layer', arm.layers[0] ?? arm.config, {}],
    ['the config', arm.config, {}],
    ['the manifest', arm.manifest, {}],
  ])('finds a platform not complete without %s, and mends it', async (_, blob) => {
    const root = scratch.fresh();
    const target = createLayoutTarget(root);
    await target.store([targetImage('app:v1', index)], store);
    await rm(pathIn(root, blob.digest));
    const before = await target.find(parseReference('app:v1'));
    expect(before?.cells.map(({ platform, complete }) => [formatPlatform(platform), complete])).toEqual([
      ['linux/amd64', true],
      ['linux/arm/v7', false],
    ]);
    await target.store([targetImage('app:v1', index)], store);
    expect((await target.find(parseReference('app:v1')))?.cells.every((cell) => cell.complete)).toBe(true);
  });

  it('finds no platform complete without the index itself', async () => {
    const root = scratch.fresh();
    const target = createLayoutTarget(root);
    await target.store([targetImage('app:v1', index)], store);
    await rm(pathIn(root, index.manifest.digest));
    expect(await target.find(parseReference('app:v1'))).toEqual({ root: index.manifest.digest, cells: [] });
  });

  it('changes no file when the same is stored again', async () => {
    const root = scratch.fresh();
    const target = createLayoutTarget(root);
    await target.store([targetImage('app:v1', index)], store);
    const before = await treeOf(root);
    await target.store([targetImage('app:v1', index)], store);
    expect(await treeOf(root)).toEqual(before);
  });

  it('mends a stored blob whose bytes have gone wrong', async () => {
    const root = scratch.fresh();
    const target = createLayoutTarget(root);
    await target.store([targetImage('app:v1', index)], store);
    const before = await treeOf(root);
    const path = pathIn(root, amd64.layers[0]?.digest ?? amd64.config.digest);
    await writeFile(path, Buffer.alloc((await stat(path)).size));
    await target.store([targetImage('app:v1', index)], store);
    expect(await treeOf(root)).toEqual(before);
  });

  it('is the same whatever the order and number of jobs', async () => {
    const roots = await Promise.all(
      [1, 8].map(async (jobs) => {
        const root = scratch.fresh();
        const target = createLayoutTarget(root);
        const images = [targetImage('app:v1', index), targetImage('n:v1', nested), targetImage('m:v1', arm)];
        const [first, ...rest] = jobs === 1 ? images : [...images].reverse();
        await target.store(first === undefined ? [] : [first], store, { jobs });
        await target.store(rest, store, { jobs });
        return treeOf(root);
      }),
    );
    expect(roots[0]).toEqual(roots[1]);
  });

  it('replaces a name, and keeps all else that a layout has', async () => {
    const root = scratch.fresh();
    const target = createLayoutTarget(root);
    await target.store([targetImage('app:v1', amd64), targetImage('b:v1', other)], store);
    const path = join(root, 'index.json');
    const table = JSON.parse(await readFile(path, 'utf8')) as { manifests: unknown[] };
    const bare = { ...other.manifest, annotations: { 'org.opencontainers.image.ref.name': 'v1' }, extra: 1 };
    await writeFile(
      path,
      JSON.stringify({ ...table, manifests: [...table.manifests, bare], annotations: { a: 'b' } }),
    );
    await target.store([targetImage('app:v1', arm)], store);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      annotations: { a: 'b' },
      manifests: [
        bare,
        {
          digest: arm.manifest.digest,
          annotations: { 'io.containerd.image.name': 'docker.io/library/app:v1' },
        },
        {
          digest: other.manifest.digest,
          annotations: { 'io.containerd.image.name': 'docker.io/library/b:v1' },
        },
      ],
    });
    await readImage(amd64.manifest, (await openLayout(root)).content(parseReference('app:v1')));
  });
});
