/** Archives that no reader of bundles may take, however much of a bundle there is in them. */
import { gzipSync } from 'node:zlib';
import { HOSTILE_TAR_ENTRIES } from '../../core/src/testing/images/hostile-tar-entries.ts';
import {
  rawGnuLong,
  rawPax,
  rawTar,
  rawTarEntry,
  type RawTarEntry,
} from '../../core/src/testing/images/raw-tar.ts';
import type { Hostile } from './hostile-bundles.ts';

/** The zero blocks at the end of a bundle. */
const TRAILER = 1024;

function toBuffer(part: RawTarEntry | Uint8Array): Buffer {
  return part instanceof Uint8Array ? Buffer.from(part) : rawTarEntry(part);
}

/** Tars that hold entries of every unfit kind, alone and as part of a bundle. */
export function hostileArchives(good: () => Buffer): readonly Hostile[] {
  return HOSTILE_TAR_ENTRIES.flatMap(([what, parts]): readonly Hostile[] => {
    const entries = Buffer.concat(parts.map(toBuffer));
    return [
      [`a tar with ${what}`, () => rawTar(...parts)],
      [`a bundle that begins with ${what}`, () => Buffer.concat([entries, good()])],
      [
        `a bundle that ends with ${what}`,
        () => Buffer.concat([good().subarray(0, good().length - TRAILER), entries, Buffer.alloc(TRAILER)]),
      ],
    ];
  });
}

/** Bundles in a shape that other readers of tars would take. */
export function hostileShapes(good: () => Buffer): readonly Hostile[] {
  const body = (): Buffer => good().subarray(0, good().length - TRAILER);
  const layout = rawTarEntry({ name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' });
  const indexIs = (entry: RawTarEntry): Buffer => rawTar(layout, entry);
  return [
    ['two bundles in a row', () => Buffer.concat([good(), good()])],
    ['two bundles as one tar', () => Buffer.concat([body(), good()])],
    ['a bundle with entries after its end', () => Buffer.concat([good(), rawTar({ name: 'a' })])],
    ['a bundle padded as tar does it', () => Buffer.concat([good(), Buffer.alloc(10_240)])],
    ['a bundle in gzip', () => gzipSync(good())],
    ['a bundle in gzip, twice', () => Buffer.concat([gzipSync(good()), gzipSync(good())])],
    [
      'a zip that is a bundle too',
      () => Buffer.concat([good(), Buffer.from('PK\u0005\u0006'), Buffer.alloc(18)]),
    ],
    ['a script that is a bundle too', () => Buffer.concat([Buffer.from('#!/bin/sh\n'), good()])],
    ['a bundle with a PAX header first', () => Buffer.concat([rawPax({ path: 'oci-layout' }), good()])],
    ['a bundle with a global header first', () => Buffer.concat([rawPax({ comment: 'x' }, 'g'), good()])],
    ['a bundle with a long name first', () => Buffer.concat([rawGnuLong('oci-layout'), good()])],
    ['an index that is a link', () => indexIs({ name: 'xbundle.json', type: '2', linkName: '/etc/passwd' })],
    [
      'an index that is a hard link',
      () => indexIs({ name: 'xbundle.json', type: '1', linkName: 'oci-layout' }),
    ],
    ['an index that is a directory', () => indexIs({ name: 'xbundle.json', type: '5' })],
    ['an index of 8 GiB', () => indexIs({ name: 'xbundle.json', sizeField: '77777777777\0' })],
    [
      'an index of negative size',
      () => indexIs({ name: 'xbundle.json', sizeField: new Uint8Array(12).fill(0xff) }),
    ],
    ['an index of no bytes', () => indexIs({ name: 'xbundle.json' })],
    ['nothing but zeros', () => Buffer.alloc(1_000_000)],
    ['nothing', () => Buffer.alloc(0)],
  ];
}
