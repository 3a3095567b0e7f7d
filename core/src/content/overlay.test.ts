import { expect, it } from 'vitest';
import { MemoryStore, randomImage } from '../testing/index.ts';
import { testBlobSource } from '../testing/blob-store-suite.ts';
import { collect } from './documents.ts';
import { withDocuments } from './overlay.ts';

testBlobSource('a source with documents of its own', (image) => {
  const store = new MemoryStore().add(image);
  store.drop(image.manifest.digest);
  const manifest = image.blobs.get(image.manifest.digest)?.bytes ?? Buffer.of();
  return {
    source: withDocuments(store, new Map([[image.manifest.digest, manifest]])),
    corrupt: (blob, bytes) => {
      store.corrupt(blob, bytes);
    },
    drop: ({ digest }) => {
      store.drop(digest);
    },
  };
});

it('reads and resumes its own documents, verified', async () => {
  const image = await randomImage(1, 'amd64');
  const bytes = image.blobs.get(image.manifest.digest)?.bytes ?? Buffer.of();
  const source = withDocuments(new MemoryStore(), new Map([[image.manifest.digest, bytes]]));
  expect(await collect(source.read(image.manifest), 10_000, 'it')).toEqual(Buffer.from(bytes));
  expect(await collect(source.readFrom(image.manifest, 5), 10_000, 'it')).toEqual(
    Buffer.from(bytes.subarray(5)),
  );
  const wrong = withDocuments(new MemoryStore(), new Map([[image.manifest.digest, Buffer.from('x')]]));
  await expect(collect(wrong.read(image.manifest), 10_000, 'it')).rejects.toMatchObject({
    code: 'SIZE_MISMATCH',
  });
});
