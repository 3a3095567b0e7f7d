import { Buffer } from 'node:buffer';
import { XbundleError, isXbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import {
  descriptorShape,
  digestShape,
  formatReference,
  parseReference,
  parseStrictJson,
  shape,
  sizeShape,
  stringifyJson,
  taggedName,
  type Descriptor,
  type Digest,
  type Platform,
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

function printable(max: number): shape.Shape<string> {
  return shape.suchThat(shape.text(1, max), (text) => !UNPRINTABLE.test(text), 'want printable characters');
}

const name = printable(512);

/** Fully qualified, with a tag and without a digest, in the one way that `formatReference` writes it. */
const imageName = shape.suchThat(name, isTaggedName, 'want a fully qualified image name with a tag');

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

const plainDescriptor = { mediaType: printable(255), digest: digestShape, size: sizeShape };

const plainDescriptorShape = shape.strictObject<PlainDescriptor>(plainDescriptor);

type PlainDescriptor = Pick<Descriptor, 'mediaType' | 'digest' | 'size'>;

const platformShape = shape.strictObject<Platform>({
  os: printable(64),
  architecture: printable(64),
  variant: shape.optional(printable(64)),
  'os.version': shape.optional(printable(128)),
  'os.features': shape.optional(shape.list(printable(128), 64)),
});

const sourceShape = shape.strictObject<BundleSource>({
  kind: shape.oneOf('registry', 'docker', 'oci', 'docker-archive', 'bundle'),
  reference: name,
  digest: shape.optional(digestShape),
  store: shape.optional(shape.oneOf('containerd', 'classic')),
});

const cellShape = shape.strictObject<BundleCell>({
  image: imageName,
  platform: name,
  state: shape.oneOf('present', 'missing', 'wrong'),
  reason: shape.optional(printable(REASON_LENGTH)),
  manifest: shape.optional(
    shape.strictObject<PlainDescriptor & { readonly platform: Platform }>({
      ...plainDescriptor,
      platform: platformShape,
    }),
  ),
  config: shape.optional(plainDescriptorShape),
  size: shape.optional(sizeShape),
  archTag: shape.optional(imageName),
});

/** Strict: an unknown member means a writer that knew more than this reader, and is refused. */
const bundleShape = shape.strictObject<BundleIndex>({
  type: shape.oneOf(BUNDLE_TYPE),
  formatVersion: shape.oneOf(BUNDLE_FORMAT_VERSION),
  name: shape.optional(name),
  version: shape.optional(name),
  created: shape.suchThat(shape.text(), isTime, 'want a time in UTC, as 2024-01-01T00:00:00Z'),
  complete: shape.flag,
  contract: shape.list(
    shape.strictObject({ image: imageName, platforms: shape.list(name) }),
    LIMITS.imagesPerBundle,
  ),
  files: shape.list(shape.strictObject({ name, digest: digestShape, size: sizeShape }), 8),
  images: shape.list(
    shape.strictObject<BundleImage>({
      name: imageName,
      root: plainDescriptorShape,
      origin: shape.oneOf('kept', 'subset', 'assembled', 'made'),
      source: sourceShape,
    }),
    LIMITS.imagesPerBundle,
  ),
  cells: shape.list(cellShape),
  attestations: shape.list(
    shape.strictObject({ image: imageName, subject: digestShape, manifest: descriptorShape }),
  ),
  blobs: shape.list(
    shape.strictObject<BundleBlob>({
      digest: digestShape,
      size: sizeShape,
      kind: shape.optional(shape.oneOf('index', 'manifest', 'config')),
    }),
  ),
});

/** RFC 3339 in UTC, of a day that there is. */
function isTime(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text)) return false;
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text.slice(0, 19));
}

const versionShape = shape.looseObject<{ readonly type: string; readonly formatVersion: number }>({
  type: shape.text(),
  formatVersion: shape.number,
});

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
  const { type, formatVersion } = shape.parseShape(versionShape, value, { what, code: 'BUNDLE_INVALID' });
  if (type === BUNDLE_TYPE && formatVersion > BUNDLE_FORMAT_VERSION) {
    throw new XbundleError(
      'UNSUPPORTED',
      `reading ${what}: it has format version ${formatVersion}, this xbundle reads up to ${BUNDLE_FORMAT_VERSION}. Use a newer xbundle`,
    );
  }
  const index = shape.parseShape(bundleShape, value, { what, code: 'BUNDLE_INVALID' });
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
