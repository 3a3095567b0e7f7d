import { open, type FileHandle } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../content/index.ts';
import { errorCodeOf } from '../testing/error-code.ts';
import { randomBytes } from '../testing/index.ts';
import { createScratchFolder, type ScratchFolder } from '../testing/files/scratch-folder.ts';
import { RangeHasher, type HashOptions, type HashRange } from './range-hasher.ts';

const MEBIBYTE = 1_048_576;

let scratch: ScratchFolder;
let path: string;
let file: FileHandle;
const bytes = randomBytes('file', 41 * MEBIBYTE + 13);
beforeAll(async () => {
  scratch = await createScratchFolder();
  path = await scratch.save(bytes);
  file = await open(path, 'r');
});
afterAll(async () => {
  await file.close();
  await scratch.remove();
});

function rangeOf(offset: number, size: number, algorithm: 'sha256' | 'sha512' = 'sha256'): HashRange {
  return { offset, size, digest: digestOf(bytes.subarray(offset, offset + size), algorithm) };
}

const ranges = [
  rangeOf(0, 0),
  rangeOf(20 * MEBIBYTE, 21 * MEBIBYTE + 13),
  rangeOf(0, 1),
  rangeOf(0, 12 * MEBIBYTE, 'sha512'),
  rangeOf(511, 513, 'sha512'),
  rangeOf(5, 7 * MEBIBYTE),
  ...Array.from({ length: 40 }, (_, at) => rangeOf(at, 3 * at)),
];

describe.each([
  ['here', 0],
  ['in threads as well', 1024 * MEBIBYTE],
])('ranges of a file hashed %s', (_, expected) => {
  const hash = async (wanted: readonly HashRange[], options: HashOptions = {}) => {
    const hasher = RangeHasher.open(file, { path, bytes: expected });
    try {
      return await hasher.hash(wanted, options);
    } finally {
      await hasher.close();
    }
  };

  it('have their digests, in the order given', async () => {
    expect(await hash(ranges)).toEqual(ranges.map(({ digest }) => digest));
  });

  it('have their digests where two of them are the same', async () => {
    const twice = [rangeOf(1, 7), rangeOf(1, 7)];
    expect(await hash(twice)).toEqual(twice.map(({ digest }) => digest));
  });

  it('tell how many bytes were hashed', async () => {
    let told = 0;
    await hash(ranges, { onBytes: (count) => (told += count) });
    expect(told).toBe(ranges.reduce((sum, { size }) => sum + size, 0));
  });

  it('have the digest of what is there where the file ends before they do', async () => {
    const beyond = { ...rangeOf(bytes.length - 5, 5), size: 50 * MEBIBYTE };
    const after = { ...rangeOf(0, 0), offset: bytes.length + 5, size: 3 };
    const digests = await hash([...ranges, beyond, after]);
    expect(digests.slice(-2)).toEqual([beyond.digest, after.digest]);
  });

  it('leave the event loop free meanwhile', async () => {
    let turns = 0;
    const turn = setInterval(() => turns++, 1);
    await hash(ranges);
    clearInterval(turn);
    expect(turns).toBeGreaterThan(5);
  });

  it('are not hashed after an abort', async () => {
    expect(await errorCodeOf(hash(ranges, { signal: AbortSignal.abort() }))).toBe('INTERRUPTED');
  });

  it('are an error of the file system where they cannot be read', async () => {
    const folder = await open(scratch.path, 'r');
    const hasher = RangeHasher.open(folder, { path: scratch.path, bytes: expected });
    expect(await errorCodeOf(hasher.hash(ranges))).toBe('FILE_SYSTEM');
    await hasher.close();
    await folder.close();
  });

  it('end at once when aborted', async () => {
    const sparse = await open(scratch.fresh('.tar'), 'w+');
    await sparse.truncate(1_000_000 * MEBIBYTE);
    const abort = new AbortController();
    const range = { ...rangeOf(0, 0), size: 500_000 * MEBIBYTE };
    const hasher = RangeHasher.open(sparse, { path, bytes: expected });
    const start = performance.now();
    const work = hasher.hash([range, { ...range, offset: range.size }], {
      signal: abort.signal,
      onBytes: () => {
        abort.abort();
      },
    });
    expect(await errorCodeOf(work)).toBe('INTERRUPTED');
    expect(performance.now() - start).toBeLessThan(5000);
    await hasher.close();
    await sparse.close();
  });

  it('of which there are none are done at once', async () => {
    expect(await hash([])).toEqual([]);
  });
});

it('a hasher that is not used can be closed', async () => {
  const hasher = RangeHasher.open(file, { path, bytes: 1024 * MEBIBYTE });
  await hasher.close();
  await hasher.close();
  expect(await file.read(new Uint8Array(1), 0, 1, 0)).toMatchObject({ bytesRead: 1 });
});
