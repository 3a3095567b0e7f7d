import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlobSource, Bytes } from '../../content/index.ts';
import type { Descriptor } from '../../model/index.ts';
import { createImage, type TestImage } from '../images/random-image.ts';
import {
  ABSENT_BLOB,
  EMPTY_BLOB,
  failure,
  flippedLarge,
  LARGE,
  LARGE_BLOB,
  SETTLE_MS,
  SMALL,
  SMALL_BLOB,
} from './suite-blobs.ts';

/** A source under test. What is optional leaves out the tests that need it. */
export interface SourceHarness {
  readonly source: BlobSource;
  /** Puts other bytes where the source keeps this blob. */
  readonly corrupt?: (blob: Descriptor, bytes: Uint8Array) => void | Promise<void>;
  /** Removes the blob from where the source looks. */
  readonly drop?: (blob: Descriptor) => void | Promise<void>;
  /** Makes the next read of this blob stall after its first byte or before. */
  readonly stall?: (blob: Descriptor) => void | Promise<void>;
  /** How many files, sockets or requests are open now. */
  readonly open?: () => number | Promise<number>;
  readonly close?: () => void | Promise<void>;
}

async function join(content: Bytes): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * Tests a source. `create` makes one that holds the image it is given (a manifest, a config, and layers that are
 * empty, small and large) and nothing else.
 */
export function testBlobSource(
  name: string,
  create: (image: TestImage) => SourceHarness | Promise<SourceHarness>,
): void {
  describe(`${name} as a blob source`, () => {
    const absent = ABSENT_BLOB.descriptor;
    const image = createImage({ platform: 'linux/amd64', layers: [EMPTY_BLOB, SMALL_BLOB, LARGE_BLOB] });
    let harness: SourceHarness;
    beforeEach(async () => {
      harness = await create(image);
    });
    afterEach(async () => {
      await harness.close?.();
    });

    it('reads every blob whole', async () => {
      for (const { descriptor, bytes } of image.blobs.values()) {
        expect((await join(harness.source.read(descriptor))).equals(bytes)).toBe(true);
      }
    });

    it('reads from every offset of a small blob to its end', async () => {
      for (let offset = 0; offset <= SMALL; offset++) {
        const rest = await join(harness.source.readFrom(SMALL_BLOB.descriptor, offset));
        expect(rest.equals(SMALL_BLOB.bytes.subarray(offset))).toBe(true);
      }
    });

    it.each([0, 1, 65_536, 1_048_575, 1_048_576, 1_048_577, LARGE - 1, LARGE])(
      'reads a large blob from offset %i',
      async (offset) => {
        const rest = await join(harness.source.readFrom(LARGE_BLOB.descriptor, offset));
        expect(rest.equals(LARGE_BLOB.bytes.subarray(offset))).toBe(true);
      },
    );

    it('reads many blobs at once', async () => {
      const blobs = [...image.blobs.values(), ...image.blobs.values()];
      const read = await Promise.all(blobs.map(({ descriptor }) => join(harness.source.read(descriptor))));
      expect(read.every((bytes, at) => bytes.equals(blobs[at]?.bytes ?? Buffer.of(0)))).toBe(true);
    });

    it('says NOT_FOUND for a blob it lacks', async () => {
      expect((await failure(join(harness.source.read(absent)))).code).toBe('NOT_FOUND');
      expect((await failure(join(harness.source.readFrom(absent, 1)))).code).toBe('NOT_FOUND');
    });

    it('names as lacking only what is not there', async () => {
      const stored = [...image.blobs.values()].map(({ descriptor }) => descriptor);
      expect(await harness.source.lacks(stored)).toEqual([]);
      await harness.drop?.(SMALL_BLOB.descriptor);
      const lacking = await harness.source.lacks([...stored, absent]);
      const gone =
        harness.drop === undefined ? [absent.digest] : [SMALL_BLOB.descriptor.digest, absent.digest];
      // A source that cannot tell says none.
      if (lacking.length > 0) expect(lacking.map(({ digest }) => digest)).toEqual(gone);
    });

    it.each([1, -1])('refuses a blob whose size is wrong by %i', async (by) => {
      const other = { ...SMALL_BLOB.descriptor, size: SMALL + by };
      const seen = { bytes: 0 };
      const error = await failure(count(harness.source.read(other), seen));
      expect([4, 6]).toContain(error.exitCode);
      expect(seen.bytes).toBeLessThan(SMALL);
    });

    it('refuses bytes that are not what the digest says, before it has yielded all of them', async (context) => {
      if (harness.corrupt === undefined) return context.skip();
      await harness.corrupt(LARGE_BLOB.descriptor, flippedLarge());
      const seen = { bytes: 0 };
      const error = await failure(count(harness.source.read(LARGE_BLOB.descriptor), seen));
      expect(error.code).toBe('DIGEST_MISMATCH');
      expect(seen.bytes).toBeLessThan(LARGE);
    });

    it.for([LARGE - 1, 1, 0])('refuses a blob of which only %i bytes are left', async (size, context) => {
      if (harness.corrupt === undefined) return context.skip();
      await harness.corrupt(LARGE_BLOB.descriptor, LARGE_BLOB.bytes.subarray(0, size));
      const error = await failure(join(harness.source.read(LARGE_BLOB.descriptor)));
      expect(error.exitCode).not.toBe(0);
    });

    it('opens nothing before it is iterated', async (context) => {
      if (harness.open === undefined) return context.skip();
      const before = await harness.open();
      harness.source.read(LARGE_BLOB.descriptor);
      harness.source.readFrom(LARGE_BLOB.descriptor, 10);
      await sleep(20);
      expect(await harness.open()).toBe(before);
    });

    it('closes what it opened when iteration stops', async (context) => {
      const { open } = harness;
      if (open === undefined) return context.skip();
      const before = await open();
      for await (const chunk of harness.source.read(LARGE_BLOB.descriptor)) {
        expect(chunk.byteLength).toBeGreaterThan(0);
        break;
      }
      await expect.poll(() => open()).toBe(before);
    });

    it('is INTERRUPTED at once when the signal has fired already', async () => {
      const signal = AbortSignal.abort();
      expect((await failure(join(harness.source.read(LARGE_BLOB.descriptor, { signal })))).code).toBe(
        'INTERRUPTED',
      );
    });

    it('is INTERRUPTED when the signal fires between chunks', async () => {
      const abort = new AbortController();
      const read = harness.source.readFrom(LARGE_BLOB.descriptor, 0, { signal: abort.signal });
      const work = (async () => {
        for await (const chunk of read) {
          expect(chunk.byteLength).toBeLessThan(LARGE);
          abort.abort();
        }
      })();
      expect((await failure(work)).code).toBe('INTERRUPTED');
    });

    it('is INTERRUPTED soon when the signal fires while it stalls', async (context) => {
      if (harness.stall === undefined) return context.skip();
      await harness.stall(LARGE_BLOB.descriptor);
      const abort = new AbortController();
      const work = failure(join(harness.source.read(LARGE_BLOB.descriptor, { signal: abort.signal })));
      await sleep(100);
      const start = performance.now();
      abort.abort();
      expect((await work).code).toBe('INTERRUPTED');
      expect(performance.now() - start).toBeLessThan(SETTLE_MS);
    });
  });
}

async function count(content: Bytes, seen: { bytes: number }): Promise<void> {
  for await (const chunk of content) seen.bytes += chunk.byteLength;
}
