import { isXbundleError, messageOf, throwIfAborted } from '../errors.ts';
import { BlobCheck, type TransferOptions } from '../content/index.ts';
import { BlobWriter, type BlobPlace } from './blob-writer.ts';
import type { PlannedBlob } from './inventory.ts';

/**
 * Fetches one blob straight into its place, hashing on the way, and goes on where an earlier run stopped. Bytes
 * of another digest are fetched once more from the start; then DIGEST_MISMATCH or SIZE_MISMATCH is thrown.
 */
export async function fetchBlob(
  planned: PlannedBlob,
  place: BlobPlace,
  options: TransferOptions = {},
): Promise<void> {
  const { digest, size } = planned.blob;
  const found = place.partial.found.get(digest) ?? 0;
  if (found === size && found > 0) {
    options.onProgress?.({ type: 'blob-done', digest, size, how: 'resumed' });
    return;
  }
  try {
    await fetchFrom(found, { planned, place }, options);
  } catch (error) {
    if (!isXbundleError(error, 'DIGEST_MISMATCH', 'SIZE_MISMATCH')) throw error;
    throwIfAborted(options.signal);
    options.onProgress?.({ type: 'retry', what: digest, reason: messageOf(error), attempt: 2, waitMs: 0 });
    await fetchFrom(0, { planned, place }, options);
  }
  options.onProgress?.({ type: 'blob-done', digest, size, how: 'moved' });
}

interface Fetch {
  readonly planned: PlannedBlob;
  readonly place: BlobPlace;
}

async function fetchFrom(start: number, { planned, place }: Fetch, options: TransferOptions): Promise<void> {
  const { blob, content } = planned;
  const check = new BlobCheck(blob);
  if (start > 0) {
    for await (const chunk of place.partial.readPrefix(blob.digest, start, options)) check.update(chunk);
  }
  const writer = new BlobWriter(place, start);
  try {
    for await (const chunk of content.readFrom(blob, start, options)) {
      check.update(chunk);
      if (!writer.add(chunk)) continue;
      await writer.flush();
      options.onProgress?.({ type: 'blob', digest: blob.digest, bytes: check.size, size: blob.size });
    }
    check.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  await writer.finish();
}
