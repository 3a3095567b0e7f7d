import type { Digest } from './digest.ts';
import type { Platform } from './platform.ts';

/** A pointer to content: what it is, its digest and its exact size in bytes (image-spec descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  readonly urls?: readonly string[];
}

/** Bytes of several blobs together, each digest once. */
export function contentSize(blobs: readonly Descriptor[]): number {
  const sizes = new Map(blobs.map((blob) => [blob.digest, blob.size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
