import { createHash, randomBytes } from 'node:crypto';
import { open, readFile, writeFile, type FileHandle } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { errorCodeOf } from '../testing/error-code.ts';
import { createScratchFolder, type ScratchFolder } from '../testing/files/scratch-folder.ts';
import { BlockPool } from './block-pool.ts';
import { HashingWriter } from './hashing-writer.ts';

const CHUNK = LIMITS.chunkBytes;

let scratch: ScratchFolder;
let path: string;
let file: FileHandle;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
beforeEach(async () => {
  path = scratch.fresh('.bin');
  await writeFile(path, '');
  file = await open(path, 'r+');
});
afterEach(() => file.close());
afterAll(() => scratch.remove());

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** What a source does that is asked to use the writer's memory. */
function inItsMemory(writer: HashingWriter, bytes: Uint8Array): Uint8Array {
  const block = writer.allocate?.(bytes.byteLength) ?? new Uint8Array(bytes.byteLength);
  block.set(bytes);
  return block;
}

describe.each([
  ['in the same thread', 1],
  ['in a thread of its own', 1_000_000_000],
])('a hashing writer %s', (_, bytes) => {
  it('puts each of several streams into its place, and tells its digest', async () => {
    const one = randomBytes(5 * CHUNK + 11);
    const other = randomBytes(3 * CHUNK);
    const writer = HashingWriter.open(file, { path, bytes });
    const first = writer.begin({ algorithm: 'sha256', offset: 100, ready: 0 });
    const second = writer.begin({ algorithm: 'sha512', offset: 100 + one.byteLength, ready: 0 });
    for (let at = 0; at < one.byteLength; at += CHUNK) {
      await first.write(inItsMemory(writer, one.subarray(at, at + CHUNK)));
      await second.write(other.subarray(at, at + CHUNK));
    }
    expect(await first.end()).toBe(sha256(one));
    expect(await second.end()).toBe(`sha512:${createHash('sha512').update(other).digest('hex')}`);
    expect([first.written, second.written]).toEqual([one.byteLength, other.byteLength]);
    await writer.close();
    const whole = Buffer.concat([Buffer.alloc(100), one, other]);
    expect(whole.equals(await readFile(path))).toBe(true);
  });

  it('takes bytes of any length that lie in memory of others, and leaves these alone', async () => {
    const content = randomBytes(4 * CHUNK + 3);
    const writer = HashingWriter.open(file, { path, bytes });
    const stream = writer.begin({ algorithm: 'sha256', offset: 0, ready: 0 });
    const parts = [content.subarray(0, 1), content.subarray(1, 3 * CHUNK), content.subarray(3 * CHUNK)];
    for (const part of parts) await stream.write(part);
    expect(await stream.end()).toBe(sha256(content));
    await writer.close();
    expect(content.equals(await readFile(path))).toBe(true);
  });

  it('hashes what was in place before, as it is in the file', async () => {
    const content = randomBytes(2 * CHUNK + 5);
    await file.write(content, 0, CHUNK + 7, 50);
    const writer = HashingWriter.open(file, { path, bytes });
    const stream = writer.begin({ algorithm: 'sha256', offset: 50, ready: CHUNK + 7 });
    await stream.write(content.subarray(CHUNK + 7));
    expect(await stream.end()).toBe(sha256(content));
    expect(stream.written).toBe(content.byteLength);
    await writer.close();
  });

  it('says what the system said, counts nothing that is not there, and goes on with other streams', async () => {
    const readOnly = await open(path, 'r');
    const writer = HashingWriter.open(readOnly, { path, bytes });
    const stream = writer.begin({ algorithm: 'sha256', offset: 0, ready: 0 });
    await stream.write(randomBytes(10)).catch(() => undefined);
    await stream.settle();
    expect(stream.written).toBe(0);
    expect(await errorCodeOf(stream.end())).toBe('FILE_SYSTEM');
    const empty = writer.begin({ algorithm: 'sha256', offset: 0, ready: 0 });
    expect(await empty.end()).toBe(sha256(new Uint8Array(0)));
    await writer.close();
    await readOnly.close();
  });
});

it('fails what is under way when it is closed, and touches the file no more', async () => {
  const writer = HashingWriter.open(file, { path, bytes: 1_000_000_000 });
  const stream = writer.begin({ algorithm: 'sha256', offset: 0, ready: 0 });
  await stream.write(randomBytes(CHUNK));
  const end = errorCodeOf(stream.end());
  await writer.close();
  const { size } = await file.stat();
  expect(['FILE_SYSTEM', 'no error']).toContain(await end);
  expect(await errorCodeOf(writer.begin({ algorithm: 'sha256', offset: 0, ready: 0 }).end())).toBe(
    'FILE_SYSTEM',
  );
  expect((await file.stat()).size).toBe(size);
});

describe('a block pool', () => {
  it('gives a block out again only once it was given back', () => {
    const pool = new BlockPool();
    const [one, other] = [pool.take(CHUNK), pool.take(5)];
    expect(one.buffer).not.toBe(other.buffer);
    expect([one.byteLength, other.byteLength]).toEqual([CHUNK, 5]);
    pool.give(other);
    expect(pool.take(CHUNK).buffer).toBe(other.buffer);
    expect(pool.take(CHUNK).buffer).not.toBe(one.buffer);
  });

  it('knows its own blocks', () => {
    const pool = new BlockPool();
    expect(pool.holds(pool.take(1))).toBe(true);
    expect(pool.holds(new BlockPool().take(1))).toBe(false);
    expect(pool.holds(new Uint8Array(1))).toBe(false);
  });
});
