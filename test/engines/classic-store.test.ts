import { afterAll, describe, expect, inject, it } from 'vitest';
import { engineFacts, parseReference, type ProgressEvent } from '@xbundle/core';
import { createImage, layerOf, MemoryStore } from '@xbundle/core/testing';
import { isUnavailable, type Engines, type Unavailable } from '../engine/index.ts';
import { cellImage, EngineBench, freshContent, indexImage, uniqueName } from './engine-fixture.ts';

const provided: Engines | Unavailable = inject('engines');

describe.skipIf(isUnavailable(provided))('an engine with the classic store', () => {
  if (isUnavailable(provided)) return;
  const bench = new EngineBench(provided.classic);
  afterAll(() => bench[Symbol.asyncDispose]());

  it('says what it is and finds nothing under an unknown name', async () => {
    expect(await engineFacts(bench.client)).toMatchObject({
      store: 'classic',
      platform: { os: 'linux' },
      dockerRootDir: bench.engine.root,
      freeBytes: expect.any(Number) as number,
    });
    expect(await bench.target.find(parseReference('xbundle.invalid/no/such:v1'))).toBeUndefined();
  });

  it('takes one platform under each name, with the config as its image ID', async () => {
    const { amd64, arm64, store } = await freshContent();
    const images = [
      cellImage(bench.named('far.example:5000/RUN/app:v1'), amd64),
      cellImage(bench.named('RUN/app:v1-arm64'), arm64),
      cellImage(bench.named('RUN/same:v1'), amd64),
    ];
    await bench.target.store(images, store);
    for (const { name, cells } of images) {
      const [cell] = cells;
      expect(await bench.target.find(name)).toMatchObject({
        store: 'classic',
        root: cell?.config.digest,
        cells: [{ platform: cell?.platform, config: cell?.config.digest, complete: true }],
      });
    }
    const events: ProgressEvent[] = [];
    await bench.target.store(images, store, { onProgress: (event) => events.push(event) });
    expect(events).toEqual([]);
    const source = await bench.saved(images.map(({ name }) => name));
    for (const { name } of images) expect(await source.resolve(name)).toBeDefined();
    await source.close();
  });

  it('refuses an index of several platforms with a reason', async () => {
    const { amd64, arm64, index, store } = await freshContent();
    const image = indexImage(uniqueName('RUN/index:v1'), index, [amd64, arm64]);
    await expect(bench.target.store([image], store)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('reports layers that are not what the config says', async () => {
    const good = await layerOf([{ name: 'a', content: `good ${Date.now()}` }]);
    const other = await layerOf([{ name: 'a', content: `other ${Date.now()}` }]);
    const lying = createImage({ platform: 'amd64', layers: [{ ...other, diffId: good.diffId }] });
    const image = cellImage(bench.named('RUN/lying:v1'), lying);
    const stored = bench.target.store([image], new MemoryStore().add(lying));
    await expect(stored).rejects.toMatchObject({ code: 'REFUSED' });
    expect(await bench.target.find(image.name)).toBeUndefined();
  });
});
