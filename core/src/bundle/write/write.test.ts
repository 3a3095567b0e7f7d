import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describe as describeBytes, digestOf } from '../../content/index.ts';
import { MEDIA_TYPES, type ProgressEvent } from '../../model/index.ts';
import { createImage, createIndex } from '../../testing/index.ts';
import { bundleBytes, requestFor } from '../../testing/bundles/bundle-parts.ts';
import { errorCodeOf } from '../../testing/error-code.ts';
import { planApp } from '../../testing/bundles/planned-app.ts';
import { rawLayer } from '../../testing/images/raw-layer.ts';
import { createScratchFolder, type ScratchFolder } from '../../testing/files/scratch-folder.ts';
import { WatchedStore } from '../../testing/stores/watched-store.ts';
import { planBundle } from '../plan/plan.ts';
import { writeBundle } from './write.ts';

let scratch: ScratchFolder;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());

describe('the bytes of a bundle', () => {
  it('are the same at any number of jobs, and as a stream', async () => {
    const { plan } = await planApp();
    const streamed = await bundleBytes(plan);
    for (const jobs of [1, 2, 8, 64]) {
      const path = scratch.fresh('.tar');
      const summary = await writeBundle(plan, path, { jobs });
      expect(streamed.equals(await readFile(path))).toBe(true);
      expect(summary.size).toBe(streamed.length);
    }
  });

  /** When this changes, the format has changed: old bundles of the same images would have other bytes. */
  it('are those of this format version', async () => {
    const index = createIndex([
      createImage({ platform: 'linux/amd64', layers: [rawLayer('base', 1000), rawLayer('amd64', 513)] }),
      createImage({ platform: 'linux/arm64', layers: [rawLayer('base', 1000), rawLayer('arm64', 512)] }),
    ]);
    const store = new WatchedStore();
    store.add(index, 'golden:v1');
    const plan = await planBundle([requestFor('golden:v1', store)], { name: 'golden', version: '1' });
    expect(digestOf(await bundleBytes(plan))).toBe(
      'sha256:aea9ad3a7844e51a722684f494ea1824556d8a63bef2ccfb9d1b03c5729e4952',
    );
  });

  it('hold a blob of no bytes', async () => {
    const store = new WatchedStore();
    store.add(createImage({ platform: 'linux/amd64', layers: [rawLayer('none', 0)] }), 'empty');
    const path = scratch.fresh('.tar');
    const plan = await planBundle([requestFor('empty', store)]);
    await writeBundle(plan, path);
    expect((await bundleBytes(plan)).equals(await readFile(path))).toBe(true);
  });

  it('are told as they come', async () => {
    const { plan } = await planApp();
    const events: ProgressEvent[] = [];
    await writeBundle(plan, scratch.fresh('.tar'), { onProgress: (event) => events.push(event) });
    const bytes = plan.fetches.reduce((sum, { blob }) => sum + blob.size, 0);
    expect(events[0]).toEqual({ type: 'phase', phase: 'fetch', bytes, blobs: plan.fetches.length });
    expect(events.filter(({ type }) => type === 'blob-done')).toHaveLength(plan.fetches.length);
  });
});

describe('a plan that lacks cells', () => {
  it('is not written, and every cell that is not there is named', async () => {
    const { store } = await planApp();
    const plan = await planBundle([
      requestFor('app:v1', store, ['amd64', 's390x']),
      requestFor('none', store, ['amd64']),
    ]);
    const path = scratch.fresh('.tar');
    const work = writeBundle(plan, path);
    await expect(work).rejects.toThrow(/app:v1 for linux\/s390x[^]*none:latest for linux\/amd64/);
    expect(await errorCodeOf(writeBundle(plan, path))).toBe('INCOMPLETE');
  });

  it('is written when that is allowed, and says so', async () => {
    const { store } = await planApp();
    const plan = await planBundle([requestFor('app:v1', store, ['amd64', 's390x'])]);
    const { index } = await writeBundle(plan, scratch.fresh('.tar'), { allowIncomplete: true });
    expect(index.complete).toBe(false);
  });

  it('is not written when nothing at all is there', async () => {
    const plan = await planBundle([requestFor('none', new WatchedStore(), ['amd64'])]);
    const work = writeBundle(plan, scratch.fresh('.tar'), { allowIncomplete: true });
    expect(await errorCodeOf(work)).toBe('INCOMPLETE');
  });
});

describe('a document', () => {
  it('that the source gives is written as it is, never made again', async () => {
    const image = createImage({ platform: 'linux/amd64', layers: [rawLayer('layer', 10)] });
    const index = createIndex([image]);
    const bytes = Buffer.from(
      JSON.stringify(
        JSON.parse(Buffer.from(index.blobs.get(index.manifest.digest)?.bytes ?? []).toString()),
        undefined,
        7,
      ),
    );
    const manifest = describeBytes(MEDIA_TYPES.ociIndex, bytes);
    const store = new WatchedStore();
    store.add(
      {
        ...index,
        manifest,
        blobs: new Map([...index.blobs, [manifest.digest, { descriptor: manifest, bytes }]]),
      },
      'odd',
    );
    const plan = await planBundle([requestFor('odd', store)]);
    expect(Buffer.from(plan.documents.get(manifest.digest) ?? []).equals(bytes)).toBe(true);
    expect((await bundleBytes(plan)).includes(bytes)).toBe(true);
  });
});
