/** Tars built block by block, so that every field can hold what no writer would put there. */

export interface RawTarEntry {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** One character; `0` by default. */
  readonly type?: string;
  readonly linkName?: string;
  /** The raw size field, in place of the content's size. */
  readonly sizeField?: Uint8Array | string;
  readonly magic?: string;
  readonly prefix?: string;
  readonly checksum?: string;
}

/** A header, the content and its padding. */
export function rawTarEntry(entry: RawTarEntry): Buffer {
  const content = Buffer.from(entry.content ?? '');
  const padded = Buffer.alloc(Math.ceil(content.byteLength / 512) * 512);
  content.copy(padded);
  return Buffer.concat([rawTarHeader(entry, content.byteLength), padded]);
}

function rawTarHeader(entry: RawTarEntry, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.set(Buffer.from(entry.name).subarray(0, 100), 0);
  block.write('0000644\0' + '0000000\0'.repeat(2), 100, 'latin1');
  block.set(Buffer.from(entry.sizeField ?? `${size.toString(8).padStart(11, '0')}\0`), 124);
  block.write('00000000000\0', 136, 'latin1');
  block.write(entry.type ?? '0', 156, 'latin1');
  block.write(entry.linkName ?? '', 157, 100);
  block.write(entry.magic ?? 'ustar\x0000', 257, 'latin1');
  block.write(entry.prefix ?? '', 345, 155);
  block.write('        ', 148, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(entry.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** Entries and raw blocks in a row, with the two zero blocks that end a tar. */
export function rawTar(...parts: readonly (RawTarEntry | Uint8Array)[]): Buffer {
  return Buffer.concat([
    ...parts.map((part) => (part instanceof Uint8Array ? part : rawTarEntry(part))),
    Buffer.alloc(1024),
  ]);
}

/** A PAX header with these records. */
export function rawPax(records: Readonly<Record<string, string>>, type = 'x'): Buffer {
  const content = Object.entries(records)
    .map(([key, value]) => paxRecord(` ${key}=${value}\n`))
    .join('');
  return rawTarEntry({ name: 'PaxHeaders/entry', type, content });
}

/** The length counts its own digits. */
function paxRecord(rest: string): string {
  const bytes = Buffer.byteLength(rest);
  const length = bytes + String(bytes + String(bytes).length).length;
  return `${length}${rest}`;
}

/** A GNU long name (`L`) or long link (`K`) header. */
export function rawGnuLong(text: string, type = 'L'): Buffer {
  return rawTarEntry({ name: '././@LongLink', type, content: `${text}\0`, magic: 'ustar  \0' });
}
