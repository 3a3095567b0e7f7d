import { afterAll, describe, expect, inject, it } from 'vitest';
import {
  engineFacts,
  findEngineImage,
  formatPlatform,
  parseReference,
  type Digest,
  type ProgressEvent,
} from '@xbundle/core';
import { createAttestation, randomImage } from '@xbundle/core/testing';
import { isUnavailable, type Engines, type Unavailable } from '../engine/index.ts';
import {
  asOlderEngine,
  cellImage,
  clientOf,
  EngineBench,
  freshContent,
  indexImage,
  rawLoad,
  type FreshContent,
} from './engine-fixture.ts';
import { archiveWithout } from './raw-layout.ts';

const provided: Engines | Unavailable = inject('engines');

describe.skipIf(isUnavailable(provided))('an engine with the containerd store', () => {
  if (isUnavailable(provided)) return;
  const bench = new EngineBench(provided.containerd);
  afterAll(() => bench[Symbol.asyncDispose]());

  it('says what it is and finds nothing under an unknown name', async () => {
    expect(await engineFacts(bench.client)).toMatchObject({
      store: 'containerd',
      platform: { os: 'linux' },
      dockerRootDir: bench.engine.root,
      freeBytes: expect.any(Number) as number,
    });
    expect(await bench.target.find(parseReference('xbundle.invalid/no/such:v1'))).toBeUndefined();
  });

  it('takes several indexes in one load, keeps their digests and gives them back whole', async () => {
    const { amd64, arm64, index, store } = await freshContent();
    const single = await randomImage(`single ${Date.now()}`, 'arm/v7', { family: 'docker' });
    store.add(single);
    const images = [
      indexImage(bench.named('far.example:5000/RUN/app:v1'), index, [amd64, arm64]),
      indexImage(bench.named('RUN/app:v2'), index, [amd64, arm64]),
      cellImage(bench.named('single-RUN:v1-arm-v7'), single),
    ];
    const events: ProgressEvent[] = [];
    await bench.target.store(images, store, { onProgress: (event) => events.push(event) });
    expect(events.filter(({ type }) => type === 'phase')).toHaveLength(1);
    for (const { name, root, cells } of images) {
      const found = await bench.target.find(name);
      expect(found).toMatchObject({ root: root.digest, store: 'containerd', descriptor: root });
      expect(
        found?.cells.map(({ platform, manifest, complete }) => ({ platform, manifest, complete })),
      ).toEqual(
        cells.map(({ platform, manifest }) => ({ platform, manifest: manifest.digest, complete: true })),
      );
    }
    const attestations = (await bench.target.find(images[0]?.name ?? parseReference('x')))?.attestations;
    expect(attestations).toMatchObject([
      { subject: amd64.manifest.digest, complete: true },
      { subject: arm64.manifest.digest, complete: true },
    ]);
    const source = await bench.saved(images.map(({ name }) => name));
    for (const { name, root } of images) {
      expect(await source.resolve(name)).toMatchObject({ digest: root.digest });
    }
    const blobs = [...index.blobs.values(), ...single.blobs.values()].map(({ descriptor }) => descriptor);
    expect(await source.content(parseReference('x')).lacks(blobs)).toEqual([]);
    await source.close();
  });

  it('moves nothing when it has all of it', async () => {
    const { amd64, arm64, index, store } = await freshContent();
    const image = indexImage(bench.named('RUN/twice:v1'), index, [amd64, arm64]);
    await bench.target.store([image], store);
    const events: ProgressEvent[] = [];
    await bench.target.store([image], store, { onProgress: (event) => events.push(event) });
    expect(events).toEqual([]);
  });

  it('is found by digest, and by tag and digest only when both are right', async () => {
    const { amd64, arm64, index, store } = await freshContent();
    const name = bench.named('RUN/by-digest:v1');
    await bench.target.store([indexImage(name, index, [amd64, arm64])], store);
    const { digest } = index.manifest;
    const { registry, repository } = name;
    expect(await findEngineImage(bench.client, { registry, repository, digest })).toMatchObject({
      root: digest,
    });
    expect(await findEngineImage(bench.client, { ...name, digest })).toMatchObject({ root: digest });
    const other = amd64.manifest.digest;
    expect(await findEngineImage(bench.client, { ...name, digest: other })).toBeUndefined();
    expect(
      await findEngineImage(bench.client, { registry, repository: `${repository}-other`, digest }),
    ).toBeUndefined();
  });

  it.each<[string, (content: FreshContent) => Digest, readonly string[]]>([
    ['a layer of one platform', ({ arm64 }) => (arm64.layers[0] ?? arm64.config).digest, ['linux/arm64']],
    ["one platform's manifest", ({ arm64 }) => arm64.manifest.digest, ['linux/arm64']],
    ['a config', ({ amd64 }) => amd64.config.digest, ['linux/amd64']],
    ['an attestation', ({ amd64 }) => createAttestation(amd64).manifest.digest, ['attestation']],
  ])('is not complete without %s, and is mended by storing it', async (_title, gap, missing) => {
    const content = await freshContent();
    const { amd64, arm64, index, store } = content;
    const name = bench.named('RUN/gap:v1');
    await rawLoad(bench.engine.socket, await archiveWithout(name, index, gap(content)));
    const found = await bench.target.find(name);
    expect(found?.root).toBe(index.manifest.digest);
    const incomplete = [
      ...(found?.cells ?? [])
        .filter(({ complete }) => !complete)
        .map(({ platform }) => formatPlatform(platform)),
      ...(found?.attestations ?? []).filter(({ complete }) => !complete).map(() => 'attestation'),
    ];
    expect(incomplete).toEqual(missing);
    await bench.target.store([indexImage(name, index, [amd64, arm64])], store);
    const mended = await bench.target.find(name);
    expect(mended?.cells.map(({ complete }) => complete)).toEqual([true, true]);
    expect(mended?.attestations.map(({ complete }) => complete)).toEqual([true, true]);
  });

  it('has no cells under a name whose index it was not given', async () => {
    const { index } = await freshContent();
    const name = bench.named('RUN/rootless:v1');
    await rawLoad(bench.engine.socket, await archiveWithout(name, index, index.manifest.digest));
    expect(await bench.target.find(name)).toMatchObject({ root: index.manifest.digest, cells: [] });
  });

  it('tells platforms apart over the API of Docker 27, and its own over an older one', async () => {
    const { amd64, arm64, index, store } = await freshContent();
    const name = bench.named('RUN/old:v1');
    await bench.target.store([indexImage(name, index, [amd64, arm64])], store);
    await using docker27 = await asOlderEngine(bench.engine.socket, '1.47');
    const client27 = clientOf(docker27.host);
    const found = await findEngineImage(client27, name);
    expect(found).toMatchObject({ store: 'containerd', root: index.manifest.digest });
    expect(found?.cells.map(({ complete }) => complete)).toEqual([true, true]);
    await using docker25 = await asOlderEngine(bench.engine.socket, '1.44');
    const client25 = clientOf(docker25.host);
    const before = await findEngineImage(client25, name);
    expect(before).toMatchObject({ store: 'containerd', root: index.manifest.digest });
    expect(before?.cells).toHaveLength(1);
    await Promise.all([client27.close(), client25.close()]);
  });
});
