import { mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseReference, type ProgressEvent } from '../model/index.ts';
import { acquireLock } from '../files/index.ts';
import { MemoryStore } from '../testing/stores/memory-store.ts';
import { layoutImages, targetImage } from '../testing/images/layout-images.ts';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { failure } from '../testing/suites/suite-blobs.ts';
import { createLayoutTarget } from './layout-target.ts';
import { openLayout } from './oci-layout-source.ts';

const { amd64, arm, index, other, store } = await layoutImages();

const scratch = await useScratchFolder();

describe('writing into a layout', () => {
  it('loses no name of several writers: one is LOCKED or all are there', async () => {
    const root = scratch.fresh();
    const names = ['a:v1', 'b:v1', 'c:v1', 'd:v1'];
    const outcomes = await Promise.all(
      names.map((name) =>
        createLayoutTarget(root)
          .store([targetImage(name, amd64)], store)
          .then(
            () => undefined,
            (error: unknown) => error,
          ),
      ),
    );
    const stored = names.filter((_, at) => outcomes[at] === undefined);
    for (const outcome of outcomes)
      if (outcome !== undefined) expect(outcome).toMatchObject({ code: 'LOCKED' });
    expect((await openLayout(root)).names()).toEqual(stored.map((name) => `docker.io/library/${name}`));
    expect(stored.length).toBeGreaterThan(0);
  });

  it('does not wait for another writer', async () => {
    const root = scratch.fresh();
    await mkdir(root);
    await using lock = await acquireLock(join(root, '.xbundle.lock'));
    expect((await failure(createLayoutTarget(root).store([targetImage('a:v1', amd64)], store))).code).toBe(
      'LOCKED',
    );
    await lock.release();
    await createLayoutTarget(root).store([targetImage('a:v1', amd64)], store);
  });

  it('takes over where a writer was killed', async () => {
    const root = scratch.fresh();
    await createLayoutTarget(root).store([targetImage('a:v1', amd64)], store);
    await mkdir(join(root, 'ingest'));
    await writeFile(join(root, 'ingest/1-half'), 'half');
    await rm(join(root, 'index.json'));
    await rm(join(root, 'oci-layout'));
    await writeFile(join(root, '.xbundle.lock'), JSON.stringify({ pid: 2 ** 30, host: hostname() }));
    await createLayoutTarget(root).store([targetImage('a:v1', amd64)], store);
    expect((await readdir(root)).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
  });

  it('refuses a directory of something else, and touches nothing there', async () => {
    const root = scratch.fresh();
    await mkdir(root);
    await writeFile(join(root, 'thesis.doc'), 'x');
    expect((await failure(createLayoutTarget(root).store([targetImage('a:v1', amd64)], store))).code).toBe(
      'EXISTS',
    );
    expect(await readdir(root)).toEqual(['thesis.doc']);
  });

  it('refuses a file in place of the directory', async () => {
    const target = createLayoutTarget(await scratch.save('x'));
    expect((await failure(target.store([targetImage('a:v1', amd64)], store))).code).toBe('FILE_SYSTEM');
  });

  it('writes through no link in the layout', async () => {
    const [root, elsewhere] = [scratch.fresh(), scratch.fresh()];
    await createLayoutTarget(root).store([targetImage('a:v1', amd64)], store);
    await mkdir(elsewhere);
    await rm(join(root, 'blobs'), { recursive: true });
    await symlink(elsewhere, join(root, 'blobs'));
    const error = await failure(createLayoutTarget(root).store([targetImage('b:v1', arm)], store));
    expect(error.code).toBe('ARCHIVE_INVALID');
    expect(await readdir(elsewhere)).toEqual([]);
  });

  it('sets no name when its source lacks a blob, and leaves no directory when nothing was stored', async () => {
    const root = scratch.fresh();
    const empty = new MemoryStore();
    expect((await failure(createLayoutTarget(root).store([targetImage('a:v1', amd64)], empty))).code).toBe(
      'NOT_FOUND',
    );
    await expect(stat(root)).rejects.toMatchObject({ code: 'ENOENT' });
    const lacking = new MemoryStore().add(index);
    lacking.drop(arm.layers[0]?.digest ?? arm.config.digest);
    await createLayoutTarget(root).store([targetImage('b:v1', other)], store);
    const target = createLayoutTarget(root);
    expect((await failure(target.store([targetImage('a:v1', index)], lacking))).code).toBe('NOT_FOUND');
    expect((await openLayout(root)).names()).toEqual(['docker.io/library/b:v1']);
    expect(await readdir(root)).not.toContain('ingest');
  });

  it('sets no name when aborted, and goes on from there afterwards', async () => {
    const root = scratch.fresh();
    const abort = new AbortController();
    const onProgress = (event: ProgressEvent): void => {
      if (event.type === 'blob-done') abort.abort();
    };
    const target = createLayoutTarget(root);
    const work = target.store([targetImage('app:v1', index)], store, { signal: abort.signal, onProgress });
    expect((await failure(work)).code).toBe('INTERRUPTED');
    await expect(stat(join(root, 'index.json'))).rejects.toMatchObject({ code: 'ENOENT' });
    await target.store([targetImage('app:v1', index)], store);
    expect((await target.find(parseReference('app:v1')))?.cells.every((cell) => cell.complete)).toBe(true);
  });
});
