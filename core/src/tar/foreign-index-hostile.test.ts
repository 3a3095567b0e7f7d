import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { HOSTILE_TAR_ENTRIES } from '../testing/images/hostile-tar-entries.ts';
import { rawGnuLong, rawPax, rawTar, rawTarEntry } from '../testing/images/raw-tar.ts';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { indexTar } from './foreign-index.ts';

const scratch = await useScratchFolder();

describe('indexTar on hostile archives', () => {
  it.each(HOSTILE_TAR_ENTRIES)('refuses %s', async (_, parts) => {
    const path = await scratch.save(rawTar(...parts));
    await expect(indexTar(path)).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it.each<[string, Uint8Array]>([
    ['an empty file', Buffer.alloc(0)],
    ['text', Buffer.from('hello\n'.repeat(200))],
    ['two archives in a row', Buffer.concat([rawTar({ name: 'a' }), rawTar({ name: 'b' })])],
    ['bytes after the end', Buffer.concat([rawTar({ name: 'a' }), Buffer.from('PK')])],
    ['no end mark', rawTarEntry({ name: 'a', content: 'x' })],
    ['half an end mark', rawTar({ name: 'a' }).subarray(0, 1024)],
    ['half a header', rawTar({ name: 'a' }).subarray(0, 300)],
  ])('refuses %s', async (_, bytes) => {
    await expect(indexTar(await scratch.save(bytes))).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it.each<[string, Uint8Array]>([
    ['gzip', gzipSync(rawTar({ name: 'a' }))],
    ['gzip of several members', Buffer.concat([gzipSync('a'), gzipSync('b')])],
    ['zstd', Buffer.from('28b52ffd0400', 'hex')],
    ['bzip2', Buffer.from('BZh91AY')],
    ['xz', Buffer.from('fd377a585a000000', 'hex')],
    ['zip', Buffer.from('PK\u0003\u0004')],
  ])('says how to decompress %s', async (_, bytes) => {
    await expect(indexTar(await scratch.save(bytes))).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('Decompress it first') as string,
    });
  });

  it.each<[string, Uint8Array]>([
    [
      'a PAX header too large',
      rawTar(rawPax({ comment: 'c'.repeat(LIMITS.tarMetadataBytes) }), { name: 'a' }),
    ],
    ['a GNU long name too large', rawTar(rawGnuLong('n'.repeat(LIMITS.tarMetadataBytes)), { name: 'a' })],
  ])('stops at a limit for %s', async (_, bytes) => {
    await expect(indexTar(await scratch.save(bytes))).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});
