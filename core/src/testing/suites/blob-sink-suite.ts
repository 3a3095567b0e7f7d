import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { XbundleError } from '../../errors.ts';
import { digestOf, type BlobSink, type Bytes } from '../../content/index.ts';
import type { Descriptor } from '../../model/index.ts';
import {
  EMPTY_BLOB,
  failure,
  flippedLarge,
  LARGE,
  LARGE_BLOB,
  SETTLE_MS,
  SMALL,
  SMALL_BLOB,
} from './suite-blobs.ts';

/** A sink under test. */
export interface SinkHarness {
  readonly sink: BlobSink;
  /** The bytes that a reader of the medium would see, undefined when there are none. */
  readonly stored: (blob: Descriptor) => Promise<Uint8Array | undefined>;
  /** Names of all that is visible in the medium, so that failed writes can be seen to leave nothing. */
  readonly visible?: () => Promise<readonly string[]>;
  readonly close?: () => void | Promise<void>;
}

async function* chunksOf(bytes: Uint8Array, size = 65_536): Bytes {
  for (let at = 0; at < bytes.byteLength; at += size) {
    yield bytes.subarray(at, at + size);
    await new Promise(setImmediate);
  }
}

/** Tests a sink. `create` makes an empty one. */
export function testBlobSink(name: string, create: () => SinkHarness | Promise<SinkHarness>): void {
  describe(`${name} as a blob sink`, () => {
    let before: readonly string[] | undefined;
    let harness: SinkHarness;
    beforeEach(async () => {
      harness = await create();
      before = await harness.visible?.();
    });
    afterEach(async () => {
      await harness.close?.();
    });

    async function expectNothing(blob: Descriptor): Promise<void> {
      expect(await harness.sink.has(blob)).toBe(false);
      expect(await harness.stored(blob)).toBeUndefined();
      expect(await harness.visible?.()).toEqual(before);
    }

    it.each([
      ['an empty', EMPTY_BLOB],
      ['a small', SMALL_BLOB],
      ['a large', LARGE_BLOB],
    ])('stores %s blob and then has it', async (_, { descriptor, bytes }) => {
      expect(await harness.sink.has(descriptor)).toBe(false);
      await harness.sink.write(descriptor, chunksOf(bytes));
      expect(await harness.sink.has(descriptor)).toBe(true);
      expect((await harness.stored(descriptor))?.length).toBe(bytes.byteLength);
      expect(digestOf((await harness.stored(descriptor)) ?? '')).toBe(descriptor.digest);
    });

    it('writes a blob again without complaint', async () => {
      await harness.sink.write(SMALL_BLOB.descriptor, chunksOf(SMALL_BLOB.bytes));
      await harness.sink.write(SMALL_BLOB.descriptor, chunksOf(SMALL_BLOB.bytes));
      expect(await harness.sink.has(SMALL_BLOB.descriptor)).toBe(true);
    });

    it('takes the same blob from several writers at once', async () => {
      const writers = [1, 2, 3, 4].map(() =>
        harness.sink.write(LARGE_BLOB.descriptor, chunksOf(LARGE_BLOB.bytes)),
      );
      await Promise.all(writers);
      expect(digestOf((await harness.stored(LARGE_BLOB.descriptor)) ?? '')).toBe(
        LARGE_BLOB.descriptor.digest,
      );
    });

    it('does not have a blob under another size', async () => {
      await harness.sink.write(SMALL_BLOB.descriptor, chunksOf(SMALL_BLOB.bytes));
      expect(await harness.sink.has({ ...SMALL_BLOB.descriptor, size: SMALL + 1 })).toBe(false);
    });

    it.each([
      ['too few', LARGE_BLOB.bytes.subarray(0, LARGE - 1)],
      ['too many', Buffer.concat([LARGE_BLOB.bytes, Buffer.of(0)])],
      ['no', Buffer.alloc(0)],
      ['other', flippedLarge()],
    ])('refuses %s bytes, leaves nothing, and takes the right ones afterwards', async (_, bytes) => {
      expect((await failure(harness.sink.write(LARGE_BLOB.descriptor, chunksOf(bytes)))).exitCode).toBe(4);
      await expectNothing(LARGE_BLOB.descriptor);
      await harness.sink.write(LARGE_BLOB.descriptor, chunksOf(LARGE_BLOB.bytes));
      expect(await harness.sink.has(LARGE_BLOB.descriptor)).toBe(true);
    });

    it('fails as its content fails, and leaves nothing', async () => {
      const error = await failure(harness.sink.write(LARGE_BLOB.descriptor, broken(LARGE_BLOB.bytes)));
      expect(error.code).toBe('UNREACHABLE');
      await expectNothing(LARGE_BLOB.descriptor);
    });

    it('is INTERRUPTED soon when the signal fires, and leaves nothing', async () => {
      const abort = new AbortController();
      const content = stalled(LARGE_BLOB.bytes, abort.signal);
      const work = failure(harness.sink.write(LARGE_BLOB.descriptor, content, { signal: abort.signal }));
      await sleep(100);
      const start = performance.now();
      abort.abort();
      expect((await work).code).toBe('INTERRUPTED');
      expect(performance.now() - start).toBeLessThan(SETTLE_MS);
      await expectNothing(LARGE_BLOB.descriptor);
    });

    it('stores nothing when the signal has fired already', async () => {
      const signal = AbortSignal.abort();
      const work = harness.sink.write(SMALL_BLOB.descriptor, chunksOf(SMALL_BLOB.bytes), { signal });
      expect((await failure(work)).code).toBe('INTERRUPTED');
      await expectNothing(SMALL_BLOB.descriptor);
    });
  });
}

async function* broken(bytes: Uint8Array): Bytes {
  yield* chunksOf(bytes.subarray(0, 100_000));
  throw new XbundleError('UNREACHABLE', 'the peer has gone');
}

/** Half of the bytes, then nothing until the signal fires: what a leaf that obeys its signal does. */
async function* stalled(bytes: Uint8Array, signal: AbortSignal): Bytes {
  yield* chunksOf(bytes.subarray(0, LARGE / 2));
  await sleep(60_000, undefined, { signal }).catch(() => undefined);
  throw new XbundleError('INTERRUPTED', 'interrupted');
}
