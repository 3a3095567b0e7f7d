import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBlobDirectory } from '../../../layout/index.ts';
import { digestHex } from '../../../model/index.ts';
import { randomImage, readTestBlob, type TestImage } from '../../../testing/index.ts';
import { createScratchFolder, type ScratchFolder } from '../../../testing/files/scratch-folder.ts';
import { pruneStore, removeDamaged } from './prune-store.ts';
import { storeBlobs } from './store-blobs.ts';

let scratch: ScratchFolder;

beforeAll(async () => {
  scratch = await createScratchFolder();
});

afterAll(() => scratch.remove());

async function storeOf(...images: readonly TestImage[]): Promise<string> {
  const path = await scratch.freshFolder();
  const blobs = createBlobDirectory(path);
  for (const { blobs: content } of images) {
    for (const blob of content.values())
      await blobs.write(blob.descriptor, readTestBlob(blob, { start: 0, end: blob.descriptor.size }));
  }
  await mkdir(join(path, 'cells', 'a'), { recursive: true });
  return path;
}

it('what no root needs goes, and what one needs stays', async () => {
  const [kept, dropped] = [
    await randomImage('kept', 'linux/amd64'),
    await randomImage('dropped', 'linux/amd64'),
  ];
  const path = await storeOf(kept, dropped);
  await pruneStore({ path, blobs: storeBlobs(path) }, [kept.manifest]);
  const left = (await readdir(join(path, 'blobs', 'sha256'))).toSorted();
  expect(left).toEqual([...kept.blobs.keys()].map(digestHex).toSorted());
  expect(await readdir(path)).not.toContain('cells');
});

it('a damaged blob is removed once it is read, so that the next build writes it again', async () => {
  const image = await randomImage('damaged', 'linux/amd64');
  const path = await storeOf(image);
  const [layer] = image.layers;
  if (layer === undefined) throw new Error('no layer');
  const file = join(path, 'blobs', 'sha256', digestHex(layer.digest));
  await writeFile(file, Buffer.alloc(layer.size));
  const blobs = storeBlobs(path);
  await removeDamaged({ path, blobs }, [image.manifest]);
  expect(await blobs.lacks([image.config, ...image.layers])).toEqual([layer]);
});
