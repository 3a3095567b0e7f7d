import { Buffer } from 'node:buffer';
import { describe } from '../../content/index.ts';
import type { Descriptor } from '../../model/index.ts';

/** An index in memory. */
export interface MadeIndex {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

export interface IndexInput {
  /** OCI index or Docker manifest list: a subset stays in the family it was taken from. */
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** An index of exactly the given children; the same children give the same bytes. */
export function makeIndex({ mediaType, manifests, annotations }: IndexInput): MadeIndex {
  const value = { schemaVersion: 2, mediaType, manifests, ...(annotations !== undefined && { annotations }) };
  const bytes = Buffer.from(JSON.stringify(value));
  return { descriptor: describe(mediaType, bytes), bytes };
}
