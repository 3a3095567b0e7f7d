import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { BLOCK_BYTES, fileHeader, headerBytes, paddingFor, TRAILER_BYTES } from './header.ts';
import { placeEntries } from './placement.ts';

const scratch = await useScratchFolder();

const SHA256 = `blobs/sha256/${'a'.repeat(64)}`;
const SHA512 = `blobs/sha512/${'b'.repeat(128)}`;
const GIBIBYTE = 2 ** 30;

interface Entry {
  readonly name: string;
  readonly content: Uint8Array;
}

function archive(entries: readonly Entry[]): Buffer {
  return Buffer.concat([
    ...entries.flatMap(({ name, content }) => [
      fileHeader(name, content.byteLength),
      content,
      Buffer.alloc(paddingFor(content.byteLength)),
    ]),
    Buffer.alloc(TRAILER_BYTES),
  ]);
}

/** What tar-stream makes of an archive. */
async function extracted(tar: Uint8Array): Promise<object[]> {
  const entries: object[] = [];
  const stream = Readable.from([tar]).pipe(extract());
  for await (const entry of stream) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const { name, size, mode, uid, gid, type, mtime } = entry.header;
    entries.push({
      name,
      size,
      mode,
      uid,
      gid,
      type,
      mtime: mtime.getTime(),
      content: Buffer.concat(chunks),
    });
  }
  return entries;
}

const fixed = { mode: 0o644, uid: 0, gid: 0, type: 'file', mtime: 0 };

describe('a header', () => {
  it.each([
    [SHA256, 0, BLOCK_BYTES],
    [SHA256, 8 * GIBIBYTE - 1, BLOCK_BYTES],
    [SHA256, 8 * GIBIBYTE, 3 * BLOCK_BYTES],
    [SHA512, 5, 3 * BLOCK_BYTES],
    [SHA512, 2 ** 52, 3 * BLOCK_BYTES],
    ['n'.repeat(100), 1, BLOCK_BYTES],
    ['n'.repeat(101), 1, 3 * BLOCK_BYTES],
  ])('of %s with %i bytes takes %i', (name, size, bytes) => {
    expect(fileHeader(name, size).byteLength).toBe(bytes);
    expect(headerBytes(name, size)).toBe(bytes);
  });

  it('has PAX records whose length counts itself', () => {
    const text = Buffer.from(fileHeader(SHA512, 8 * GIBIBYTE)).toString(
      'latin1',
      BLOCK_BYTES,
      2 * BLOCK_BYTES,
    );
    const records = text.slice(0, text.indexOf('\0')).split('\n').slice(0, -1);
    expect(records.map((record) => record.replace(/^\d+ /, ''))).toEqual([
      `path=${SHA512}`,
      `size=${8 * GIBIBYTE}`,
    ]);
    for (const record of records) expect(Number.parseInt(record)).toBe(record.length + 1);
  });

  it('is read by tar-stream, names over 100 bytes included', async () => {
    const entries = [SHA256, SHA512, 'oci-layout'].map((name) => ({ name, content: Buffer.from(name) }));
    expect(await extracted(archive(entries))).toEqual(
      entries.map(({ name, content }) => ({ name, size: name.length, content, ...fixed })),
    );
  });

  it('of 8 GiB and more is read by tar-stream', async () => {
    const stream = Readable.from([fileHeader(SHA256, 9 * GIBIBYTE)]).pipe(extract());
    const size = await new Promise((resolve, reject) => {
      stream.on('entry', (header) => {
        resolve(header.size);
        stream.destroy();
      });
      stream.on('error', reject);
    });
    expect(size).toBe(9 * GIBIBYTE);
  });

  it('is read by the system tar, all of it', async () => {
    const path = await scratch.save(
      archive([SHA256, SHA512, 'index.json'].map((name) => ({ name, content: Buffer.from('12345') }))),
    );
    const { stdout, stderr } = await promisify(execFile)('tar', ['--utc', '-tvf', path], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual(
      [SHA256, SHA512, 'index.json'].map((name) => `-rw-r--r-- 0/0               5 1970-01-01 00:00 ${name}`),
    );
  });

  it('of a file over 8 GiB is read by the system tar', async () => {
    const path = await scratch.save(fileHeader(SHA512, 9 * GIBIBYTE));
    const { stdout } = await promisify(execFile)('tar', ['-tvf', path]).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).toContain(` ${9 * GIBIBYTE} `);
  });

  it('says what was put in, whatever the names and contents', async () => {
    const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,160}[A-Za-z0-9]$/);
    const entry = fc.record({ name, content: fc.uint8Array({ maxLength: 1500 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 6 }), async (entries) => {
        expect(await extracted(archive(entries))).toEqual(
          entries.map(({ name: each, content }) => ({
            name: each,
            size: content.byteLength,
            content: Buffer.from(content),
            ...fixed,
          })),
        );
      }),
      { numRuns: 100 },
    );
  });
});

describe('a placement', () => {
  it('is where everything lies in the archive', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            name: fc.constantFrom(SHA256, SHA512, 'x'),
            content: fc.uint8Array({ maxLength: 1500 }),
          }),
          { maxLength: 8 },
        ),
        (entries) => {
          const tar = archive(entries);
          const { entries: placed, size } = placeEntries(
            entries.map(({ name, content }) => ({ name, size: content.byteLength })),
          );
          expect(size).toBe(tar.byteLength);
          for (const [position, { content }] of entries.entries()) {
            const { contentOffset = 0, headerOffset = 0, end = 0 } = placed[position] ?? {};
            expect(tar.subarray(contentOffset, contentOffset + content.byteLength).equals(content)).toBe(
              true,
            );
            expect(headerOffset % BLOCK_BYTES).toBe(0);
            expect(placed[position + 1]?.headerOffset ?? end).toBe(end);
          }
        },
      ),
    );
  });

  it('of nothing is the end of the archive alone', () => {
    expect(placeEntries([])).toEqual({ entries: [], size: TRAILER_BYTES });
  });
});
