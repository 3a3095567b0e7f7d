import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import {
  descriptorSchema,
  digestSchema,
  parseStrictJson,
  parseWith,
  sizeSchema,
  stringifyJson,
  type Descriptor,
  type Digest,
} from '../model/index.ts';

/** What `xbundle.json` says it is, so that no other signed document can pass for one. */
export const BUNDLE_TYPE = 'application/vnd.xbundle.bundle.v1+json';
export const BUNDLE_FORMAT_VERSION = 1;

/** Names of the entries before the blobs, in their order (docs/format.md). */
export const ENTRY_NAMES = {
  layout: 'oci-layout',
  index: 'xbundle.json',
  indexChecksum: 'xbundle.json.sha256',
  ociIndex: 'index.json',
  dockerManifest: 'manifest.json',
} as const;

export const OCI_LAYOUT_CONTENT = '{"imageLayoutVersion":"1.0.0"}';

/** Where an image's content was read. */
export interface BundleSource {
  readonly kind: 'registry' | 'docker' | 'oci' | 'docker-archive' | 'bundle';
  /** Fully qualified, without credentials. */
  readonly reference: string;
  /** What the reference pointed to; absent when the index was made from arch tags. */
  readonly digest?: Digest;
  /** `classic`: an engine without the containerd store, whose digests are its own and no registry's. */
  readonly store?: 'containerd' | 'classic';
}

/**
 * `kept`: digest unchanged. `subset`: a new index of some of the source's platforms. `assembled`: an index made
 * from arch tags.
 */
export type BundleRootOrigin = 'kept' | 'subset' | 'assembled';

export interface BundleImage {
  readonly name: string;
  readonly root: Descriptor;
  readonly origin: BundleRootOrigin;
  readonly source: BundleSource;
}

/** A cell as the bundle records it: `cellOf` turns it into what commands report. */
export interface BundleCell {
  readonly image: string;
  readonly platform: string;
  readonly state: 'present' | 'missing' | 'wrong';
  readonly reason?: string;
  readonly manifest?: Descriptor;
  readonly config?: Descriptor;
  /** Manifest, config and layers together, in bytes. */
  readonly size?: number;
  readonly archTag?: string;
}

export interface BundleAttestation {
  readonly image: string;
  /** The manifest it speaks of. */
  readonly subject: Digest;
  readonly manifest: Descriptor;
}

export type DocumentKind = 'index' | 'manifest' | 'config';

export interface BundleBlob {
  readonly digest: Digest;
  readonly size: number;
  /** Absent for layers and everything else that is not parsed. */
  readonly kind?: DocumentKind;
}

export interface BundleFile {
  readonly name: string;
  readonly digest: Digest;
  readonly size: number;
}

/** `xbundle.json`: all that is known of a bundle, and the digest of every other byte in it. */
export interface BundleIndex {
  readonly type: typeof BUNDLE_TYPE;
  readonly formatVersion: number;
  readonly name?: string;
  readonly version?: string;
  /** RFC 3339, UTC. */
  readonly created: string;
  readonly complete: boolean;
  readonly contract: readonly { readonly image: string; readonly platforms: readonly string[] }[];
  readonly files: readonly BundleFile[];
  readonly images: readonly BundleImage[];
  readonly cells: readonly BundleCell[];
  readonly attestations: readonly BundleAttestation[];
  readonly blobs: readonly BundleBlob[];
}

const name = z.string().min(1).max(512);

const sourceSchema = z.strictObject({
  kind: z.enum(['registry', 'docker', 'oci', 'docker-archive', 'bundle']),
  reference: name,
  digest: z.exactOptional(digestSchema),
  store: z.exactOptional(z.enum(['containerd', 'classic'])),
});

const cellSchema = z.strictObject({
  image: name,
  platform: name,
  state: z.enum(['present', 'missing', 'wrong']),
  reason: z.exactOptional(z.string().max(4096)),
  manifest: z.exactOptional(descriptorSchema),
  config: z.exactOptional(descriptorSchema),
  size: z.exactOptional(sizeSchema),
  archTag: z.exactOptional(name),
});

/** Strict: an unknown member means a writer that knew more than this reader, and is refused. */
const bundleSchema: z.ZodType<BundleIndex> = z.strictObject({
  type: z.literal(BUNDLE_TYPE),
  formatVersion: z.literal(BUNDLE_FORMAT_VERSION),
  name: z.exactOptional(name),
  version: z.exactOptional(name),
  created: z.iso.datetime(),
  complete: z.boolean(),
  contract: z.array(z.strictObject({ image: name, platforms: z.array(name) })).max(LIMITS.imagesPerBundle),
  files: z.array(z.strictObject({ name, digest: digestSchema, size: sizeSchema })).max(8),
  images: z
    .array(
      z.strictObject({
        name,
        root: descriptorSchema,
        origin: z.enum(['kept', 'subset', 'assembled']),
        source: sourceSchema,
      }),
    )
    .max(LIMITS.imagesPerBundle),
  cells: z.array(cellSchema),
  attestations: z.array(z.strictObject({ image: name, subject: digestSchema, manifest: descriptorSchema })),
  blobs: z.array(
    z.strictObject({
      digest: digestSchema,
      size: sizeSchema,
      kind: z.exactOptional(z.enum(['index', 'manifest', 'config'])),
    }),
  ),
});

const versionSchema = z.looseObject({ type: z.string(), formatVersion: z.number() });

/** The bytes of `xbundle.json`. LIMIT_EXCEEDED when they would be more than the format allows. */
export function serializeBundleIndex(index: BundleIndex): Uint8Array {
  const bytes = Buffer.from(stringifyJson(index));
  if (bytes.byteLength <= LIMITS.bundleIndexBytes) return bytes;
  throw new XbundleError(
    'LIMIT_EXCEEDED',
    `writing ${ENTRY_NAMES.index}: ${bytes.byteLength} bytes, want at most ${LIMITS.bundleIndexBytes}. Split the release into several bundles`,
  );
}

/**
 * Parses `xbundle.json`. UNSUPPORTED when a newer format wrote it, BUNDLE_INVALID when it is none or is not in
 * the one form that `serializeBundleIndex` gives it.
 */
export function parseBundleIndex(bytes: Uint8Array, what: string): BundleIndex {
  const value = parseStrictJson(bytes, what);
  const { type, formatVersion } = parseWith(versionSchema, value, { what, code: 'BUNDLE_INVALID' });
  if (type === BUNDLE_TYPE && formatVersion > BUNDLE_FORMAT_VERSION) {
    throw new XbundleError(
      'UNSUPPORTED',
      `reading ${what}: it has format version ${formatVersion}, this xbundle reads up to ${BUNDLE_FORMAT_VERSION}. Use a newer xbundle`,
    );
  }
  const index = parseWith(bundleSchema, value, { what, code: 'BUNDLE_INVALID' });
  refuseDisorder(index, what);
  return index;
}

/** Blobs lie in the order of their digests, each once: their offsets follow from that. */
function refuseDisorder({ blobs }: BundleIndex, what: string): void {
  const wrong = blobs.find(
    (blob, position) => position > 0 && blob.digest <= (blobs[position - 1]?.digest ?? ''),
  );
  if (wrong === undefined) return;
  throw new XbundleError(
    'BUNDLE_INVALID',
    `reading ${what}: the blob ${wrong.digest} is listed twice or out of order`,
  );
}

/** `blobs/sha256/<hex>`. */
export function blobEntryName(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`;
}
