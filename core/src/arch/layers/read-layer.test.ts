import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { assert, asyncProperty, nat, uint8Array } from 'fast-check';
import { describe as suite, expect, it } from 'vitest';
import { describe, verified, type BlobSource } from '../../content/index.ts';
import { MEDIA_TYPES } from '../../model/index.ts';
import { elfFor } from '../../testing/images/arch-binaries.ts';
import { errorCodeOf } from '../../testing/error-code.ts';
import { MemoryStore, randomBytes } from '../../testing/index.ts';
import { rawPax, rawTar } from '../../testing/images/raw-tar.ts';
import type { LayerListing } from './layer-listing.ts';
import { readLayer } from './read-layer.ts';

async function read(bytes: Uint8Array, signal?: AbortSignal): Promise<LayerListing> {
  const store = new MemoryStore();
  const blob = describe(MEDIA_TYPES.ociLayerGzip, bytes);
  await store.write(blob, one(bytes));
  return readLayer(blob, store, { signal });
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

function zstd(bytes: Uint8Array, ...flags: readonly string[]): Buffer {
  const { stdout, status } = spawnSync('zstd', ['-q', '-c', ...flags], { input: bytes, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error('zstd failed');
  return stdout;
}

/** As many blocks of 128 KiB, four bytes each. */
function zstdOfZeros(blocks: number): Buffer {
  const block = Buffer.alloc(4);
  block.writeUIntLE((131_072 << 3) | 2, 0, 3);
  const all = Array.from({ length: blocks }, () => block);
  return Buffer.concat([Buffer.from('28b52ffd0058', 'hex'), ...all, Buffer.from('010000', 'hex')]);
}

const hasZstd = spawnSync('zstd', ['--version']).status === 0;

const tar = rawTar(
  { name: 'usr/', type: '5' },
  { name: 'usr/bin/app', content: elfFor('arm64') },
  { name: 'bin', type: '2', linkName: 'usr/bin' },
  { name: 'usr/bin/same', type: '1', linkName: './usr/bin/app' },
  { name: 'dev/null', type: '3' },
  { name: 'etc/apk/arch', content: 'aarch64\n' },
  { name: 'gone/.wh.file' },
  { name: '.wh.top' },
  { name: 'empty/.wh..wh..opq' },
  { name: '.wh..wh.plnk' },
  rawPax({ path: `long/${'n'.repeat(200)}` }),
  { name: 'short', content: 'x' },
);

suite('readLayer', () => {
  it('keeps what headers and marks say', async () => {
    const { entries, whiteouts, opaque } = await read(tar);
    expect(entries.map(([path, { kind }]) => `${kind} ${path}`)).toEqual([
      'directory usr',
      'file usr/bin/app',
      'symlink bin',
      'hardlink usr/bin/same',
      'file dev/null',
      'file etc/apk/arch',
      `file long/${'n'.repeat(200)}`,
    ]);
    expect(entries[1]?.[1]).toMatchObject({ facts: { binary: { format: 'elf', machine: 183 } } });
    expect(entries[3]?.[1]).toMatchObject({ target: 'usr/bin/app' });
    expect(entries[5]?.[1]).toMatchObject({ facts: { text: 'aarch64\n' } });
    expect({ whiteouts, opaque }).toEqual({ whiteouts: ['gone/file', 'top'], opaque: ['empty'] });
  });

  it.each([
    ['gzip', gzipSync(tar)],
    ['gzip in several members', Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))])],
  ])('reads the same from %s', async (_, bytes) => {
    expect(await read(bytes)).toEqual(await read(tar));
  });

  it('reads zstd of raw blocks, whatever wrote it', async () => {
    const frame = (bytes: Buffer): Buffer => {
      const header = Buffer.alloc(3);
      header.writeUIntLE((bytes.byteLength << 3) | 1, 0, 3);
      return Buffer.concat([Buffer.from('28b52ffd0058', 'hex'), header, bytes]);
    };
    const skipped = Buffer.concat([Buffer.from('5a2a4d1803000000', 'hex'), Buffer.from('abc')]);
    const bytes = Buffer.concat([skipped, frame(tar.subarray(0, 999)), skipped, frame(tar.subarray(999))]);
    expect(await read(bytes)).toEqual(await read(tar));
  });

  it.skipIf(!hasZstd).each([
    ['one frame', (bytes: Buffer): Buffer => zstd(bytes)],
    ['a high level', (bytes: Buffer): Buffer => zstd(bytes, '-19')],
    [
      'several frames with checksums',
      (bytes: Buffer): Buffer =>
        Buffer.concat([zstd(bytes.subarray(0, 300_000)), zstd(bytes.subarray(300_000), '--check')]),
    ],
    ['a frame without a checksum', (bytes: Buffer): Buffer => zstd(bytes, '--no-check', '-1')],
  ])('reads the same from zstd in %s', async (_, compress) => {
    const large = rawTar(
      { name: 'bin/app', content: elfFor('s390x', { padding: 200_000, interpreter: '/lib/ld64.so.1' }) },
      { name: 'data', content: randomBytes('zstd', 900_000) },
      { name: 'zeros', content: Buffer.alloc(2_000_000) },
    );
    expect(await read(compress(large))).toEqual(await read(large));
  });

  it.each([
    ['no tar', Buffer.from('x'.repeat(1000))],
    ['a tar that is cut off', tar.subarray(0, 900)],
    ['gzip that is cut off', gzipSync(tar).subarray(0, 100)],
    ['gzip with bytes after its end', Buffer.concat([gzipSync(tar), randomBytes('junk', 300_000)])],
    ['zstd that is damaged', Buffer.from('28b52ffd0058ffffff0000', 'hex')],
    ['zstd that is cut off', Buffer.from('28b52ffd00', 'hex')],
    ['zstd with too large a window', Buffer.from('28b52ffd00a8010000', 'hex')],
  ])('refuses %s', async (_, bytes) => {
    expect(await errorCodeOf(read(bytes))).toBe('ARCHIVE_INVALID');
  });

  it.each([
    ['a layer that grows without end', zstdOfZeros(600)],
    ['a path without end', rawTar(rawPax({ path: 'a/'.repeat(9000) }), { name: 'x' })],
  ])('stops at %s', async (_, bytes) => {
    expect(await errorCodeOf(read(bytes))).toBe('LIMIT_EXCEEDED');
  });

  it('believes no bytes but those of the digest', async () => {
    const blob = describe(MEDIA_TYPES.ociLayerGzip, gzipSync(tar, { level: 1 }));
    const liar = sourceOf((wanted) => verified(wanted, one(gzipSync(tar))));
    expect(await errorCodeOf(readLayer({ ...blob, size: gzipSync(tar).byteLength }, liar))).toBe(
      'DIGEST_MISMATCH',
    );
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    stop.abort();
    expect(await errorCodeOf(read(gzipSync(tar), stop.signal))).toBe('INTERRUPTED');
  });

  it('takes any bytes without anything but its own failures', async () => {
    await assert(
      asyncProperty(uint8Array({ maxLength: 30 }), nat(4000), async (noise, at) => {
        const bytes = Buffer.from(tar);
        bytes.set(noise.subarray(0, Math.max(0, bytes.byteLength - at)), Math.min(at, bytes.byteLength - 30));
        for (const form of [bytes, gzipSync(bytes), Buffer.concat([Buffer.from('28b52ffd', 'hex'), noise])]) {
          await read(form).catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'ARCHIVE_INVALID' });
          });
        }
      }),
      { numRuns: 200 },
    );
  });
});

function sourceOf(read: BlobSource['read']): BlobSource {
  return { read, readFrom: (blob) => read(blob), lacks: () => Promise.resolve([]) };
}
