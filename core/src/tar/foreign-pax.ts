import { decodeUtf8 } from './foreign-header.ts';
import { invalidAt, quoted, type TarPlace } from './foreign-place.ts';

/** The PAX records that change where an entry is; all others (times, owners, attributes) are of no interest here. */
export interface PaxRecords {
  readonly path?: string;
  readonly linkpath?: string;
  readonly size?: number;
}

/**
 * Parses the records of an extended header, `LENGTH KEY=VALUE\n` each. ARCHIVE_INVALID for a length that is not
 * the record's, a key of interest that stands twice or is empty, or a sparse file.
 */
export function parsePax(body: Uint8Array, place: TarPlace): PaxRecords {
  const found = new Map<string, string>();
  for (let at = 0; at < body.byteLength;) {
    const { key, value, end } = parseRecord(body, at, place);
    at = end;
    if (key.startsWith('GNU.sparse.') || key === 'SCHILY.realsize')
      throw invalidAt(place, 'it is a sparse file');
    if (key !== 'path' && key !== 'linkpath' && key !== 'size') continue;
    if (found.has(key)) throw invalidAt(place, `the PAX record ${quoted(key)} stands twice`);
    found.set(key, decodeUtf8(value, place));
  }
  return toRecords(found, place);
}

function toRecords(found: ReadonlyMap<string, string>, place: TarPlace): PaxRecords {
  for (const [key, value] of found) {
    if (value === '') throw invalidAt(place, `the PAX record ${quoted(key)} is empty`);
  }
  const [path, linkpath, size] = [found.get('path'), found.get('linkpath'), found.get('size')];
  return {
    ...(path !== undefined && { path }),
    ...(linkpath !== undefined && { linkpath }),
    ...(size !== undefined && { size: parseSize(size, place) }),
  };
}

function parseSize(text: string, place: TarPlace): number {
  const size = /^[0-9]+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(size)) return size;
  throw invalidAt(place, `the PAX size ${quoted(text)} is no whole number below 2^53`);
}

interface PaxRecord {
  readonly key: string;
  readonly value: Uint8Array;
  readonly end: number;
}

function parseRecord(body: Uint8Array, start: number, place: TarPlace): PaxRecord {
  const space = body.indexOf(0x20, start);
  const digits = space === -1 ? '' : Buffer.from(body.subarray(start, space)).toString('latin1');
  const end = start + (/^[1-9][0-9]{0,9}$/.test(digits) ? Number(digits) : NaN);
  const equals = body.indexOf(0x3d, space);
  if (
    !(end <= body.byteLength) ||
    body[end - 1] !== 0x0a ||
    equals === -1 ||
    equals <= space + 1 ||
    equals >= end
  ) {
    throw invalidAt(place, 'a PAX record does not have the length it says');
  }
  const key = Buffer.from(body.subarray(space + 1, equals)).toString('latin1');
  return { key, value: body.subarray(equals + 1, end - 1), end };
}
