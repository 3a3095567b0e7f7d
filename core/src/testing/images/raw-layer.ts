import { describe } from '../../content/index.ts';
import { MEDIA_TYPES, type Digest } from '../../model/index.ts';
import type { MemoryBlob } from './test-blob.ts';
import { randomBytes, type Seed } from './seeded-bytes.ts';

/**
 * A layer of exactly `size` random bytes. It is no tar, so no engine unpacks it; nothing but the seed decides its
 * digest, not even the version of zlib.
 */
export function rawLayer(seed: Seed, size: number): MemoryBlob & { readonly diffId: Digest } {
  const bytes = randomBytes(seed, size);
  const descriptor = describe(MEDIA_TYPES.ociLayer, bytes);
  return { descriptor, bytes, diffId: descriptor.digest };
}
