import { afterEach, expect, it } from 'vitest';
import { collect } from '../../content/index.ts';
import { parseReference } from '../../model/index.ts';
import { testBlobSink, testBlobSource } from '../suites/blob-store-suite.ts';
import { MemoryStore, randomIndex } from '../index.ts';

let store = new MemoryStore();
afterEach(() => {
  store = new MemoryStore();
});

testBlobSource('the memory store', (image) => ({
  source: store.add(image),
  corrupt: (blob, bytes) => {
    store.corrupt(blob, bytes);
  },
  drop: ({ digest }) => {
    store.drop(digest);
  },
}));

testBlobSink('the memory store', () => ({
  sink: store,
  stored: async (blob) => ((await store.has(blob)) ? collect(store.read(blob), blob.size, 'it') : undefined),
  visible: () => Promise.resolve(store.digests),
}));

it('resolves the names it was told and every digest it has', async () => {
  const index = await randomIndex(1, ['amd64', 'arm64']);
  store.add(index, 'app:v1');
  expect(await store.resolve(parseReference('docker.io/library/app:v1'))).toEqual(index.manifest);
  expect(await store.resolve(parseReference(`app@${index.manifest.digest}`))).toEqual(index.manifest);
  expect(await store.resolve(parseReference('app:v2'))).toBeUndefined();
  store.untag('app:v1');
  expect(await store.resolve(parseReference('app:v1'))).toBeUndefined();
});
