import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { XbundleError } from '../../errors.ts';
import type { ProgressEvent } from '../../model/index.ts';
import { createImage } from '../../testing/index.ts';
import { bundleBytes, requestFor } from '../../testing/bundles/bundle-parts.ts';
import { errorCodeOf } from '../../testing/error-code.ts';
import { planApp } from '../../testing/bundles/planned-app.ts';
import { rawLayer } from '../../testing/images/raw-layer.ts';
import { createScratchFolder, type ScratchFolder } from '../../testing/files/scratch-folder.ts';
import { failAfter, flipped, stallAfter, WatchedStore } from '../../testing/stores/watched-store.ts';
import { planBundle } from '../plan/plan.ts';
import { writeBundle } from './write.ts';

let scratch: ScratchFolder;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());

async function* emptyStream(): AsyncGenerator<Uint8Array, void, undefined> {
  // Nothing comes.
}

describe('a blob with wrong bytes', () => {
  it('is fetched once more', async () => {
    const { plan, store } = await planApp();
    const wrong = new Set<string>();
    store.intercept = ({ digest }, content) => {
      if (wrong.has(digest)) return undefined;
      wrong.add(digest);
      return flipped(content);
    };
    const path = scratch.fresh('.tar');
    const events: ProgressEvent[] = [];
    await writeBundle(plan, path, { onProgress: (event) => events.push(event) });
    expect((await bundleBytes(plan)).equals(await readFile(path))).toBe(true);
    expect(events.filter(({ type }) => type === 'retry')).toHaveLength(plan.fetches.length);
  });

  it.each([
    ['other bytes', 'DIGEST_MISMATCH', flipped],
    ['too few bytes', 'SIZE_MISMATCH', () => emptyStream()],
  ])('is an error when %s come again, and nothing has the final name', async (_, code, distort) => {
    const { plan, store } = await planApp();
    const bad = plan.fetches[1]?.blob.digest;
    store.intercept = ({ digest }, content) => (digest === bad ? distort(content) : undefined);
    const folder = await scratch.freshFolder();
    expect(await errorCodeOf(writeBundle(plan, join(folder, 'a.tar')))).toBe(code);
    expect(store.reads.filter(({ digest }) => digest === bad)).toHaveLength(2);
    expect(await readdir(folder)).not.toContain('a.tar');
    expect(await readdir(folder)).not.toContain('a.tar.lock');
  });

  it('is an error of the stream too, before its last bytes', async () => {
    const layer = rawLayer('layer', 1000);
    const store = new WatchedStore();
    store.add(createImage({ platform: 'linux/amd64', layers: [layer] }), 'app');
    const plan = await planBundle([requestFor('app', store)]);
    store.corrupt(layer.descriptor, Buffer.alloc(1000));
    expect(await errorCodeOf(bundleBytes(plan))).toBe('DIGEST_MISMATCH');
  });
});

describe('an abort', () => {
  it('settles at once though the source has stalled, and keeps what is in place', async () => {
    const { plan, store } = await planApp();
    const stalled = plan.fetches[0]?.blob.digest;
    store.intercept = ({ digest }, content, options) =>
      digest === stalled ? stallAfter(content, 0, options) : undefined;
    const folder = await scratch.freshFolder();
    const abort = new AbortController();
    const work = errorCodeOf(writeBundle(plan, join(folder, 'a.tar'), { signal: abort.signal }));
    await expect.poll(() => store.reads.length).toBe(plan.fetches.length);
    await sleep(50);
    const start = performance.now();
    abort.abort();
    expect(await work).toBe('INTERRUPTED');
    expect(performance.now() - start).toBeLessThan(500);
    expect((await readdir(folder)).sort()).toEqual(['a.tar.partial', 'a.tar.partial.journal']);
  });

  it('before the start leaves nothing behind', async () => {
    const { plan } = await planApp();
    const folder = await scratch.freshFolder();
    const work = writeBundle(plan, join(folder, 'a.tar'), { signal: AbortSignal.abort() });
    expect(await errorCodeOf(work)).toBe('INTERRUPTED');
    expect(await readdir(folder)).toEqual([]);
  });

  it('of one blob ends the others: the first failure is the one that is thrown', async () => {
    const { plan, store } = await planApp();
    const bad = plan.fetches[0]?.blob.digest;
    store.intercept = ({ digest }, content, options) =>
      digest === bad
        ? failAfter(content, 0, new XbundleError('REFUSED', 'no'))
        : stallAfter(content, 0, options);
    expect(await errorCodeOf(writeBundle(plan, scratch.fresh('.tar')))).toBe('REFUSED');
  });
});
