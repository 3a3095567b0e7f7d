import { Buffer } from 'node:buffer';
import { fileHeader, type PlacedEntry } from '../../tar/index.ts';
import type { BundleMap } from './front-matter.ts';

/** What lies between two contents: zero padding, then the next header. Every byte of it is known beforehand. */
export interface Gap {
  readonly offset: number;
  readonly expected: Uint8Array;
  /** The entry whose header this is; undefined for the archive's end. */
  readonly before: PlacedEntry | undefined;
}

/**
 * All bytes of a bundle that are no content, in file order. Together with the digests of the contents they
 * cover every byte, so that a flipped bit anywhere is found.
 */
export function* gapsOf(map: BundleMap): Generator<Gap, void, undefined> {
  let at = 0;
  for (const entry of [...map.front, ...map.blobs.values()]) {
    const padding = Buffer.alloc(entry.headerOffset - at);
    const expected = Buffer.concat([padding, fileHeader(entry.name, entry.size)]);
    yield { offset: at, expected, before: entry };
    at = entry.contentOffset + entry.size;
  }
  yield { offset: at, expected: Buffer.alloc(map.size - at), before: undefined };
}
