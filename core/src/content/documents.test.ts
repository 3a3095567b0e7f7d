import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { MEDIA_TYPES } from '../model/index.ts';
import { createImage, layerOf, MemoryStore, randomIndex } from '../testing/index.ts';
import { collect, readConfig, readDocument, readManifest } from './documents.ts';
import type { Bytes } from './types.ts';
import { describe as describeBlob } from './verify.ts';

async function* chunks(count: number, size: number): Bytes {
  for (let at = 0; at < count; at++) yield await Promise.resolve(Buffer.alloc(size, at));
}

describe('collect', () => {
  it('joins bytes up to the limit', async () => {
    expect(await collect(chunks(3, 10), 30, 'it')).toHaveLength(30);
    expect(await collect(chunks(0, 0), 0, 'it')).toHaveLength(0);
  });

  it('stops at the first byte beyond the limit', async () => {
    let taken = 0;
    async function* endless(): Bytes {
      for (;;) {
        taken++;
        yield* chunks(1, 10);
      }
    }
    await expect(collect(endless(), 25, 'it')).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(taken).toBe(3);
  });
});

const layer = await layerOf([{ name: 'a', content: 'b' }]);
const image = createImage({ platform: 'linux/arm/v6', layers: [layer], created: '2024-02-03T04:05:06Z' });

it('reads a manifest with its raw bytes', async () => {
  const store = new MemoryStore().add(image);
  const { bytes, document, descriptor } = await readManifest(image.manifest, store);
  expect(descriptor).toBe(image.manifest);
  expect(Buffer.from(bytes).equals(image.blobs.get(image.manifest.digest)?.bytes ?? Buffer.of())).toBe(true);
  expect(document).toMatchObject({ kind: 'manifest', config: image.config, layers: image.layers });
});

it('reads an index with its children and attestations', async () => {
  const index = await randomIndex(1, ['amd64', 'arm64'], { attestations: true });
  const { document } = await readManifest(index.manifest, new MemoryStore().add(index));
  expect(document.kind === 'index' && document.manifests.length).toBe(4);
});

it('reads a config', async () => {
  expect(await readConfig(image.config, new MemoryStore().add(image))).toMatchObject({
    platform: { os: 'linux', architecture: 'arm', variant: 'v6' },
    created: '2024-02-03T04:05:06Z',
    diffIds: [layer.diffId],
  });
});

it('says NOT_FOUND for a document that is not there', async () => {
  await expect(readManifest(image.manifest, new MemoryStore())).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('refuses a document that is not what its digest says', async () => {
  const store = new MemoryStore().add(image);
  store.corrupt(image.manifest, Buffer.alloc(image.manifest.size, ' '));
  await expect(readManifest(image.manifest, store)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
});

it('does not even ask for a document that says it is too large', async () => {
  const descriptor = { ...image.manifest, size: LIMITS.documentBytes + 1 };
  await expect(readDocument(descriptor, new MemoryStore())).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
});

it('reads a document of exactly the largest size', async () => {
  const bytes = Buffer.alloc(LIMITS.documentBytes, ' ');
  const descriptor = describeBlob(MEDIA_TYPES.ociManifest, bytes);
  const store = new MemoryStore();
  await store.write(descriptor, chunksOf(bytes));
  expect(await readDocument(descriptor, store)).toHaveLength(LIMITS.documentBytes);
});

async function* chunksOf(bytes: Uint8Array): Bytes {
  yield await Promise.resolve(bytes);
}

it('is INTERRUPTED by its signal', async () => {
  const store = new MemoryStore().add(image);
  const signal = AbortSignal.abort();
  await expect(readManifest(image.manifest, store, { signal })).rejects.toMatchObject({
    code: 'INTERRUPTED',
  });
});
