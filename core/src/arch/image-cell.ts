import type { BlobSource } from '../content/index.ts';
import type { Descriptor, Platform } from '../model/index.ts';

/** One image for one platform, as its manifest and config describe it. */
export interface ArchCell {
  /** What it is listed as: the platform of the index, where there is one. */
  readonly platform: Platform;
  readonly manifest: Descriptor;
  readonly layers: readonly Descriptor[];
  /** The bytes of its config, verified. */
  readonly config: Uint8Array;
  readonly content: BlobSource;
}
