import { Buffer } from 'node:buffer';

/** Tar's unit: headers and content start on multiples of this. */
export const BLOCK_BYTES = 512;
/** Two zero blocks end an archive (POSIX.1-1988 ustar). */
export const TRAILER_BYTES: number = 2 * BLOCK_BYTES;

/** The largest size eleven octal digits hold: one byte less than 8 GiB. */
const OCTAL_SIZE_MAX = 0o77777777777;
const NAME_BYTES = 100;
const PAX_NAME = 'PaxHeader';

/** Zero bytes that follow content of `size` bytes up to the next block. */
export function paddingFor(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

/** Bytes that `fileHeader` makes for such an entry. */
export function headerBytes(name: string, size: number): number {
  const records = paxRecords(name, size);
  return records.length === 0 ? BLOCK_BYTES : 2 * BLOCK_BYTES + records.length + paddingFor(records.length);
}

/**
 * The header of a regular file: ustar with mode 0644 and owner, group and time 0, so that equal input gives
 * equal bytes (law 4). A PAX record goes before it only for what ustar cannot hold: a size of 8 GiB and more,
 * or a name over 100 bytes (a sha512 blob).
 */
export function fileHeader(name: string, size: number): Uint8Array {
  const records = paxRecords(name, size);
  if (records.length === 0) return ustar({ name, size, type: '0' });
  return Buffer.concat([
    ustar({ name: PAX_NAME, size: records.length, type: 'x' }),
    records,
    Buffer.alloc(paddingFor(records.length)),
    ustar({ name: name.slice(0, NAME_BYTES), size: size > OCTAL_SIZE_MAX ? 0 : size, type: '0' }),
  ]);
}

function paxRecords(name: string, size: number): Buffer {
  const records = [
    ...(Buffer.byteLength(name) > NAME_BYTES ? [paxRecord('path', name)] : []),
    ...(size > OCTAL_SIZE_MAX ? [paxRecord('size', String(size))] : []),
  ];
  return Buffer.from(records.join(''));
}

/** `LENGTH KEY=VALUE\n`, where LENGTH counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = Buffer.byteLength(rest);
  const digits = String(length + String(length).length).length;
  return `${length + digits}${rest}`;
}

interface UstarFields {
  readonly name: string;
  readonly size: number;
  readonly type: '0' | 'x';
}

function ustar({ name, size, type }: UstarFields): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(name, 0, NAME_BYTES, 'utf8');
  block.write('0000644\0', 100, 'latin1');
  block.write('0000000\0', 108, 'latin1');
  block.write('0000000\0', 116, 'latin1');
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  block.write('00000000000\0', 136, 'latin1');
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  block.write('0000000\0', 329, 'latin1');
  block.write('0000000\0', 337, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
