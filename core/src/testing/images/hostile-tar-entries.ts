import { rawGnuLong, rawPax, rawTarEntry, type RawTarEntry } from './raw-tar.ts';

type Parts = readonly (RawTarEntry | Uint8Array)[];

const base256 = (...bytes: number[]): Uint8Array =>
  Uint8Array.from([...Array<number>(12 - bytes.length).fill(0), ...bytes]).map((byte, at) =>
    at === 0 ? 0x80 : byte,
  );

const file = (name: string | Uint8Array): Parts => [{ name, content: 'x' }];
const paxFile = (records: Record<string, string>): Parts => [rawPax(records), { name: 'a', content: 'x' }];
const link = (linkName: string, type = '2'): Parts => [{ name: 'd/a' }, { name: 'd/b', type, linkName }];

/** Some old tars sum bytes as signed numbers, which is 256 less for each byte over 127. */
function signedChecksum(): string {
  const unsigned = parseInt(rawTarEntry({ name: 'é' }).toString('latin1', 148, 154), 8);
  return `${(unsigned - 2 * 256).toString(8).padStart(6, '0')}\0 `;
}

/**
 * Entries that make any archive they stand in unfit to be read: what is wrong with them, and the entries. Made
 * here, never copied.
 */
export const HOSTILE_TAR_ENTRIES: readonly (readonly [what: string, parts: Parts])[] = [
  ['a name twice, of different sizes', [{ name: 'a' }, { name: 'a', content: 'x' }]],
  [
    'a name twice, of different bytes',
    [
      { name: 'a', content: 'y' },
      { name: 'a', content: 'x' },
    ],
  ],
  ['a name twice, once with ./', [{ name: 'a' }, { name: './a', content: 'x' }]],
  ['names that differ only in case', [{ name: 'index.json' }, { name: 'INDEX.json' }]],
  ['names that differ only in Unicode form', [{ name: '\u00e9' }, { name: 'e\u0301' }]],
  ['a name twice, once as a link', [{ name: 'a' }, { name: 'b' }, { name: 'a', type: '2', linkName: 'b' }]],
  [
    'two links of one name',
    [
      { name: 'a' },
      { name: 'b' },
      { name: 'c', type: '2', linkName: 'a' },
      { name: 'c', type: '2', linkName: 'b' },
    ],
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
  ['a parent as a directory', [{ name: '../a/', type: '5' }]],
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
  ['a path in a global header', [rawPax({ path: 'b' }, 'g'), { name: 'a' }]],
  ['a size in a global header', [rawPax({ size: '0' }, 'g'), { name: 'a' }]],
  ['a PAX size that contradicts the header', paxFile({ size: '0' })],
  ['a PAX size beyond the end', [rawPax({ size: '9007199254740991' }), { name: 'a' }]],
  ['a PAX size over 2^53', [rawPax({ size: '9007199254740993' }), { name: 'a' }]],
  ['a negative PAX size', [rawPax({ size: '-1' }), { name: 'a' }]],
  ['a PAX size in hexadecimal', [rawPax({ size: '0x1' }), { name: 'a', content: 'x' }]],
  [
    'a PAX record of another length',
    [rawTarEntry({ name: 'p', type: 'x', content: '99 path=b\n' }), { name: 'a' }],
  ],
  [
    'a PAX record of no length',
    [rawTarEntry({ name: 'p', type: 'x', content: '0 path=b\n' }), { name: 'a' }],
  ],
  ['a PAX record without a key', [rawTarEntry({ name: 'p', type: 'x', content: '5 =b\n' }), { name: 'a' }]],
  [
    'a PAX record that stands twice',
    [rawTarEntry({ name: 'p', type: 'x', content: '10 path=b\n10 path=c\n' }), { name: 'a' }],
  ],
  ['two PAX headers', [rawPax({ path: 'b' }), rawPax({ path: 'c' }), { name: 'a' }]],
  ['two GNU long names', [rawGnuLong('b'), rawGnuLong('c'), { name: 'a' }]],
  ['a GNU long name with NUL inside', [rawGnuLong('b\0c'), { name: 'a' }]],
  ['a GNU and another PAX name', [rawGnuLong('b'), rawPax({ path: 'c' }), { name: 'a' }]],
  ['a PAX header without its entry', [rawPax({ path: 'b' })]],
  ['a PAX sparse file', paxFile({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0' })],
  ['a GNU sparse file', [{ name: 'a', type: 'S' }]],
  ['a character device', [{ name: 'a', type: '3' }]],
  ['a block device', [{ name: 'a', type: '4' }]],
  ['a named pipe', [{ name: 'a', type: '6' }]],
  ['a contiguous file', [{ name: 'a', type: '7' }]],
  ['a volume label', [{ name: 'a', type: 'V' }]],
  ['a piece of another volume', [{ name: 'a', type: 'M' }]],
  ['an unknown type', [{ name: 'a', type: 'é' }]],
  ['a directory with content', [{ name: 'a', type: '5', content: 'x' }]],
  ['a link with content', [{ name: 'a', type: '2', linkName: 'b', content: 'x' }]],
  ['a file whose name is a directory', [{ name: 'a/', content: 'x' }]],
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
    [{ name: 'a' }, { name: 'b', type: '2', linkName: 'a' }, { name: 'c', type: '2', linkName: 'b' }],
  ],
  ['a wrong checksum', [{ name: 'a', checksum: '000000\0 ' }]],
  ['a checksum of signed bytes', [{ name: 'é', checksum: signedChecksum() }]],
  ['an octal size with junk', [{ name: 'a', sizeField: '0000000000z\0' }]],
  ['an octal size with a sign', [{ name: 'a', sizeField: '-0000000001\0' }]],
  ['a negative base-256 size', [{ name: 'a', sizeField: new Uint8Array(12).fill(0xff) }]],
  [
    'a huge base-256 size',
    [{ name: 'a', sizeField: base256(0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff) }],
  ],
  ['a base-256 size of 2^63', [{ name: 'a', sizeField: base256(0x80, 0, 0, 0, 0, 0, 0, 0) }]],
  ['a size beyond the end', [{ name: 'a', sizeField: '77777777777\0' }]],
  ['an unknown magic', [{ name: 'a', magic: 'tarst\x0000' }]],
];
