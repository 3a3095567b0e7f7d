import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageTarget, TargetImage } from '../../content/index.ts';
import { formatPlatform, parseReference, type ProgressEvent } from '../../model/index.ts';
import { errorCodeOf } from '../error-code.ts';
import { MemoryStore } from '../stores/memory-store.ts';
import { createIndex, randomImage, type TestContent, type TestImage } from '../images/random-image.ts';

/** A target under test. */
export interface TargetHarness {
  readonly target: ImageTarget;
  readonly close?: () => void | Promise<void>;
}

/** What every ImageTarget that holds indexes must do, as tests. `create` makes an empty one. */
export function testImageTarget(title: string, create: () => Promise<TargetHarness>): void {
  describe(`${title} as an image target`, () => {
    let harness: TargetHarness;
    let cells: readonly TestImage[];
    let index: TestContent;
    let store: MemoryStore;
    let events: ProgressEvent[];
    const onProgress = (event: ProgressEvent): void => void events.push(event);

    beforeEach(async () => {
      harness = await create();
      cells = [await randomImage('target', 'linux/amd64'), await randomImage('target', 'linux/arm/v7')];
      index = createIndex(cells, { attestations: true });
      store = new MemoryStore().add(index);
      events = [];
    });
    afterEach(async () => {
      await harness.close?.();
    });

    function image(name: string): TargetImage {
      return { name: harness.target.locate(parseReference(name)), root: index.manifest, cells: [] };
    }

    it('has nothing under a name that it was never given', async () => {
      expect(await harness.target.find(image('app:v1').name)).toBeUndefined();
    });

    it('has what it was given, each platform whole and no attestation among them', async () => {
      await harness.target.store([image('app:v1')], store);
      const found = await harness.target.find(image('app:v1').name);
      expect(found?.root).toBe(index.manifest.digest);
      expect(
        found?.cells.map((cell) => [formatPlatform(cell.platform), cell.manifest, cell.complete]),
      ).toEqual(cells.map(({ platform, manifest }) => [formatPlatform(platform), manifest.digest, true]));
      expect(await harness.target.find(image('app:v2').name)).toBeUndefined();
    });

    it('says what it moves before it moves any of it, and then accounts for all of it', async () => {
      await harness.target.store([image('app:v1'), image('other:v1')], store, { onProgress });
      const [first, ...rest] = events;
      expect(first).toMatchObject({ type: 'phase' });
      expect(rest.some(({ type }) => type === 'phase')).toBe(false);
      const done = rest.filter((event) => event.type === 'blob-done');
      const bytes = done.reduce((sum, { size }) => sum + size, 0);
      expect(first).toMatchObject({ bytes, blobs: done.length });
    });

    it('moves nothing when it is given the same again', async () => {
      await harness.target.store([image('app:v1')], store);
      await harness.target.store([image('app:v1')], store, { onProgress });
      const done = events.filter((event) => event.type === 'blob-done');
      expect(done.length).toBeGreaterThan(0);
      expect(done.every(({ how }) => how === 'present')).toBe(true);
    });

    it('gives no name to what the source lacks a blob of', async () => {
      const [layer] = cells[1]?.layers ?? [];
      if (layer !== undefined) store.drop(layer.digest);
      expect(await errorCodeOf(harness.target.store([image('app:v1')], store))).toBe('NOT_FOUND');
      expect(await harness.target.find(image('app:v1').name)).toBeUndefined();
    });

    it('ends when aborted, and gives no name', async () => {
      const abort = new AbortController();
      const stopped = harness.target.store([image('app:v1')], store, {
        signal: abort.signal,
        onProgress: () => {
          abort.abort();
        },
      });
      expect(await errorCodeOf(stopped)).toBe('INTERRUPTED');
      expect(await harness.target.find(image('app:v1').name)).toBeUndefined();
    });
  });
}
