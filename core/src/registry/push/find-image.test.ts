import { afterEach, beforeEach, expect, it } from 'vitest';
import { readManifest } from '../../content/index.ts';
import { formatPlatform, parseReference, type Descriptor } from '../../model/index.ts';
import {
  createImage,
  layerOfVirtual,
  randomIndex,
  virtualBlob,
  type TestContent,
} from '../../testing/index.ts';
import { PushRegistry } from '../../testing/registry/push-registry.ts';

let server: PushRegistry;
let index: TestContent;

beforeEach(async () => {
  server = await PushRegistry.start();
  index = await randomIndex('target', ['linux/amd64', 'linux/arm64'], { attestations: true });
  server.store.add(index);
});

afterEach(() => server.close());

const name = (): ReturnType<typeof parseReference> => server.target.locate(parseReference('team/app:v1'));

it('finds every platform with its manifest and config, attestations aside', async () => {
  server.registry.push('team/app', 'v1', index);
  const found = await server.target.find(name());
  expect(found?.root).toBe(index.manifest.digest);
  expect(found?.cells.map(({ platform }) => formatPlatform(platform))).toEqual([
    'linux/amd64',
    'linux/arm64',
  ]);
  for (const cell of found?.cells ?? []) {
    const descriptor = [...index.blobs.values()].find((blob) => blob.descriptor.digest === cell.manifest);
    const { document } = await readManifest(descriptor?.descriptor as Descriptor, server.store);
    expect(document.kind === 'manifest' && document.config.digest).toBe(cell.config);
    expect(cell.complete).toBe(true);
  }
});

it('takes the platform of a single manifest from its config', async () => {
  const image = createImage({ platform: 'linux/arm/v7', layers: [layerOfVirtual(virtualBlob(9, 'l'))] });
  server.registry.push('team/app', 'v1', image);
  const found = await server.target.find(name());
  expect(found).toMatchObject({
    root: image.manifest.digest,
    cells: [{ manifest: image.manifest.digest, config: image.config.digest, complete: true }],
  });
  expect(found?.cells.map(({ platform }) => formatPlatform(platform))).toEqual(['linux/arm/v7']);
});

it('finds nothing under a name that is not there', async () => {
  expect(await server.target.find(name())).toBeUndefined();
});

it.each<[what: string, pick: RegExp]>([
  ['manifest', /manifest\.v1/],
  ['layer', /layer/],
])('calls a cell incomplete whose %s is gone', async (_what, pick) => {
  server.registry.push('team/app', 'v1', index);
  const { blobs, manifests } = server.registry.repository('team/app');
  const gone = [...index.blobs.values()].find(({ descriptor }) => pick.test(descriptor.mediaType));
  const digest = (gone?.descriptor as Descriptor).digest;
  blobs.delete(digest);
  manifests.delete(digest);
  const found = await server.target.find(name());
  expect(found?.cells.map(({ complete }) => complete).sort()).toEqual([false, true]);
});

it('asks anew each time', async () => {
  server.registry.push('team/app', 'v1', index);
  await server.target.find(name());
  server.registry.clearRequests();
  await server.target.find(name());
  expect(server.registry.requests.filter(({ method }) => method === 'GET')).toHaveLength(3);
});
