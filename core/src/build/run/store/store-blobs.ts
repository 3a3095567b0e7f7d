import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobSource, Bytes, CallOptions } from '../../../content/index.ts';
import { isXbundleError } from '../../../errors.ts';
import { onPath } from '../../../files/index.ts';
import { createBlobDirectory } from '../../../layout/index.ts';
import { digestAlgorithm, digestHex, type Descriptor } from '../../../model/index.ts';

/**
 * The blobs of a store. A blob that is read and is not what its name says is removed: BuildKit does not look at
 * what is there, so that a damaged blob would stay damaged for ever; the next build writes it again.
 */
export function storeBlobs(path: string): BlobSource {
  const blobs = createBlobDirectory(path);
  return {
    read: (blob, options) => readOrRemove(blob, { path, blobs }, options),
    readFrom: (blob, offset, options) => blobs.readFrom(blob, offset, options),
    lacks: (wanted, options) => blobs.lacks(wanted, options),
  };
}

async function* readOrRemove(
  blob: Descriptor,
  { path, blobs }: { readonly path: string; readonly blobs: BlobSource },
  options?: CallOptions,
): Bytes {
  try {
    yield* blobs.read(blob, options);
  } catch (error) {
    if (isXbundleError(error, 'DIGEST_MISMATCH', 'SIZE_MISMATCH')) {
      const file = join(path, 'blobs', digestAlgorithm(blob.digest), digestHex(blob.digest));
      await onPath('removing', file, () => rm(file, { force: true }));
    }
    throw error;
  }
}
