import fc from 'fast-check';
import { expect, it } from 'vitest';
import { collect } from '../../content/index.ts';
import { LIMITS } from '../../limits.ts';
import { ChunkCutter } from '../push/chunk-cutter.ts';
import { ReceiveBuffer } from './receive-buffer.ts';

const chunks = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });

async function* stream(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
}

it('hands out the bytes that were pushed, flushed at any time and of any announced length', () => {
  fc.assert(
    fc.property(chunks, fc.func(fc.boolean()), fc.option(fc.nat(5000)), (parts, flushes, expected) => {
      const buffer = new ReceiveBuffer(expected ?? undefined);
      const got: Uint8Array[] = [];
      for (const [index, part] of parts.entries()) {
        buffer.push(part);
        if (flushes(index)) buffer.flush();
        for (let block = buffer.take(); block !== undefined; block = buffer.take()) got.push(block);
      }
      buffer.flush();
      for (let block = buffer.take(); block !== undefined; block = buffer.take()) got.push(block);
      expect(Buffer.compare(Buffer.concat(got), Buffer.concat(parts))).toBe(0);
    }),
  );
});

it('makes blocks of a megabyte', () => {
  const buffer = new ReceiveBuffer(3 * LIMITS.chunkBytes);
  for (let at = 0; at < 3 * LIMITS.chunkBytes; at += 65_536) buffer.push(Buffer.alloc(65_536));
  expect([buffer.take(), buffer.take(), buffer.take(), buffer.take()].map((b) => b?.byteLength)).toEqual([
    LIMITS.chunkBytes,
    LIMITS.chunkBytes,
    LIMITS.chunkBytes,
    undefined,
  ]);
});

it('cuts a stream into parts of any length without losing a byte', async () => {
  await fc.assert(
    fc.asyncProperty(
      chunks,
      fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 30 }),
      async (parts, sizes) => {
        const whole = Buffer.concat(parts);
        const cutter = new ChunkCutter(stream(parts));
        let at = 0;
        for (const size of sizes) {
          const part = await collect(cutter.take(size), size, 'part');
          expect(Buffer.compare(part, whole.subarray(at, at + size))).toBe(0);
          at += part.byteLength;
        }
        await cutter.finish();
        await cutter.close();
      },
    ),
    { numRuns: 50 },
  );
});
