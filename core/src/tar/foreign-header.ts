import { invalidAt, quoted, type TarPlace } from './foreign-place.ts';

export const BLOCK = 512;

export type EntryType =
  'file' | 'directory' | 'symlink' | 'hardlink' | 'pax' | 'pax-global' | 'long-name' | 'long-link';

/** What one header block says, before PAX and GNU records are applied. */
export interface ForeignHeader {
  readonly type: EntryType;
  readonly name: string;
  readonly linkName: string;
  readonly size: number;
}

/** POSIX and GNU type flags that are read; NUL is the regular file of v7. */
const TYPES: Readonly<Record<string, EntryType>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'directory',
  x: 'pax',
  g: 'pax-global',
  L: 'long-name',
  K: 'long-link',
};

const OTHER_TYPES: Readonly<Record<string, string>> = {
  '3': 'a character device',
  '4': 'a block device',
  '6': 'a named pipe',
  '7': 'a contiguous file',
  D: 'a directory dump',
  M: 'the rest of a file from another volume',
  S: 'a sparse file',
  V: 'a volume label',
};

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses a header block of ustar, GNU or v7 kind. ARCHIVE_INVALID for a wrong checksum, an unknown magic, a type
 * that no image archive has, a number with junk in it or below zero, or a name that is not UTF-8.
 */
export function parseForeignHeader(block: Uint8Array, place: TarPlace): ForeignHeader {
  if (parseNumber(block.subarray(148, 156), 'checksum', place) !== checksum(block)) {
    throw invalidAt(place, 'the header has a wrong checksum. The file is damaged, or is no tar');
  }
  return {
    type: parseType(block, place),
    name: parseName(block, place),
    linkName: decodeText(block.subarray(157, 257), place),
    size: parseNumber(block.subarray(124, 136), 'size', place),
  };
}

/** The sum of all bytes, the checksum's own field taken as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}

function parseType(block: Uint8Array, place: TarPlace): EntryType {
  const flag = String.fromCharCode(block[156] ?? 0);
  const type = TYPES[flag];
  if (type !== undefined) return type;
  const kind = OTHER_TYPES[flag] ?? `of type ${quoted(flag)}`;
  throw invalidAt(place, `it is ${kind}; an image archive has regular files, directories and links only`);
}

function parseName(block: Uint8Array, place: TarPlace): string {
  const name = decodeText(block.subarray(0, 100), place);
  const magic = Buffer.from(block.subarray(257, 265)).toString('latin1');
  if (magic === 'ustar  \0' || magic === '\0'.repeat(8)) return name;
  if (!magic.startsWith('ustar\0')) throw invalidAt(place, `the magic ${quoted(magic)} is of no known tar`);
  const prefix = decodeText(block.subarray(345, 500), place);
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** The text before the first NUL. */
function decodeText(field: Uint8Array, place: TarPlace): string {
  const end = field.indexOf(0);
  return decodeUtf8(end === -1 ? field : field.subarray(0, end), place);
}

/** UTF-8, or ARCHIVE_INVALID. */
export function decodeUtf8(bytes: Uint8Array, place: TarPlace): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw invalidAt(place, 'a name is not UTF-8');
  }
}

function parseNumber(field: Uint8Array, what: string, place: TarPlace): number {
  if (((field[0] ?? 0) & 0x80) !== 0) return parseBase256(field, what, place);
  const text = Buffer.from(field).toString('latin1');
  const octal = /^ *([0-7]*)[ \0]*$/.exec(text)?.[1];
  if (octal === undefined) throw invalidAt(place, `the ${what} ${quoted(text)} is no octal number`);
  return octal === '' ? 0 : parseInt(octal, 8);
}

/** GNU's binary numbers. One that is negative made other readers loop for ever (CVE-2026-59874). */
function parseBase256(field: Uint8Array, what: string, place: TarPlace): number {
  if (field[0] !== 0x80) throw invalidAt(place, `the ${what} is negative`);
  let value = 0;
  for (const byte of field.subarray(1)) {
    value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) throw invalidAt(place, `the ${what} is over 2^53`);
  }
  return value;
}
