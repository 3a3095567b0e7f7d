import { isXbundleError, messageOf, throwIfAborted } from '../../errors.ts';
import type { TransferOptions } from '../../content/index.ts';
import { BlobWriter, type BlobPlaces } from './blob-writer.ts';
import type { PlannedBlob } from '../plan/inventory.ts';

/**
 * Fetches one blob straight into its place, hashing on the way, and goes on where an earlier run stopped. Bytes
 * of another digest are fetched once more from the start; then DIGEST_MISMATCH or SIZE_MISMATCH is thrown.
 */
export async function fetchBlob(
  planned: PlannedBlob,
  places: BlobPlaces,
  options: TransferOptions = {},
): Promise<void> {
  const { digest, size } = planned.blob;
  const found = places.partial.found.get(digest) ?? 0;
  if (found === size && found > 0) {
    options.onProgress?.({ type: 'blob-done', digest, size, how: 'resumed' });
    return;
  }
  try {
    await fetchFrom(planned, { ...places, start: found }, options);
  } catch (error) {
    if (!isXbundleError(error, 'DIGEST_MISMATCH', 'SIZE_MISMATCH')) throw error;
    throwIfAborted(options.signal);
    options.onProgress?.({ type: 'retry', what: digest, reason: messageOf(error), attempt: 2, waitMs: 0 });
    await fetchFrom(planned, { ...places, start: 0 }, options);
  }
  options.onProgress?.({ type: 'blob-done', digest, size, how: 'moved' });
}

async function fetchFrom(
  { blob, content }: PlannedBlob,
  { start, ...places }: BlobPlaces & { readonly start: number },
  { signal, onProgress }: TransferOptions,
): Promise<void> {
  const writer = new BlobWriter(blob, places, start);
  try {
    const { allocate } = places.writer;
    for await (const chunk of content.readFrom(blob, start, { signal, allocate })) {
      await writer.add(chunk);
      onProgress?.({ type: 'blob', digest: blob.digest, bytes: writer.size, size: blob.size });
    }
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}
