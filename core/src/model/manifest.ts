import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { descriptorShape, PLATFORM_KEYS, type Descriptor } from './descriptor.ts';
import { isDigest, type Digest } from './digest.ts';
import { isIndexType, isManifestType, isSchema1Type } from './media-types.ts';
import { parseStrictJson, refuseOtherCase } from './json.ts';
import * as shape from './shape.ts';

/** An OCI manifest or Docker schema 2 manifest: a config and layers. */
export interface Manifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  readonly subject?: Descriptor;
}

/** An OCI index or Docker manifest list: children, which may be manifests and indexes of either family. */
export interface Index {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  readonly subject?: Descriptor;
}

export type ManifestDocument = Manifest | Index;

interface CommonMembers {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  readonly subject?: Descriptor;
  /** Of schema 1. */
  readonly fsLayers?: never;
}

interface ManifestMembers extends CommonMembers {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly manifests?: never;
}

interface IndexMembers extends CommonMembers {
  readonly manifests: readonly Descriptor[];
  readonly config?: never;
  readonly layers?: never;
}

const common: shape.Members<CommonMembers> = {
  schemaVersion: shape.oneOf(2),
  mediaType: shape.optional(shape.text(0, 255)),
  annotations: shape.optional(shape.textByName),
  artifactType: shape.optional(shape.text(0, 255)),
  subject: shape.optional(descriptorShape),
  fsLayers: shape.absent,
};

const manifestShape = shape.looseObject<ManifestMembers>({
  ...common,
  config: descriptorShape,
  layers: shape.list(descriptorShape),
  manifests: shape.absent,
});

const indexShape = shape.looseObject<IndexMembers>({
  ...common,
  manifests: shape.list(descriptorShape),
  config: shape.absent,
  layers: shape.absent,
});

const declaredShape = shape.looseObject<{ readonly mediaType?: string }>({
  mediaType: shape.optional(shape.text()),
});

/**
 * Parses the raw bytes of a manifest or index whose media type the descriptor or `Content-Type` gave.
 * Throws UNSUPPORTED for schema 1 and unknown types, DOCUMENT_INVALID for a document that is ambiguous (both
 * manifests and layers: CVE-2021-41190), disagrees with `mediaType` or breaks the schema, LIMIT_EXCEEDED for
 * too many entries.
 */
export function parseManifest(bytes: Uint8Array, mediaType: string, what: string): ManifestDocument {
  refuseUnsupported(mediaType, what);
  const value = parseStrictJson(bytes, what);
  refuseOtherCase(value, DOCUMENT_KEYS, what);
  const document = isIndexType(mediaType)
    ? parseIndexDocument(value, mediaType, what)
    : parseManifestDocument(value, mediaType, what);
  for (const descriptor of descriptorsOf(document)) {
    refuseOtherCase(descriptor, DESCRIPTOR_KEYS, what);
    refuseOtherCase(descriptor.platform, PLATFORM_KEYS, what);
  }
  return document;
}

const DOCUMENT_KEYS = [
  'schemaVersion',
  'mediaType',
  'artifactType',
  'config',
  'layers',
  'manifests',
  'fsLayers',
  'subject',
  'annotations',
];
const DESCRIPTOR_KEYS = [
  'mediaType',
  'digest',
  'size',
  'platform',
  'annotations',
  'artifactType',
  'urls',
  'data',
];

function descriptorsOf(document: ManifestDocument): readonly Descriptor[] {
  const subject = document.subject === undefined ? [] : [document.subject];
  const own = document.kind === 'index' ? document.manifests : [document.config, ...document.layers];
  return [...own, ...subject];
}

function refuseUnsupported(mediaType: string, what: string): void {
  if (isSchema1Type(mediaType)) {
    throw new XbundleError(
      'UNSUPPORTED',
      `reading ${what}: it is a Docker schema 1 manifest (${mediaType}), which has no verifiable digest. Push the image again with any Docker since 1.10`,
    );
  }
  if (!isIndexType(mediaType) && !isManifestType(mediaType)) {
    throw new XbundleError('UNSUPPORTED', `reading ${what}: ${mediaType} is no image manifest or index`);
  }
}

function parseManifestDocument(value: unknown, mediaType: string, what: string): Manifest {
  const { config, layers, mediaType: own, ...rest } = shape.parseShape(manifestShape, value, { what });
  refuseOtherType(own, mediaType, what);
  refuseTooMany(layers.length, LIMITS.layersPerManifest, `${what}: layers`);
  return { kind: 'manifest', mediaType, config, layers, ...optional(rest) };
}

function parseIndexDocument(value: unknown, mediaType: string, what: string): Index {
  const { manifests, mediaType: own, ...rest } = shape.parseShape(indexShape, value, { what });
  refuseOtherType(own, mediaType, what);
  refuseTooMany(manifests.length, LIMITS.manifestsPerIndex, `${what}: manifests`);
  return { kind: 'index', mediaType, manifests, ...optional(rest) };
}

interface OptionalMembers {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  readonly subject?: Descriptor;
}

function optional({ annotations, artifactType, subject }: OptionalMembers): OptionalMembers {
  return {
    ...(annotations !== undefined && { annotations }),
    ...(artifactType !== undefined && { artifactType }),
    ...(subject !== undefined && { subject }),
  };
}

function refuseOtherType(own: string | undefined, given: string, what: string): void {
  if (own === undefined || own === given) return;
  throw new XbundleError(
    'DOCUMENT_INVALID',
    `reading ${what}: it says it is ${own}, but was served as ${given}`,
  );
}

function refuseTooMany(count: number, limit: number, what: string): void {
  if (count <= limit) return;
  throw new XbundleError('LIMIT_EXCEEDED', `reading ${what}: got ${count}, want at most ${limit}`);
}

/**
 * The media type a document declares itself to have, for media that carry none beside it (an OCI layout read
 * by digest, an `index.json` without media types). Undefined when it declares none.
 */
export function declaredMediaType(bytes: Uint8Array, what: string): string | undefined {
  return shape.parseShape(declaredShape, parseStrictJson(bytes, what), { what }).mediaType;
}

const ATTESTATION_TYPE = 'vnd.docker.reference.type';
const ATTESTATION_SUBJECT = 'vnd.docker.reference.digest';

/** Whether a child of an index is a BuildKit attestation (provenance, SBOM) of one of its siblings. */
export function isAttestation(child: Descriptor): boolean {
  return child.annotations?.[ATTESTATION_TYPE] === 'attestation-manifest';
}

/** The digest of the manifest that an attestation child speaks of, where it names one. */
export function attestationSubject(child: Descriptor): Digest | undefined {
  const subject = child.annotations?.[ATTESTATION_SUBJECT];
  return subject !== undefined && isDigest(subject) ? subject : undefined;
}
