import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createScratchFolder, type ScratchFolder } from '../testing/files/scratch-folder.ts';
import { makeCellLayout } from './cell-layout.ts';

let scratch: ScratchFolder;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());

it('shares the blobs of its store, and nothing else', async () => {
  const store = scratch.fresh();
  const [one, two] = await Promise.all(
    ['01-a-linux-amd64', '02-a-linux-arm64'].map((name) => makeCellLayout(store, name)),
  );
  expect(one).toBe(join(store, 'cells/01-a-linux-amd64'));
  await writeFile(join(one ?? '', 'blobs/sha256/x'), 'blob');
  expect(await readFile(join(two ?? '', 'blobs/sha256/x'), 'utf8')).toBe('blob');
  expect(await readdir(two ?? '')).toEqual(['blobs']);
});

it('drops what an ended build left, and keeps the blobs', async () => {
  const store = scratch.fresh();
  const layout = await makeCellLayout(store, '01-a');
  await mkdir(join(layout, 'ingest'));
  await writeFile(join(layout, 'blobs/sha256/x'), 'blob');
  await makeCellLayout(store, '01-a');
  expect(await readdir(layout)).toEqual(['blobs']);
  expect(await readdir(join(store, 'blobs/sha256'))).toEqual(['x']);
});
