import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LIMITS } from '../../../limits.ts';
import { linesOf } from './buildx-run.ts';

async function lines(chunks: readonly Uint8Array[]): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const line of linesOf(Readable.from(chunks))) found.push(line);
  return found;
}

it('lines are put together from chunks that are cut anywhere', async () => {
  const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 5 }), async (parts, size) => {
      const expected = parts.map((text) => `-${text.replace(/[\n\uFEFF]/g, '.')}`);
      const bytes = Buffer.from(expected.join('\n'));
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      expect(await lines(chunks)).toEqual(expected);
    }),
  );
});

it('the rest of a line without end is dropped', async () => {
  const chunk = Buffer.alloc(LIMITS.buildLineBytes / 2, 'x');
  const [line, next] = await lines([chunk, chunk, chunk, Buffer.from('\nnext')]);
  expect(line?.length).toBeLessThanOrEqual(LIMITS.buildLineBytes + chunk.length);
  expect(next).toBe('next');
});
