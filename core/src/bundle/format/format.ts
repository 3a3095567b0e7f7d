import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { XbundleError, isXbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import {
  descriptorSchema,
  digestSchema,
  formatReference,
  parseReference,
  parseStrictJson,
  parseWith,
  sizeSchema,
  stringifyJson,
  taggedName,
  type Descriptor,
  type Digest,
} from '../../model/index.ts';

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
export type BundleRootOrigin = 'kept' | 'subset' | 'assembled' | 'made';

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

/** Control characters and marks that reorder text: what is printed must not be able to steer a terminal. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

function text(max: number): z.ZodType<string> {
  return z
    .string()
    .min(1)
    .max(max)
    .refine((value) => !UNPRINTABLE.test(value), 'want printable characters');
}

const name = text(512);

/** Fully qualified, with a tag and without a digest, in the one way that `formatReference` writes it. */
const imageName = name.refine(isTaggedName, 'want a fully qualified image name with a tag');

function isTaggedName(value: string): boolean {
  try {
    return formatReference(taggedName(parseReference(value))) === value;
  } catch (error) {
    if (isXbundleError(error)) return false;
    throw error;
  }
}

/** A reason in the form that `xbundle.json` takes: one line, cut to its limit. */
export function toReason(message: string): string {
  return message.replace(new RegExp(UNPRINTABLE, 'g'), ' ').slice(0, REASON_LENGTH);
}

const REASON_LENGTH = 4096;

const plainDescriptor = { mediaType: text(255), digest: digestSchema, size: sizeSchema };

const platformSchema = z.strictObject({
  os: text(64),
  architecture: text(64),
  variant: z.exactOptional(text(64)),
  'os.version': z.exactOptional(text(128)),
  'os.features': z.exactOptional(z.array(text(128)).max(64)),
});

const sourceSchema = z.strictObject({
  kind: z.enum(['registry', 'docker', 'oci', 'docker-archive', 'bundle']),
  reference: name,
  digest: z.exactOptional(digestSchema),
  store: z.exactOptional(z.enum(['containerd', 'classic'])),
});

const cellSchema = z.strictObject({
  image: imageName,
  platform: name,
  state: z.enum(['present', 'missing', 'wrong']),
  reason: z.exactOptional(text(REASON_LENGTH)),
  manifest: z.exactOptional(z.strictObject({ ...plainDescriptor, platform: platformSchema })),
  config: z.exactOptional(z.strictObject(plainDescriptor)),
  size: z.exactOptional(sizeSchema),
  archTag: z.exactOptional(imageName),
});

/** Strict: an unknown member means a writer that knew more than this reader, and is refused. */
const bundleSchema: z.ZodType<BundleIndex> = z.strictObject({
  type: z.literal(BUNDLE_TYPE),
  formatVersion: z.literal(BUNDLE_FORMAT_VERSION),
  name: z.exactOptional(name),
  version: z.exactOptional(name),
  created: z.iso.datetime(),
  complete: z.boolean(),
  contract: z
    .array(z.strictObject({ image: imageName, platforms: z.array(name) }))
    .max(LIMITS.imagesPerBundle),
  files: z.array(z.strictObject({ name, digest: digestSchema, size: sizeSchema })).max(8),
  images: z
    .array(
      z.strictObject({
        name: imageName,
        root: z.strictObject(plainDescriptor),
        origin: z.enum(['kept', 'subset', 'assembled', 'made']),
        source: sourceSchema,
      }),
    )
    .max(LIMITS.imagesPerBundle),
  cells: z.array(cellSchema),
  attestations: z.array(
    z.strictObject({ image: imageName, subject: digestSchema, manifest: descriptorSchema }),
  ),
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
 * Parses `xbundle.json`. UNSUPPORTED when a newer format wrote it, BUNDLE_INVALID or DOCUMENT_INVALID when it is
 * none, LIMIT_EXCEEDED when it lists more bytes than can be placed or held. Whether what it says is true, and in
 * the one form that `serializeBundleIndex` gives it, is for `judge` to tell.
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
  refuseTooBig(index, what);
  return index;
}

/** The files before the blobs are held in memory, and every offset must be a number that a double holds exactly. */
function refuseTooBig({ files, blobs }: BundleIndex, what: string): void {
  const big = files.find((file) => file.size > LIMITS.layoutIndexBytes);
  if (big !== undefined) {
    throw new XbundleError(
      'LIMIT_EXCEEDED',
      `reading ${what}: ${big.name} has ${big.size} bytes, want at most ${LIMITS.layoutIndexBytes}`,
    );
  }
  const bytes = blobs.reduce<number>(
    (sum, blob) => sum + blob.size + ENTRY_OVERHEAD_BYTES,
    LIMITS.layoutIndexBytes,
  );
  if (Number.isSafeInteger(bytes)) return;
  throw new XbundleError('LIMIT_EXCEEDED', `reading ${what}: its blobs have more than 2^53 bytes`);
}

/** More than a header with PAX records and padding take. */
const ENTRY_OVERHEAD_BYTES = 4096;

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
