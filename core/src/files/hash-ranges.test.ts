import { open } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../content/index.ts';
import { errorCodeOf } from '../testing/error-code.ts';
import { randomBytes } from '../testing/index.ts';
import { createScratchFolder, type ScratchFolder } from '../testing/files/scratch-folder.ts';
import { hashRanges, type HashRange } from './hash-ranges.ts';

const MEBIBYTE = 1_048_576;

let scratch: ScratchFolder;
let path: string;
const bytes = randomBytes('file', 41 * MEBIBYTE + 13);
beforeAll(async () => {
  scratch = await createScratchFolder();
  path = await scratch.save(bytes);
});
afterAll(() => scratch.remove());

function rangeOf(offset: number, size: number, algorithm: 'sha256' | 'sha512' = 'sha256'): HashRange {
  return { offset, size, digest: digestOf(bytes.subarray(offset, offset + size), algorithm) };
}

const little = [rangeOf(0, 0), rangeOf(0, 1), rangeOf(511, 513, 'sha512'), rangeOf(MEBIBYTE, 2 * MEBIBYTE)];
/** More than one thread is worth starting for. */
const much = [
  rangeOf(20 * MEBIBYTE, 21 * MEBIBYTE + 13),
  rangeOf(0, 12 * MEBIBYTE, 'sha512'),
  rangeOf(5, 7 * MEBIBYTE),
  ...little,
];

describe.each([
  ['here', little],
  ['in threads', much],
])('ranges of a file hashed %s', (_, ranges) => {
  it('have their digests, in the order given', async () => {
    expect(await hashRanges(path, ranges)).toEqual(ranges.map(({ digest }) => digest));
  });

  it('tell how many bytes were hashed', async () => {
    let told = 0;
    await hashRanges(path, ranges, {
      onBytes: (count) => {
        told += count;
      },
    });
    expect(told).toBe(ranges.reduce((sum, { size }) => sum + size, 0));
  });

  it('have the digest of what is there where the file ends before they do', async () => {
    const beyond = { ...rangeOf(bytes.length - 5, 5), size: 50 * MEBIBYTE };
    const after = { ...rangeOf(0, 0), offset: bytes.length + 5, size: 3 };
    const digests = await hashRanges(path, [...ranges, beyond, after]);
    expect(digests.slice(-2)).toEqual([beyond.digest, after.digest]);
  });

  it('are not hashed after an abort', async () => {
    const work = hashRanges(path, ranges, { signal: AbortSignal.abort() });
    expect(await errorCodeOf(work)).toBe('INTERRUPTED');
  });

  it('are an error of the file system where there is no file', async () => {
    expect(await errorCodeOf(hashRanges(`${path}.none`, ranges))).toBe('FILE_SYSTEM');
  });
});

describe('hashing in threads', () => {
  it('ends at once when aborted', async () => {
    const sparse = scratch.fresh('.tar');
    const file = await open(sparse, 'w');
    await file.truncate(1_000_000 * MEBIBYTE);
    await file.close();
    const abort = new AbortController();
    const range = { ...rangeOf(0, 0), size: 500_000 * MEBIBYTE };
    const work = errorCodeOf(
      hashRanges(sparse, [range, { ...range, offset: range.size }], {
        signal: abort.signal,
        onBytes: () => {
          abort.abort();
        },
      }),
    );
    const start = performance.now();
    expect(await work).toBe('INTERRUPTED');
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('of nothing is done at once', async () => {
    expect(await hashRanges(path, [])).toEqual([]);
  });
});
