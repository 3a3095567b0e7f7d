import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryStore, createImage } from '../../testing/index.ts';
import { bundleBytes, inChunks, requestFor } from '../../testing/bundles/bundle-parts.ts';
import { rawLayer } from '../../testing/images/raw-layer.ts';
import { planBundle } from '../plan/plan.ts';
import { verifyBundle } from './verify.ts';

/** Every bit, and every length, is for `npm run test:torture`. */
const STEP = 41;

let bytes: Buffer;
beforeAll(async () => {
  const image = createImage({ platform: 'linux/amd64', layers: [rawLayer('layer', 700)] });
  const store = new MemoryStore().add(image, 'app:v1');
  bytes = await bundleBytes(await planBundle([requestFor('app:v1', store)]));
});

async function isOk(bundle: Uint8Array): Promise<boolean> {
  const { integrity } = await verifyBundle(inChunks(bundle));
  return integrity === 'ok';
}

describe('a small bundle', () => {
  it('is intact', async () => {
    expect(await isOk(bytes)).toBe(true);
  });

  it('is not intact after one flipped bit', async () => {
    const undetected: number[] = [];
    for (let at = 0; at < bytes.length; at += STEP) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      if (await isOk(flipped)) undetected.push(at);
    }
    expect(undetected).toEqual([]);
  });

  it('is not intact when cut short at any length', async () => {
    const undetected: number[] = [];
    for (let length = 0; length < bytes.length; length += STEP) {
      if (await isOk(bytes.subarray(0, length))) undetected.push(length);
    }
    for (let length = bytes.length - 1100; length < bytes.length; length += 7) {
      if (await isOk(bytes.subarray(0, length))) undetected.push(length);
    }
    expect(undetected).toEqual([]);
  });

  it.each([1, 2, 511, 512, 1023, 1024, 10_240])('is not intact with %i bytes appended', async (count) => {
    expect(await isOk(Buffer.concat([bytes, Buffer.alloc(count)]))).toBe(false);
    expect(await isOk(Buffer.concat([bytes, bytes.subarray(0, count)]))).toBe(false);
  });

  it('is not intact with any block left out, doubled or changed for its neighbour', async () => {
    const undetected: string[] = [];
    const block = (at: number): Buffer => bytes.subarray(at, at + 512);
    for (let at = 0; at < bytes.length; at += 512) {
      const [before, here, after, rest] = [
        bytes.subarray(0, at),
        block(at),
        block(at + 512),
        bytes.subarray(at + 1024),
      ];
      const variants = {
        'left out': [before, after, rest],
        doubled: [before, here, here, after, rest],
        swapped: [before, after, here, rest],
      };
      for (const [name, pieces] of Object.entries(variants)) {
        const variant = Buffer.concat(pieces);
        if (!variant.equals(bytes) && (await isOk(variant))) undetected.push(`block ${at} ${name}`);
      }
    }
    expect(undetected).toEqual([]);
  });
});
