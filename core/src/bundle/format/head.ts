import { Buffer } from 'node:buffer';
import { XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { digestOf } from '../../content/index.ts';
import type { Digest } from '../../model/index.ts';
import { BLOCK_BYTES, fileHeader, paddingFor } from '../../tar/index.ts';
import { ENTRY_NAMES, OCI_LAYOUT_CONTENT, parseBundleIndex, type BundleIndex } from './format.ts';
import { mapBundle, type BundleMap } from './front-matter.ts';

/** What the first KiB of a bundle tell: all of its contents and where each lies. */
export interface BundleHead {
  readonly index: BundleIndex;
  readonly indexBytes: Uint8Array;
  /** The digest of `xbundle.json`: the identity of the bundle. */
  readonly id: Digest;
  readonly map: BundleMap;
}

/** Reads `size` bytes at `offset`; fewer where the input ends. Offsets never go back. */
export type ReadHead = (offset: number, size: number) => Promise<Uint8Array>;

const LAYOUT_ENTRY: Uint8Array = Buffer.concat([
  fileHeader(ENTRY_NAMES.layout, OCI_LAYOUT_CONTENT.length),
  Buffer.from(OCI_LAYOUT_CONTENT),
  Buffer.alloc(paddingFor(OCI_LAYOUT_CONTENT.length)),
]);

/**
 * Reads and parses `xbundle.json`. Throws BUNDLE_INVALID for what is no bundle, UNSUPPORTED for one of a newer
 * format; `what` names the input in the message. Nothing but the parsed document is proven yet.
 */
export async function readHead(read: ReadHead, what: string): Promise<BundleHead> {
  const start = await read(0, LAYOUT_ENTRY.byteLength + BLOCK_BYTES);
  const header = start.subarray(LAYOUT_ENTRY.byteLength);
  const size = indexSize(header);
  const startsRight = Buffer.compare(start.subarray(0, LAYOUT_ENTRY.byteLength), LAYOUT_ENTRY) === 0;
  if (!startsRight || size === undefined) throw notABundle(what);
  if (Buffer.compare(header, fileHeader(ENTRY_NAMES.index, size)) !== 0) throw notABundle(what);
  if (size > LIMITS.bundleIndexBytes) {
    throw new XbundleError(
      'LIMIT_EXCEEDED',
      `reading ${what}: ${ENTRY_NAMES.index} has ${size} bytes, want at most ${LIMITS.bundleIndexBytes}`,
    );
  }
  const indexBytes = await read(start.byteLength, size);
  if (indexBytes.byteLength < size) {
    throw new XbundleError(
      'BUNDLE_INVALID',
      `reading ${what}: it ends inside ${ENTRY_NAMES.index}. Copy it again`,
    );
  }
  const index = parseBundleIndex(indexBytes, `${ENTRY_NAMES.index} of ${what}`);
  return { index, indexBytes, id: digestOf(indexBytes), map: mapBundle(index, size) };
}

function indexSize(header: Uint8Array): number | undefined {
  const digits = Buffer.from(header.subarray(124, 135)).toString('latin1');
  return /^[0-7]{11}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

function notABundle(what: string): XbundleError {
  return new XbundleError(
    'BUNDLE_INVALID',
    `reading ${what}: it is no xbundle bundle, or its first bytes are damaged. What "docker save" or buildx wrote is read with "xbundle export --from docker-archive:FILE" or "--from oci:FILE"`,
  );
}
