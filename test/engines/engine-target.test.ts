import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  describe as describeBytes,
  EngineTarget,
  engineFacts,
  familiarReference,
  findEngineImage,
  MEDIA_TYPES,
  openArchive,
  parseReference,
  saveImages,
  type EngineClient,
  type ProgressEvent,
  type Reference,
  type TargetImage,
} from '@xbundle/core';
import {
  createImage,
  createIndex,
  layerOf,
  MemoryStore,
  randomImage,
  type Layer,
  type TestContent,
  type TestImage,
} from '@xbundle/core/testing';
import { docker } from '../engine/docker.ts';
import { isUnavailable, type Engine, type Engines, type Unavailable } from '../engine/index.ts';
import {
  asOlderEngine,
  cellImage,
  clientOf,
  indexImage,
  rawLoad,
  uniqueName,
  zstdOf,
} from './engine-fixture.ts';

const provided: Engines | Unavailable = inject('engines');

describe.skipIf(isUnavailable(provided))('a real engine', () => {
  if (isUnavailable(provided)) return;
  const { containerd, classic, directory: parent, baseContext } = provided;
  const clients = { containerd: clientOf(containerd.host), classic: clientOf(classic.host) };
  const loaded: [Engine, Reference][] = [];
  let directory = '';
  let amd64: TestImage;
  let arm64: TestImage;
  let index: TestContent;
  let store: MemoryStore;

  beforeAll(async () => {
    directory = await mkdtemp(join(parent, 'engine-target-'));
  });

  /** Content of its own for one test: what another test loaded must not complete it. */
  async function freshContent(seed: string): Promise<void> {
    const own = `${seed} ${Date.now()}`;
    amd64 = await randomImage(own, 'amd64', { layerBytes: 40_000 });
    arm64 = await randomImage(own, 'arm64', { layerBytes: 40_000 });
    index = createIndex([amd64, arm64], { attestations: true });
    store = new MemoryStore().add(index);
  }

  afterAll(async () => {
    for (const [engine, name] of loaded) {
      await docker(engine, ['image', 'rm', '--force', familiarReference(name)], { allowFailure: true });
    }
    await Promise.all([clients.containerd.close(), clients.classic.close()]);
    await rm(directory, { recursive: true, force: true });
  });

  function named(engine: Engine, text: string): Reference {
    const name = uniqueName(text);
    loaded.push([engine, name]);
    return name;
  }

  async function spool(client: EngineClient, names: readonly Reference[]): Promise<string> {
    const path = join(directory, `${Math.random().toString(36).slice(2)}.tar`);
    await writeFile(path, saveImages(client, names), { flag: 'wx' });
    return path;
  }

  it('says what it is', async () => {
    expect(await engineFacts(clients.containerd)).toMatchObject({
      store: 'containerd',
      platform: { os: 'linux' },
      dockerRootDir: containerd.root,
      freeBytes: expect.any(Number) as number,
    });
    expect(await engineFacts(clients.classic)).toMatchObject({ store: 'classic' });
  });

  it.each(['containerd', 'classic'] as const)('finds nothing under an unknown name (%s)', async (kind) => {
    expect(
      await findEngineImage(clients[kind], parseReference('xbundle.invalid/no/such:v1')),
    ).toBeUndefined();
  });

  describe('with the containerd store', () => {
    const target = new EngineTarget(clients.containerd);

    it('takes several indexes in one load, keeps their digests and gives them back whole', async () => {
      await freshContent('several');
      const single = await randomImage(`single ${Date.now()}`, 'arm/v7', { family: 'docker' });
      store.add(single);
      const images = [
        indexImage(named(containerd, 'far.example:5000/RUN/app:v1'), index, [amd64, arm64]),
        indexImage(named(containerd, 'RUN/app:v2'), index, [amd64, arm64]),
        cellImage(named(containerd, 'single-RUN:v1-arm-v7'), single),
      ];
      const events: ProgressEvent[] = [];
      await target.store(images, store, { onProgress: (event) => events.push(event) });
      expect(events.filter(({ type }) => type === 'phase')).toHaveLength(1);
      for (const { name, root, cells } of images) {
        const found = await target.find(name);
        expect(found).toMatchObject({ root: root.digest, store: 'containerd', descriptor: root });
        expect(
          found?.cells.map(({ platform, manifest, complete }) => ({ platform, manifest, complete })),
        ).toEqual(
          cells.map(({ platform, manifest }) => ({ platform, manifest: manifest.digest, complete: true })),
        );
      }
      const attestations = (await target.find(images[0]?.name ?? parseReference('x')))?.attestations;
      expect(attestations).toMatchObject([
        { subject: amd64.manifest.digest, complete: true },
        { subject: arm64.manifest.digest, complete: true },
      ]);
      const source = await openArchive(
        await spool(
          clients.containerd,
          images.map(({ name }) => name),
        ),
      );
      for (const { name, root } of images) {
        expect(await source.resolve(name)).toMatchObject({ digest: root.digest });
      }
      const blobs = [...index.blobs.values(), ...single.blobs.values()].map(({ descriptor }) => descriptor);
      expect(await source.content(parseReference('x')).lacks(blobs)).toEqual([]);
      await source.close();
    });

    it('moves nothing when it has all of it', async () => {
      await freshContent('twice');
      const image = indexImage(named(containerd, 'RUN/twice:v1'), index, [amd64, arm64]);
      await target.store([image], store);
      const events: ProgressEvent[] = [];
      await target.store([image], store, { onProgress: (event) => events.push(event) });
      expect(events).toEqual([]);
    });

    it('is found by digest, and by tag and digest only when both are right', async () => {
      await freshContent('digest');
      const name = named(containerd, 'RUN/by-digest:v1');
      await target.store([indexImage(name, index, [amd64, arm64])], store);
      const { digest } = index.manifest;
      const { registry, repository } = name;
      expect(await findEngineImage(clients.containerd, { registry, repository, digest })).toMatchObject({
        root: digest,
      });
      expect(await findEngineImage(clients.containerd, { ...name, digest })).toMatchObject({ root: digest });
      const other = amd64.manifest.digest;
      expect(await findEngineImage(clients.containerd, { ...name, digest: other })).toBeUndefined();
      expect(
        await findEngineImage(clients.containerd, { registry, repository: `${repository}-other`, digest }),
      ).toBeUndefined();
    });

    /** What the engine was not given, and who is missing then. */
    const gaps = [
      [
        'a layer of one platform',
        (): Layer['descriptor'] => arm64.layers[0] ?? arm64.config,
        ['linux/arm64'],
      ],
      ["one platform's manifest", (): Layer['descriptor'] => arm64.manifest, ['linux/arm64']],
      ['a config', (): Layer['descriptor'] => amd64.config, ['linux/amd64']],
      ['the index', (): Layer['descriptor'] => index.manifest, []],
      ['an attestation', (): Layer['descriptor'] => attestation(), ['attestation']],
    ] as const;

    function attestation(): Layer['descriptor'] {
      const config = [...index.blobs.values()].find(({ bytes }) =>
        /"in-toto/.test(Buffer.from(bytes).toString()),
      );
      return config?.descriptor ?? index.manifest;
    }

    it.each(gaps)('is not complete without %s, and is mended by storing it', async (_title, gap, missing) => {
      await freshContent('gap');
      const name = named(containerd, 'RUN/gap:v1');
      await rawLoad(containerd.socket, await archiveWithout(name, gap().digest));
      const found = await target.find(name);
      expect(found?.root).toBe(index.manifest.digest);
      const incomplete = [
        ...(found?.cells ?? [])
          .filter(({ complete }) => !complete)
          .map(({ platform }) => `${platform.os}/${platform.architecture}`),
        ...(found?.attestations ?? []).filter(({ complete }) => !complete).map(() => 'attestation'),
      ];
      expect(incomplete).toEqual(missing);
      await target.store([indexImage(name, index, [amd64, arm64])], store);
      const mended = await target.find(name);
      expect(mended?.cells.map(({ complete }) => complete)).toEqual([true, true]);
      expect(mended?.attestations.map(({ complete }) => complete)).toEqual([true, true]);
    });

    /** What `docker save` would write of an image that is there in part. */
    async function archiveWithout(name: Reference, digest: string): Promise<Uint8Array> {
      const { layout } = await import('./raw-layout.ts');
      return layout(name, index, digest);
    }

    it('tells platforms apart over the API of Docker 27, and its own over an older one', async () => {
      await freshContent('old');
      const name = named(containerd, 'RUN/old:v1');
      await target.store([indexImage(name, index, [amd64, arm64])], store);
      await using docker27 = await asOlderEngine(containerd.socket, '1.47');
      const client27 = clientOf(docker27.host);
      const found = await findEngineImage(client27, name);
      expect(found).toMatchObject({ store: 'containerd', root: index.manifest.digest });
      expect(found?.cells.map(({ complete }) => complete)).toEqual([true, true]);
      await using docker25 = await asOlderEngine(containerd.socket, '1.44');
      const client25 = clientOf(docker25.host);
      const before = await findEngineImage(client25, name);
      expect(before).toMatchObject({ store: 'containerd', root: index.manifest.digest });
      expect(before?.cells).toHaveLength(1);
      await Promise.all([client27.close(), client25.close()]);
    });
  });

  describe('with the classic store', () => {
    const target = new EngineTarget(clients.classic);

    it('takes one platform under each name, with the config as its image ID', async () => {
      await freshContent('classic');
      const images = [
        cellImage(named(classic, 'far.example:5000/RUN/app:v1'), amd64),
        cellImage(named(classic, 'RUN/app:v1-arm64'), arm64),
        cellImage(named(classic, 'RUN/same:v1'), amd64),
      ];
      await target.store(images, store);
      for (const { name, cells } of images) {
        const [cell] = cells;
        expect(await target.find(name)).toMatchObject({
          store: 'classic',
          root: cell?.config.digest,
          cells: [{ platform: cell?.platform, config: cell?.config.digest, complete: true }],
        });
      }
      const events: ProgressEvent[] = [];
      await target.store(images, store, { onProgress: (event) => events.push(event) });
      expect(events).toEqual([]);
      const source = await openArchive(
        await spool(
          clients.classic,
          images.map(({ name }) => name),
        ),
      );
      for (const { name } of images) expect(await source.resolve(name)).toBeDefined();
      await source.close();
    });

    it('refuses an index of several platforms with a reason', async () => {
      await freshContent('refused');
      const image = indexImage(uniqueName('RUN/index:v1'), index, [amd64, arm64]);
      await expect(target.store([image], store)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    });

    it('reports layers that are not what the config says', async () => {
      const good = await layerOf([{ name: 'a', content: `good ${Date.now()}` }]);
      const other = await layerOf([{ name: 'a', content: `other ${Date.now()}` }]);
      const lying = createImage({ platform: 'amd64', layers: [{ ...other, diffId: good.diffId }] });
      const image = cellImage(named(classic, 'RUN/lying:v1'), lying);
      const stored = target.store([image], new MemoryStore().add(lying));
      await expect(stored).rejects.toMatchObject({ code: 'REFUSED' });
      expect(await target.find(image.name)).toBeUndefined();
    });
  });

  describe.each(['containerd', 'classic'] as const)('of either kind (%s)', (kind) => {
    const engine = provided[kind];
    const target = new EngineTarget(clients[kind]);

    it.each(['gzip', 'none', 'zstd', 'docker', 'no layers'] as const)(
      'takes an image of %s',
      async (form) => {
        const files = [{ name: 'hello', content: `${form} ${Date.now()}` }];
        const plain = await layerOf(files, {
          compress: form === 'gzip' || form === 'docker' ? 'gzip' : 'none',
        });
        const layers = form === 'no layers' ? [] : [form === 'zstd' ? compressedWithZstd(plain) : plain];
        const made = createImage({
          platform: 'amd64',
          layers,
          labels: { form, now: String(Date.now()) },
          ...(form === 'docker' && { family: 'docker' as const }),
        });
        const image: TargetImage = cellImage(named(engine, 'RUN/form:v1'), made);
        await target.store([image], new MemoryStore().add(made));
        expect(await target.find(image.name)).toMatchObject({
          root: kind === 'containerd' ? made.manifest.digest : made.config.digest,
          cells: [{ complete: true }],
        });
        if (form === 'no layers') return;
        const container = await docker(engine, [
          'create',
          '--platform',
          'linux/amd64',
          familiarReference(image.name),
          'x',
        ]);
        const copied = join(directory, `${kind}-${form}`);
        await docker(engine, ['cp', `${container.stdout}:/hello`, copied]);
        await docker(engine, ['rm', container.stdout]);
      },
    );

    it('keeps no name of a load that was aborted', async () => {
      await freshContent('aborted');
      const image = cellImage(uniqueName('RUN/aborted:v1'), amd64);
      const controller = new AbortController();
      const stored = target.store([image], store, {
        signal: controller.signal,
        onProgress: (event) => {
          if (event.type === 'bytes' && event.bytes > 20_000) controller.abort();
        },
      });
      await expect(stored).rejects.toMatchObject({ code: 'INTERRUPTED' });
      expect(await target.find(image.name)).toBeUndefined();
    });

    it('runs, on each of its platforms, what a builder made and this target stored', async () => {
      const file = join(directory, `${kind}-built.tar`);
      const platforms = ['linux/amd64', 'linux/arm64'];
      const output = ['--provenance=false', '--output', `type=oci,dest=${file}`];
      const tag = ['--tag', 'xbundle.example/built:v1'];
      const build = ['buildx', 'build', '--platform', platforms.join(','), ...tag, ...output];
      await docker(containerd, [...build, baseContext.directory]);
      const source = await openArchive(file);
      const root = await source.resolve(parseReference('xbundle.example/built:v1'));
      if (root === undefined) throw new Error('buildx writes the name');
      const content = source.content(parseReference('xbundle.example/built:v1'));
      const { cellsOf } = await import('./raw-layout.ts');
      const cells = await cellsOf(root, content);
      const names = kind === 'containerd' ? ['RUN/built:v1'] : ['RUN/built:v1-amd64', 'RUN/built:v1-arm64'];
      const images = names.map((name, at): TargetImage => {
        const own = kind === 'containerd' ? cells : cells.slice(at, at + 1);
        const [cell] = own;
        return {
          name: named(engine, name),
          root: kind === 'containerd' || cell === undefined ? root : cell.manifest,
          cells: own,
        };
      });
      await target.store(images, content);
      await source.close();
      const machines: string[] = [];
      for (const [at, platform] of platforms.entries()) {
        const image = images[at] ?? images[0];
        if (image === undefined) continue;
        const run = ['run', '--rm', '--platform', platform, familiarReference(image.name), 'uname', '-m'];
        machines.push((await docker(engine, run)).stdout);
      }
      expect(machines).toEqual(['x86_64', 'aarch64']);
    });
  });
});

function compressedWithZstd(plain: Layer): Layer {
  if (!('bytes' in plain)) throw new Error('want a layer in memory');
  const bytes = zstdOf(plain.bytes);
  return { bytes, descriptor: describeBytes(MEDIA_TYPES.ociLayerZstd, bytes), diffId: plain.diffId };
}
