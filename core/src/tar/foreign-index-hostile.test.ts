import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { rawGnuLong, rawPax, rawTar, rawTarEntry } from '../testing/raw-tar.ts';
import { createScratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { indexTar } from './foreign-index.ts';

let scratch: ScratchFolder;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());

const base256 = (...bytes: number[]): Uint8Array =>
  Uint8Array.from([...Array<number>(12 - bytes.length).fill(0), ...bytes]).map((byte, at) =>
    at === 0 ? 0x80 : byte,
  );
describe('indexTar on hostile archives', () => {
  const file = (name: string | Uint8Array): Buffer => rawTar({ name, content: 'x' });
  const paxFile = (records: Record<string, string>): Buffer =>
    rawTar(rawPax(records), { name: 'a', content: 'x' });
  const link = (linkName: string, type = '2'): Buffer =>
    rawTar({ name: 'd/a' }, { name: 'd/b', type, linkName });
  it.each<[string, Uint8Array]>([
    ['an empty file', Buffer.alloc(0)],
    ['text', Buffer.from('hello\n'.repeat(200))],
    ['a name twice, of different sizes', rawTar({ name: 'a' }, { name: 'a', content: 'x' })],
    ['a name twice, of different bytes', rawTar({ name: 'a', content: 'y' }, { name: 'a', content: 'x' })],
    ['a name twice, once with ./', rawTar({ name: 'a' }, { name: './a', content: 'x' })],
    ['names that differ only in case', rawTar({ name: 'index.json' }, { name: 'INDEX.json' })],
    ['names that differ only in Unicode form', rawTar({ name: 'é' }, { name: 'é' })],
    [
      'a name twice, once as a link',
      rawTar({ name: 'a' }, { name: 'b' }, { name: 'a', type: '2', linkName: 'b' }),
    ],
    [
      'two links of one name',
      rawTar(
        { name: 'a' },
        { name: 'b' },
        { name: 'c', type: '2', linkName: 'a' },
        { name: 'c', type: '2', linkName: 'b' },
      ),
    ],
    ['an empty name', file('')],
    ['an absolute name', file('/a')],
    ['a doubly absolute name', file('//a')],
    ['an empty component', file('a//b')],
    ['a dot inside', file('a/./b')],
    ['a dot alone', file('.')],
    ['a parent in front', file('../a')],
    ['a parent inside', file('a/../b')],
    ['a parent after a dot', file('./../a')],
    ['a parent as a directory', rawTar({ name: '../a/', type: '5' })],
    ['a drive letter', file('C:/a')],
    ['a relative drive letter', file('C:../a')],
    ['a backslash', file('a\\b')],
    ['a newline', file('a\nb')],
    ['an escape sequence', file('\u001b[2Ja')],
    ['a C1 control', file('a\u009b2J')],
    ['a direction override', file('a\u202egnp.exe')],
    ['a name that is not UTF-8', file(Uint8Array.of(0x61, 0xff, 0xfe))],
    ['a PAX path that leads outside', paxFile({ path: '../a' })],
    ['a PAX path with NUL', paxFile({ path: 'a\0b' })],
    ['an empty PAX path', paxFile({ path: '' })],
    ['a path in a global header', rawTar(rawPax({ path: 'b' }, 'g'), { name: 'a' })],
    ['a size in a global header', rawTar(rawPax({ size: '0' }, 'g'), { name: 'a' })],
    ['a PAX size that contradicts the header', paxFile({ size: '0' })],
    ['a PAX size beyond the end', rawTar(rawPax({ size: '9007199254740991' }), { name: 'a' })],
    ['a PAX size over 2^53', rawTar(rawPax({ size: '9007199254740993' }), { name: 'a' })],
    ['a negative PAX size', rawTar(rawPax({ size: '-1' }), { name: 'a' })],
    ['a PAX size in hexadecimal', rawTar(rawPax({ size: '0x1' }), { name: 'a', content: 'x' })],
    [
      'a PAX record of another length',
      rawTar(rawTarEntry({ name: 'p', type: 'x', content: '99 path=b\n' }), { name: 'a' }),
    ],
    [
      'a PAX record of no length',
      rawTar(rawTarEntry({ name: 'p', type: 'x', content: '0 path=b\n' }), { name: 'a' }),
    ],
    [
      'a PAX record without a key',
      rawTar(rawTarEntry({ name: 'p', type: 'x', content: '5 =b\n' }), { name: 'a' }),
    ],
    [
      'a PAX record that stands twice',
      rawTar(rawTarEntry({ name: 'p', type: 'x', content: '10 path=b\n10 path=c\n' }), { name: 'a' }),
    ],
    ['two PAX headers', rawTar(rawPax({ path: 'b' }), rawPax({ path: 'c' }), { name: 'a' })],
    ['two GNU long names', rawTar(rawGnuLong('b'), rawGnuLong('c'), { name: 'a' })],
    ['a GNU long name with NUL inside', rawTar(rawGnuLong('b\0c'), { name: 'a' })],
    ['a GNU and another PAX name', rawTar(rawGnuLong('b'), rawPax({ path: 'c' }), { name: 'a' })],
    ['a PAX header without its entry', rawTar(rawPax({ path: 'b' }))],
    ['a PAX sparse file', paxFile({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0' })],
    ['a GNU sparse file', rawTar({ name: 'a', type: 'S' })],
    ['a character device', rawTar({ name: 'a', type: '3' })],
    ['a block device', rawTar({ name: 'a', type: '4' })],
    ['a named pipe', rawTar({ name: 'a', type: '6' })],
    ['a contiguous file', rawTar({ name: 'a', type: '7' })],
    ['a volume label', rawTar({ name: 'a', type: 'V' })],
    ['a piece of another volume', rawTar({ name: 'a', type: 'M' })],
    ['an unknown type', rawTar({ name: 'a', type: 'é' })],
    ['a directory with content', rawTar({ name: 'a', type: '5', content: 'x' })],
    ['a link with content', rawTar({ name: 'a', type: '2', linkName: 'b', content: 'x' })],
    ['a file whose name is a directory', rawTar({ name: 'a/', content: 'x' })],
    ['a link out of the archive', link('../../a')],
    ['a link that leaves and comes back', link('../../d/a')],
    ['an absolute link', link('/d/a')],
    ['a link to nothing', link('c')],
    ['a link to itself', link('b')],
    ['a link to a directory', link('../d')],
    ['a link with a backslash', link('..\\a')],
    ['a hard link out of the archive', link('../a', '1')],
    ['an absolute hard link', link('/etc/passwd', '1')],
    [
      'a link to a link',
      rawTar({ name: 'a' }, { name: 'b', type: '2', linkName: 'a' }, { name: 'c', type: '2', linkName: 'b' }),
    ],
    ['a wrong checksum', rawTar({ name: 'a', checksum: '000000\0 ' })],
    ['a checksum of signed bytes', rawTar({ name: 'é', checksum: '007217\0 ' })],
    ['an octal size with junk', rawTar({ name: 'a', sizeField: '0000000000z\0' })],
    ['an octal size with a sign', rawTar({ name: 'a', sizeField: '-0000000001\0' })],
    ['a negative base-256 size', rawTar({ name: 'a', sizeField: new Uint8Array(12).fill(0xff) })],
    [
      'a huge base-256 size',
      rawTar({ name: 'a', sizeField: base256(0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff) }),
    ],
    ['a base-256 size of 2^63', rawTar({ name: 'a', sizeField: base256(0x80, 0, 0, 0, 0, 0, 0, 0) })],
    ['a size beyond the end', rawTar({ name: 'a', sizeField: '77777777777\0' })],
    ['an unknown magic', rawTar({ name: 'a', magic: 'tarst\x0000' })],
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
