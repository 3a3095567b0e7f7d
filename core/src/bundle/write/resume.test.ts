import { link, mkdir, open, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Digest, ProgressEvent } from '../../model/index.ts';
import { createImage } from '../../testing/index.ts';
import { bundleBytes, requestFor } from '../../testing/bundles/bundle-parts.ts';
import { errorCodeOf } from '../../testing/error-code.ts';
import { rawLayer } from '../../testing/images/raw-layer.ts';
import { createScratchFolder, type ScratchFolder } from '../../testing/files/scratch-folder.ts';
import { failAfter, WatchedStore } from '../../testing/stores/watched-store.ts';
import { serializeBundleIndex } from '../format/format.ts';
import { mapBundle, type BundleMap } from '../format/front-matter.ts';
import { planBundle, type BundlePlan } from '../plan/plan.ts';
import { gapsOf } from '../format/skeleton.ts';
import { writeBundle } from './write.ts';

const CHUNK = LIMITS.chunkBytes;

let scratch: ScratchFolder;
let folder: string;
let output: string;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
beforeEach(async () => {
  folder = scratch.fresh();
  output = join(folder, 'a.tar');
  await mkdir(folder);
});
afterAll(() => scratch.remove());

const BIG = rawLayer('big', 3 * CHUNK + 77);
const SMALL = rawLayer('small', 5000);

async function planTwoLayers(): Promise<{ store: WatchedStore; plan: BundlePlan; map: BundleMap }> {
  const store = new WatchedStore();
  store.add(createImage({ platform: 'linux/amd64', layers: [BIG, SMALL] }), 'app');
  const plan = await planBundle([requestFor('app', store)]);
  return { store, plan, map: mapBundle(plan.index, serializeBundleIndex(plan.index).byteLength) };
}

const gone = new XbundleError('UNREACHABLE', 'gone');

/** Ends a first run after two chunks of the big layer; the small one is whole when there are two jobs. */
async function interruptOnce(store: WatchedStore, plan: BundlePlan, jobs = 1): Promise<void> {
  store.intercept = ({ digest }, content) =>
    digest === BIG.descriptor.digest ? failAfter(content, 2, gone) : undefined;
  expect(await errorCodeOf(writeBundle(plan, output, { jobs }))).toBe('UNREACHABLE');
  store.intercept = () => undefined;
  store.reads.length = 0;
}

async function expectWhole(plan: BundlePlan): Promise<void> {
  expect((await bundleBytes(plan)).equals(await readFile(output))).toBe(true);
  expect(await readdir(folder)).toEqual(['a.tar']);
}

async function change(path: string, offset: number, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.byteLength, offset);
  await file.close();
}

async function byteAt(path: string, offset: number): Promise<number> {
  return (await readFile(path))[offset] ?? 0;
}

function readsOf(store: WatchedStore, digest: Digest): readonly number[] {
  return store.reads.filter((read) => read.digest === digest).map(({ offset }) => offset);
}

describe('a run after an interrupted one', () => {
  it('goes on where that stopped', async () => {
    const { store, plan } = await planTwoLayers();
    await interruptOnce(store, plan);
    expect((await readdir(folder)).sort()).toEqual(['a.tar.partial', 'a.tar.partial.journal']);
    await writeBundle(plan, output);
    expect(readsOf(store, BIG.descriptor.digest)).toEqual([2 * CHUNK]);
    await expectWhole(plan);
  });

  it('does not fetch what is whole', async () => {
    const { store, plan } = await planTwoLayers();
    store.intercept = ({ digest }, content) =>
      digest === SMALL.descriptor.digest ? failAfter(content, 0, gone) : undefined;
    expect(await errorCodeOf(writeBundle(plan, output, { jobs: 1 }))).toBe('UNREACHABLE');
    store.intercept = () => undefined;
    store.reads.length = 0;
    const events: ProgressEvent[] = [];
    await writeBundle(plan, output, { onProgress: (event) => events.push(event) });
    expect(store.reads).toEqual([{ digest: SMALL.descriptor.digest, offset: 0 }]);
    expect(events).toContainEqual({
      type: 'blob-done',
      digest: BIG.descriptor.digest,
      size: BIG.descriptor.size,
      how: 'resumed',
    });
    await expectWhole(plan);
  });

  it.each([0, 1, CHUNK, 2 * CHUNK - 1])('does not believe a prefix with byte %i changed', async (at) => {
    const { store, plan, map } = await planTwoLayers();
    await interruptOnce(store, plan);
    const offset = (map.blobs.get(BIG.descriptor.digest)?.contentOffset ?? 0) + at;
    await change(`${output}.partial`, offset, Buffer.from([~(await byteAt(`${output}.partial`, offset))]));
    await writeBundle(plan, output);
    expect(readsOf(store, BIG.descriptor.digest)).toEqual([2 * CHUNK, 0]);
    await expectWhole(plan);
  });

  it('does not believe a whole blob that was changed', async () => {
    const { store, plan, map } = await planTwoLayers();
    store.intercept = ({ digest }, content) =>
      digest === SMALL.descriptor.digest ? failAfter(content, 0, gone) : undefined;
    expect(await errorCodeOf(writeBundle(plan, output, { jobs: 1 }))).toBe('UNREACHABLE');
    store.intercept = () => undefined;
    store.reads.length = 0;
    const place = map.blobs.get(BIG.descriptor.digest)?.contentOffset ?? 0;
    await change(`${output}.partial`, place + 12_345, Buffer.from('changed'));
    await writeBundle(plan, output);
    expect(readsOf(store, BIG.descriptor.digest)).toEqual([0]);
    await expectWhole(plan);
  });

  it('writes everything between the blobs again', async () => {
    const { store, plan, map } = await planTwoLayers();
    await interruptOnce(store, plan);
    for (const { offset, expected } of gapsOf(map)) {
      await change(`${output}.partial`, offset, Buffer.alloc(expected.byteLength, 0xff));
    }
    await change(`${output}.partial`, map.size, Buffer.from('more than there should be'));
    await writeBundle(plan, output);
    await expectWhole(plan);
  });

  const claims: readonly (readonly [string, (id: string) => string])[] = [
    [
      'claims a blob that was never fetched',
      (id) => `${id}\n${BIG.descriptor.digest} ${BIG.descriptor.size}\n`,
    ],
    ['claims a part that was never fetched', (id) => `${id}\n${BIG.descriptor.digest} 4096\n`],
    ['claims more bytes than the blob has', (id) => `${id}\n${BIG.descriptor.digest} 99999999999\n`],
    ['claims a blob that the bundle does not have', (id) => `${id}\nsha256:${'0'.repeat(64)} 5\n`],
    ['ends within a line', (id) => `${id}\n${BIG.descriptor.digest} 10`],
    ['is of another bundle', () => `sha256:${'0'.repeat(64)}\n${BIG.descriptor.digest} 4096\n`],
    ['is empty', () => ''],
    ['is rubbish', (id) => `${id}\n\u0000\u0001 -5\n\n   \n${BIG.descriptor.digest} -1\n`],
  ];
  it.each(claims)('does not believe a journal that %s', async (_, journal) => {
    const { store, plan } = await planTwoLayers();
    await interruptOnce(store, plan);
    const [id = ''] = (await readFile(`${output}.partial.journal`, 'utf8')).split('\n');
    await writeFile(`${output}.partial`, Buffer.alloc(10_000, 0x55));
    await writeFile(`${output}.partial.journal`, journal(id));
    await writeBundle(plan, output);
    await expectWhole(plan);
  });

  it('starts afresh where the partial file is gone', async () => {
    const { store, plan } = await planTwoLayers();
    await interruptOnce(store, plan);
    await unlink(`${output}.partial`);
    await writeBundle(plan, output);
    await expectWhole(plan);
  });

  it('discards what a run of another plan left', async () => {
    const { store, plan } = await planTwoLayers();
    await interruptOnce(store, plan);
    const other = new WatchedStore();
    other.add(createImage({ platform: 'linux/arm64', layers: [rawLayer('other', 100), BIG] }), 'app');
    const otherPlan = await planBundle([requestFor('app', other)]);
    await writeBundle(otherPlan, output);
    expect(readsOf(other, BIG.descriptor.digest)).toEqual([0]);
    await expectWhole(otherPlan);
  });

  it('of many interruptions gives the same bytes', async () => {
    const { store, plan } = await planTwoLayers();
    store.intercept = (_, content) => failAfter(content, 1, gone);
    let runs = 0;
    for (; runs < 10 && (await errorCodeOf(writeBundle(plan, output))) === 'UNREACHABLE'; runs++);
    expect(runs).toBeGreaterThan(1);
    store.intercept = () => undefined;
    await rm(output, { force: true });
    await writeBundle(plan, output);
    await expectWhole(plan);
  });
});

describe('a run that was killed just after the file got its name', () => {
  async function publishedUntidily(): Promise<{ store: WatchedStore; plan: BundlePlan }> {
    const { store, plan } = await planTwoLayers();
    await interruptOnce(store, plan);
    const journal = await readFile(`${output}.partial.journal`);
    await writeBundle(plan, output);
    await writeFile(`${output}.partial.journal`, journal);
    store.reads.length = 0;
    return { store, plan };
  }

  it.each([false, true])(
    'is finished by the next, which fetches nothing (overwrite: %s)',
    async (overwrite) => {
      const { store, plan } = await publishedUntidily();
      await link(output, `${output}.partial`);
      await writeBundle(plan, output, { overwrite });
      expect(store.reads).toEqual([]);
      await expectWhole(plan);
    },
  );

  it('is finished when only the journal was left', async () => {
    const { store, plan } = await publishedUntidily();
    await writeBundle(plan, output);
    expect(store.reads).toEqual([]);
    await expectWhole(plan);
  });

  it('is not mistaken for it when the file is another', async () => {
    const { plan } = await publishedUntidily();
    await writeFile(output, 'another file');
    expect(await errorCodeOf(writeBundle(plan, output))).toBe('EXISTS');
    expect(await readFile(output, 'utf8')).toBe('another file');
  });

  it('leaves a second name of the file, which another plan must not write through', async () => {
    const { plan } = await publishedUntidily();
    await link(output, `${output}.partial`);
    const other = new WatchedStore();
    other.add(createImage({ platform: 'linux/arm64', layers: [SMALL] }), 'app');
    other.intercept = (_, content) => failAfter(content, 0, gone);
    const otherPlan = await planBundle([requestFor('app', other)]);
    expect(await errorCodeOf(writeBundle(otherPlan, output, { overwrite: true }))).toBe('UNREACHABLE');
    expect((await bundleBytes(plan)).equals(await readFile(output))).toBe(true);
  });
});
