import { open } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../content/index.ts';
import { errorCodeOf } from '../testing/error-code.ts';
import { randomBytes } from '../testing/index.ts';
import { createScratchFolder, type ScratchFolder } from '../testing/files/scratch-folder.ts';
import { readBytes, readRange } from './read-range.ts';

const MEBIBYTE = 1_048_576;
const bytes = randomBytes('file', 3 * MEBIBYTE + 13);

let scratch: ScratchFolder;
let path: string;
beforeAll(async () => {
  scratch = await createScratchFolder();
  path = await scratch.save(bytes);
});
afterAll(() => scratch.remove());

describe('a stretch of a file', () => {
  it.each([
    [0, 0],
    [0, 1],
    [5, MEBIBYTE],
    [MEBIBYTE - 1, MEBIBYTE + 2],
    [0, bytes.length],
    [bytes.length, 0],
  ])('from %i of %i bytes is what lies there', async (offset, size) => {
    await using file = await open(path);
    const stretch = await collect(readRange(file, { offset, size }), size, 'the stretch');
    expect(bytes.subarray(offset, offset + size).equals(stretch)).toBe(true);
    expect(bytes.subarray(offset, offset + size).equals(await readBytes(file, { offset, size }))).toBe(true);
  });

  it('that ends beyond the file is too short, and in memory simply shorter', async () => {
    await using file = await open(path);
    const range = { offset: bytes.length - 5, size: 6 };
    expect(await errorCodeOf(collect(readRange(file, range), 6, 'it'))).toBe('SIZE_MISMATCH');
    expect(await readBytes(file, range)).toHaveLength(5);
  });

  it('is not read on after an abort', async () => {
    await using file = await open(path);
    const abort = new AbortController();
    const chunks = readRange(file, { offset: 0, size: bytes.length }, { signal: abort.signal });
    await chunks.next();
    abort.abort();
    expect(await errorCodeOf(chunks.next())).toBe('INTERRUPTED');
  });

  it('that cannot be read is an error of the reader, however late it asks', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => {
      unhandled.push(error);
    };
    process.on('unhandledRejection', note);
    // Reading a directory fails with EISDIR: the first read is met, the one ahead of it must wait for its reader.
    const file = await open(path);
    const chunks = readRange(file, { offset: 0, size: bytes.length });
    await chunks.next();
    await file.close();
    await chunks.next().catch(() => undefined);
    await chunks.next().catch(() => undefined);
    await sleep(20);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});
