import { open } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { LIMITS } from '../../core/src/limits.ts';
import { indexTar } from '../../core/src/tar/foreign-index.ts';
import { rawTarEntry } from '../../core/src/testing/images/raw-tar.ts';
import { useScratchFolder } from '../../core/src/testing/files/use-scratch-folder.ts';

const scratch = await useScratchFolder();

const BATCH = 10_000;

/** A tar of this many empty files. */
async function tarOfEmptyFiles(count: number): Promise<string> {
  const path = scratch.fresh('.tar');
  const file = await open(path, 'w');
  for (let at = 0; at < count; at += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - at) }, (_, index) => at + index);
    await file.write(Buffer.concat(numbers.map((number) => rawTarEntry({ name: `d/${number}` }))));
  }
  await file.write(Buffer.alloc(1024));
  await file.close();
  return path;
}

it('indexes a tar of as many entries as are allowed', async () => {
  const index = await indexTar(await tarOfEmptyFiles(LIMITS.tarEntries));
  expect(index.size).toBe(LIMITS.tarEntries);
});

it('stops at one entry more', async () => {
  const path = await tarOfEmptyFiles(LIMITS.tarEntries + 1);
  await expect(indexTar(path)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
});
