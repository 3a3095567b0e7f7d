import { isDigest, type Digest } from './digest.ts';
import type { Platform } from './platform.ts';
import * as shape from './shape.ts';

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

export const digestShape: shape.Shape<Digest> = shape.suchThat(
  shape.text(),
  isDigest,
  'want sha256:<64 lower-case hex> or sha512:<128 lower-case hex>',
);

/** A size in bytes: a whole number that a double holds exactly. */
export const sizeShape: shape.Shape<number> = shape.suchThat(
  shape.number,
  (size) => Number.isSafeInteger(size) && size >= 0,
  'want a whole number of bytes from 0 to 2^53-1',
);

/**
 * One part of a platform. No slash, colon or plus: `{os: 'linux/arm', architecture: 'v7'}` must not be formatted
 * as the cell linux/arm/v7. No control character: platforms are printed.
 */
export const platformPartShape: shape.Shape<string> = shape.suchThat(
  shape.text(),
  (part) => /^[A-Za-z0-9_.-]{0,128}$/.test(part),
  'want at most 128 letters, digits, "_", "." or "-"',
);

export const platformFeaturesShape: shape.Shape<readonly string[]> = shape.list(platformPartShape, 64);

export const PLATFORM_KEYS: readonly string[] = [
  'os',
  'architecture',
  'variant',
  'os.version',
  'os.features',
];

/** Unknown members are kept, so that a descriptor can be written again as it was. */
export const descriptorShape: shape.Shape<Descriptor> = shape.looseObject<Descriptor>({
  mediaType: shape.text(1, 255),
  digest: digestShape,
  size: sizeShape,
  platform: shape.optional(
    shape.looseObject<Platform>({
      os: platformPartShape,
      architecture: platformPartShape,
      variant: shape.optional(platformPartShape),
      'os.version': shape.optional(platformPartShape),
      'os.features': shape.optional(platformFeaturesShape),
    }),
  ),
  annotations: shape.optional(shape.textByName),
  artifactType: shape.optional(shape.text(0, 255)),
  urls: shape.optional(shape.list(shape.text())),
});

/** Bytes of several blobs together, each digest once. */
export function contentSize(blobs: readonly Descriptor[]): number {
  const sizes = new Map(blobs.map((blob) => [blob.digest, blob.size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
