/**
 * What every BlobSource and BlobSink must do, as tests: one suite for all of them. It imports vitest, so only
 * test files import it, and `testing/index.ts` leaves it out.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isXbundleError, XbundleError } from '../errors.ts';
import {
  describe as describeBlob,
  digestOf,
  type BlobSink,
  type BlobSource,
  type Bytes,
} from '../content/index.ts';
import { MEDIA_TYPES, type Descriptor } from '../model/index.ts';
import { type Layer } from './layers.ts';
import { createImage, type TestImage } from './random-image.ts';
import { randomBytes } from './seeded-bytes.ts';
import { type MemoryBlob } from './test-blob.ts';

/** A source under test. What is optional leaves out the tests that need it. */
export interface SourceHarness {
  readonly source: BlobSource;
  /** Puts other bytes where the source keeps this blob. */
  corrupt?(blob: Descriptor, bytes: Uint8Array): void | Promise<void>;
  /** Removes the blob from where the source looks. */
  drop?(blob: Descriptor): void | Promise<void>;
  /** Makes the next read of this blob stall after its first byte or before. */
  stall?(blob: Descriptor): void | Promise<void>;
  /** How many files, sockets or requests are open now. */
  open?(): number | Promise<number>;
  close?(): void | Promise<void>;
}

/** A sink under test. */
export interface SinkHarness {
  readonly sink: BlobSink;
  /** The bytes that a reader of the medium would see, undefined when there are none. */
  stored(blob: Descriptor): Promise<Uint8Array | undefined>;
  /** Names of all that is visible in the medium, so that failed writes can be seen to leave nothing. */
  visible?(): Promise<readonly string[]>;
  close?(): void | Promise<void>;
}

const SMALL = 300;
const LARGE = 3 * 1_048_576 + 17;
const SETTLE_MS = 500;

function layer(bytes: Uint8Array): Layer & MemoryBlob {
  return { descriptor: describeBlob(MEDIA_TYPES.ociLayer, bytes), bytes, diffId: digestOf(bytes) };
}

const EMPTY: MemoryBlob & Layer = layer(Buffer.alloc(0));

async function join(content: Bytes): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function failure(work: Promise<unknown>): Promise<XbundleError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (isXbundleError(outcome)) return outcome;
  throw new Error(`want an XbundleError, got ${String(outcome)}`, { cause: outcome });
}

async function* chunksOf(bytes: Uint8Array, size = 65_536): Bytes {
  for (let at = 0; at < bytes.byteLength; at += size) {
    yield bytes.subarray(at, at + size);
    await new Promise(setImmediate);
  }
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
    const small = layer(randomBytes('small', SMALL));
    const large = layer(randomBytes('large', LARGE));
    const absent = layer(randomBytes('absent', SMALL)).descriptor;
    const image = createImage({ platform: 'linux/amd64', layers: [EMPTY, small, large] });
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
        const rest = await join(harness.source.readFrom(small.descriptor, offset));
        expect(rest.equals(small.bytes.subarray(offset))).toBe(true);
      }
    });

    it.each([0, 1, 65_536, 1_048_575, 1_048_576, 1_048_577, LARGE - 1, LARGE])(
      'reads a large blob from offset %i',
      async (offset) => {
        const rest = await join(harness.source.readFrom(large.descriptor, offset));
        expect(rest.equals(large.bytes.subarray(offset))).toBe(true);
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
      await harness.drop?.(small.descriptor);
      const lacking = await harness.source.lacks([...stored, absent]);
      const gone = harness.drop === undefined ? [absent.digest] : [small.descriptor.digest, absent.digest];
      // A source that cannot tell says none.
      if (lacking.length > 0) expect(lacking.map(({ digest }) => digest)).toEqual(gone);
    });

    it.each([1, -1])('refuses a blob whose size is wrong by %i', async (by) => {
      const other = { ...small.descriptor, size: SMALL + by };
      const seen = { bytes: 0 };
      const error = await failure(count(harness.source.read(other), seen));
      expect([4, 6]).toContain(error.exitCode);
      expect(seen.bytes).toBeLessThan(SMALL);
    });

    it('refuses bytes that are not what the digest says, before it has yielded all of them', async (context) => {
      if (harness.corrupt === undefined) return context.skip();
      const bytes = Buffer.from(large.bytes);
      bytes[LARGE - 1] = (bytes[LARGE - 1] ?? 0) ^ 1;
      await harness.corrupt(large.descriptor, bytes);
      const seen = { bytes: 0 };
      const error = await failure(count(harness.source.read(large.descriptor), seen));
      expect(error.code).toBe('DIGEST_MISMATCH');
      expect(seen.bytes).toBeLessThan(LARGE);
    });

    it.each([LARGE - 1, 1, 0])('refuses a blob of which only %i bytes are left', async (size) => {
      if (harness.corrupt === undefined) return;
      await harness.corrupt(large.descriptor, large.bytes.subarray(0, size));
      const error = await failure(join(harness.source.read(large.descriptor)));
      expect(error.exitCode).not.toBe(0);
    });

    it('opens nothing before it is iterated', async (context) => {
      if (harness.open === undefined) return context.skip();
      const before = await harness.open();
      harness.source.read(large.descriptor);
      harness.source.readFrom(large.descriptor, 10);
      await sleep(20);
      expect(await harness.open()).toBe(before);
    });

    it('closes what it opened when iteration stops', async (context) => {
      const { open } = harness;
      if (open === undefined) return context.skip();
      const before = await open();
      for await (const chunk of harness.source.read(large.descriptor)) {
        expect(chunk.byteLength).toBeGreaterThan(0);
        break;
      }
      await expect.poll(() => open()).toBe(before);
    });

    it('is INTERRUPTED at once when the signal has fired already', async () => {
      const signal = AbortSignal.abort();
      expect((await failure(join(harness.source.read(large.descriptor, { signal })))).code).toBe(
        'INTERRUPTED',
      );
    });

    it('is INTERRUPTED when the signal fires between chunks', async () => {
      const abort = new AbortController();
      const read = harness.source.readFrom(large.descriptor, 0, { signal: abort.signal });
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
      await harness.stall(large.descriptor);
      const abort = new AbortController();
      const work = failure(join(harness.source.read(large.descriptor, { signal: abort.signal })));
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

/** Tests a sink. `create` makes an empty one. */
export function testBlobSink(name: string, create: () => SinkHarness | Promise<SinkHarness>): void {
  describe(`${name} as a blob sink`, () => {
    const small = layer(randomBytes('small', SMALL));
    const large = layer(randomBytes('large', LARGE));
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
      ['an empty', EMPTY],
      ['a small', small],
      ['a large', large],
    ])('stores %s blob and then has it', async (_, { descriptor, bytes }) => {
      expect(await harness.sink.has(descriptor)).toBe(false);
      await harness.sink.write(descriptor, chunksOf(bytes));
      expect(await harness.sink.has(descriptor)).toBe(true);
      expect((await harness.stored(descriptor))?.length).toBe(bytes.byteLength);
      expect(digestOf((await harness.stored(descriptor)) ?? '')).toBe(descriptor.digest);
    });

    it('writes a blob again without complaint', async () => {
      await harness.sink.write(small.descriptor, chunksOf(small.bytes));
      await harness.sink.write(small.descriptor, chunksOf(small.bytes));
      expect(await harness.sink.has(small.descriptor)).toBe(true);
    });

    it('takes the same blob from several writers at once', async () => {
      const writers = [1, 2, 3, 4].map(() => harness.sink.write(large.descriptor, chunksOf(large.bytes)));
      await Promise.all(writers);
      expect(digestOf((await harness.stored(large.descriptor)) ?? '')).toBe(large.descriptor.digest);
    });

    it('does not have a blob under another size', async () => {
      await harness.sink.write(small.descriptor, chunksOf(small.bytes));
      expect(await harness.sink.has({ ...small.descriptor, size: SMALL + 1 })).toBe(false);
    });

    const flipped = Buffer.from(large.bytes);
    flipped[LARGE - 1] = (flipped[LARGE - 1] ?? 0) ^ 1;
    it.each([
      ['too few', large.bytes.subarray(0, LARGE - 1)],
      ['too many', Buffer.concat([large.bytes, Buffer.of(0)])],
      ['no', Buffer.alloc(0)],
      ['other', flipped],
    ])('refuses %s bytes, leaves nothing, and takes the right ones afterwards', async (_, bytes) => {
      expect((await failure(harness.sink.write(large.descriptor, chunksOf(bytes)))).exitCode).toBe(4);
      await expectNothing(large.descriptor);
      await harness.sink.write(large.descriptor, chunksOf(large.bytes));
      expect(await harness.sink.has(large.descriptor)).toBe(true);
    });

    it('fails as its content fails, and leaves nothing', async () => {
      const error = await failure(harness.sink.write(large.descriptor, broken(large.bytes)));
      expect(error.code).toBe('UNREACHABLE');
      await expectNothing(large.descriptor);
    });

    it('is INTERRUPTED soon when the signal fires, and leaves nothing', async () => {
      const abort = new AbortController();
      const content = stalled(large.bytes, abort.signal);
      const work = failure(harness.sink.write(large.descriptor, content, { signal: abort.signal }));
      await sleep(100);
      const start = performance.now();
      abort.abort();
      expect((await work).code).toBe('INTERRUPTED');
      expect(performance.now() - start).toBeLessThan(SETTLE_MS);
      await expectNothing(large.descriptor);
    });

    it('stores nothing when the signal has fired already', async () => {
      const signal = AbortSignal.abort();
      const work = harness.sink.write(small.descriptor, chunksOf(small.bytes), { signal });
      expect((await failure(work)).code).toBe('INTERRUPTED');
      await expectNothing(small.descriptor);
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
