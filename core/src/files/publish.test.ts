import { lstat, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorCodeOf } from '../testing/error-code.ts';
import { createScratchFolder, type ScratchFolder } from '../testing/files/scratch-folder.ts';
import { publish, refuseExisting, refuseIrregular } from './publish.ts';

let scratch: ScratchFolder;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());

describe('publishing', () => {
  it.each([false, true])(
    'gives a file its name and takes the old one away (overwrite: %s)',
    async (overwrite) => {
      const from = await scratch.save('content');
      const to = scratch.fresh('.tar');
      await publish(from, to, overwrite);
      expect(await readFile(to, 'utf8')).toBe('content');
      await expect(lstat(from)).rejects.toThrow();
    },
  );

  it('never replaces a file unless told to', async () => {
    const from = await scratch.save('new');
    const to = await scratch.save('old');
    expect(await errorCodeOf(publish(from, to, false))).toBe('EXISTS');
    expect(await readFile(to, 'utf8')).toBe('old');
    expect(await readFile(from, 'utf8')).toBe('new');
    await publish(from, to, true);
    expect(await readFile(to, 'utf8')).toBe('new');
  });

  it('gives a name to one of many', async () => {
    const to = scratch.fresh('.tar');
    const files = await Promise.all(Array.from({ length: 8 }, (_, number) => scratch.save(`${number}`)));
    const codes = await Promise.all(files.map((from) => errorCodeOf(publish(from, to, false))));
    expect(codes.filter((code) => code === 'no error')).toHaveLength(1);
    expect(codes.filter((code) => code === 'EXISTS')).toHaveLength(7);
  });

  it('replaces a link, not what it points to', async () => {
    const other = await scratch.save('other');
    const to = scratch.fresh('.tar');
    await symlink(other, to);
    await publish(await scratch.save('new'), to, true);
    expect(await readFile(other, 'utf8')).toBe('other');
    expect(await readFile(to, 'utf8')).toBe('new');
  });

  it('is an error of the file system where the place is gone', async () => {
    const from = await scratch.save('content');
    expect(await errorCodeOf(publish(from, `${scratch.path}/no/such`, false))).toBe('FILE_SYSTEM');
    expect(await readFile(from, 'utf8')).toBe('content');
  });
});

describe('what a path has', () => {
  it('is refused when it is anything, a link to nowhere included', async () => {
    const path = scratch.fresh();
    await refuseExisting(path);
    await symlink('nowhere', path);
    expect(await errorCodeOf(refuseExisting(path))).toBe('EXISTS');
  });

  it('may be replaced only when it is a file, or a link to one or to nothing', async () => {
    const file = await scratch.save('file');
    const [directory, toFile, toNothing, toDevice] = [1, 2, 3, 4].map(() => scratch.fresh());
    await mkdir(directory ?? '');
    await symlink(file, toFile ?? '');
    await symlink('nowhere', toNothing ?? '');
    await symlink('/dev/null', toDevice ?? '');
    await writeFile(file, 'file');
    for (const path of [file, toFile, toNothing, scratch.fresh()]) await refuseIrregular(path ?? '');
    for (const path of [directory, toDevice, '/dev/null']) {
      expect(await errorCodeOf(refuseIrregular(path ?? ''))).toBe('FILE_SYSTEM');
    }
  });
});
