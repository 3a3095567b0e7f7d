import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES, XbundleError } from '../../errors.ts';
import { createImage } from '../../testing/index.ts';
import { bundleBytes, requestFor } from '../../testing/bundles/bundle-parts.ts';
import { errorCodeOf } from '../../testing/error-code.ts';
import { planApp } from '../../testing/bundles/planned-app.ts';
import { rawLayer } from '../../testing/images/raw-layer.ts';
import { createScratchFolder, type ScratchFolder } from '../../testing/files/scratch-folder.ts';
import { failAfter, stallAfter, WatchedStore } from '../../testing/stores/watched-store.ts';
import { planBundle } from '../plan/plan.ts';
import { writeBundle } from './write.ts';

let scratch: ScratchFolder;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());

describe('an output that is there already', () => {
  it('is refused and stays as it is', async () => {
    const { plan, store } = await planApp();
    const folder = await scratch.freshFolder();
    await writeFile(join(folder, 'a.tar'), 'precious');
    expect(await errorCodeOf(writeBundle(plan, join(folder, 'a.tar')))).toBe('EXISTS');
    expect(await readFile(join(folder, 'a.tar'), 'utf8')).toBe('precious');
    expect(await readdir(folder)).toEqual(['a.tar']);
    expect(store.reads).toEqual([]);
  });

  it('is refused when it is a link to nowhere', async () => {
    const { plan } = await planApp();
    const path = scratch.fresh('.tar');
    await symlink('nowhere', path);
    expect(await errorCodeOf(writeBundle(plan, path))).toBe('EXISTS');
  });

  it('is replaced on demand, and only once the new one is whole', async () => {
    const { plan, store } = await planApp();
    const path = scratch.fresh('.tar');
    await writeFile(path, 'old');
    store.intercept = (_, content) => failAfter(content, 0, new XbundleError('UNREACHABLE', 'gone'));
    expect(await errorCodeOf(writeBundle(plan, path, { overwrite: true }))).toBe('UNREACHABLE');
    expect(await readFile(path, 'utf8')).toBe('old');
    store.intercept = () => undefined;
    await writeBundle(plan, path, { overwrite: true });
    expect((await bundleBytes(plan)).equals(await readFile(path))).toBe(true);
  });

  it.each([
    ['a directory', async () => scratch.freshFolder()],
    ['a device', () => Promise.resolve('/dev/null')],
  ])('is never replaced when it is %s', async (_, create) => {
    const { plan, store } = await planApp();
    const path = await create();
    expect(await errorCodeOf(writeBundle(plan, path, { overwrite: true }))).toBe('FILE_SYSTEM');
    expect(store.reads).toEqual([]);
  });

  it('keeps a second writer out while the first is at work', async () => {
    const { plan, store } = await planApp();
    const path = scratch.fresh('.tar');
    const abort = new AbortController();
    store.intercept = (_, content, options) => stallAfter(content, 0, options);
    const first = errorCodeOf(writeBundle(plan, path, { signal: abort.signal }));
    await expect.poll(() => store.reads.length).toBeGreaterThan(0);
    expect(await errorCodeOf(writeBundle(plan, path))).toBe('LOCKED');
    abort.abort();
    expect(await first).toBe('INTERRUPTED');
  });

  it('goes to one of many writers', async () => {
    const { plan } = await planApp();
    const path = scratch.fresh('.tar');
    const codes = await Promise.all(Array.from({ length: 8 }, () => errorCodeOf(writeBundle(plan, path))));
    expect(codes.filter((code) => code === 'no error')).toHaveLength(1);
    expect(codes.filter((code) => !['no error', 'LOCKED', 'EXISTS'].includes(code))).toEqual([]);
    expect((await bundleBytes(plan)).equals(await readFile(path))).toBe(true);
  });
});

describe('a place that takes no file', () => {
  it.each([
    ['is not there', () => Promise.resolve(join(scratch.path, 'no', 'such', 'a.tar'))],
    ['is a file', async () => join(await scratch.save('a file'), 'a.tar')],
    ['is not writable', () => Promise.resolve('/proc/a.tar')],
  ])('is exit code 7 when its directory %s, before anything is fetched', async (_, place) => {
    const { plan, store } = await planApp();
    const code = await errorCodeOf(writeBundle(plan, await place()));
    expect(code).toBe('FILE_SYSTEM');
    expect(EXIT_CODES.FILE_SYSTEM).toBe(7);
    expect(store.reads).toEqual([]);
  });

  it('is DISK_FULL when there is too little room, before anything is fetched, and nothing is left', async () => {
    const layer = rawLayer('huge', 10);
    const descriptor = { ...layer.descriptor, size: 2 ** 52 };
    const store = new WatchedStore();
    store.add(createImage({ platform: 'linux/amd64', layers: [{ ...layer, descriptor }] }), 'huge');
    const plan = await planBundle([requestFor('huge', store)]);
    const folder = await scratch.freshFolder();
    expect(await errorCodeOf(writeBundle(plan, join(folder, 'a.tar')))).toBe('DISK_FULL');
    expect(await readdir(folder)).toEqual([]);
    expect(store.reads).toEqual([]);
  });
});
