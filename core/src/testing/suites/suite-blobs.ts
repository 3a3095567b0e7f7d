import { isXbundleError, type XbundleError } from '../../errors.ts';
import { describe, digestOf } from '../../content/index.ts';
import { MEDIA_TYPES } from '../../model/index.ts';
import type { Layer } from '../images/layers.ts';
import { randomBytes } from '../images/seeded-bytes.ts';
import type { MemoryBlob } from '../images/test-blob.ts';

/** What the blob store suites move about. */
export const SMALL = 300;
export const LARGE: number = 3 * 1_048_576 + 17;
/** An aborted call must settle within this. */
export const SETTLE_MS = 500;

export const EMPTY_BLOB: MemoryBlob & Layer = layer(Buffer.alloc(0));
export const SMALL_BLOB: MemoryBlob & Layer = layer(randomBytes('small', SMALL));
export const LARGE_BLOB: MemoryBlob & Layer = layer(randomBytes('large', LARGE));
export const ABSENT_BLOB: MemoryBlob & Layer = layer(randomBytes('absent', SMALL));

function layer(bytes: Uint8Array): Layer & MemoryBlob {
  return { descriptor: describe(MEDIA_TYPES.ociLayer, bytes), bytes, diffId: digestOf(bytes) };
}

/** The bytes of the large blob with the last bit wrong. */
export function flippedLarge(): Buffer {
  const bytes = Buffer.from(LARGE_BLOB.bytes);
  bytes[LARGE - 1] = (bytes[LARGE - 1] ?? 0) ^ 1;
  return bytes;
}

/** The error that work ends with, which must be of the one class. */
export async function failure(work: Promise<unknown>): Promise<XbundleError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (isXbundleError(outcome)) return outcome;
  throw new Error(`want an XbundleError, got ${String(outcome)}`, { cause: outcome });
}
