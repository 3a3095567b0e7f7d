import { describe } from '../../content/index.ts';
import {
  formatPlatform,
  MEDIA_TYPES,
  parsePlatform,
  stringifyJson,
  type Descriptor,
  type Digest,
  type Platform,
} from '../../model/index.ts';
import { randomLayer, type Layer, type RandomLayerOptions } from './layers.ts';
import type { Seed } from './seeded-bytes.ts';
import type { MemoryBlob, VirtualBlob } from './test-blob.ts';

/** A manifest or index with all the content under it. */
export interface TestContent {
  /** What a tag points to: a manifest or an index. */
  readonly manifest: Descriptor;
  /** Every document and layer in memory, the manifest included. */
  readonly blobs: ReadonlyMap<Digest, MemoryBlob>;
  /** Layers that are made when read. */
  readonly virtual: ReadonlyMap<Digest, VirtualBlob>;
}

export interface TestImage extends TestContent {
  readonly platform: Platform;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** Which media types documents have: OCI image-spec or Docker schema 2. */
export type Family = 'oci' | 'docker';

export interface ImageOptions {
  /** A platform, or its text. It stands in the config as given. */
  readonly platform: Platform | string;
  readonly layers: readonly Layer[];
  /** RFC 3339. */
  readonly created?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly subject?: Descriptor;
  readonly family?: Family;
}

const CREATED = '2024-01-01T00:00:00Z';

const DOCKER_TYPES: ReadonlyMap<string, string> = new Map([
  [MEDIA_TYPES.ociLayer, 'application/vnd.docker.image.rootfs.diff.tar'],
  [MEDIA_TYPES.ociLayerGzip, 'application/vnd.docker.image.rootfs.diff.tar.gzip'],
  [MEDIA_TYPES.ociConfig, MEDIA_TYPES.dockerConfig],
  [MEDIA_TYPES.ociManifest, MEDIA_TYPES.dockerManifest],
  [MEDIA_TYPES.ociIndex, MEDIA_TYPES.dockerIndex],
]);

function mediaTypeIn(family: Family | undefined, ociType: string): string {
  return family === 'docker' ? (DOCKER_TYPES.get(ociType) ?? ociType) : ociType;
}

/** A JSON document as a blob, written as the Go tools write it: indented, without a final newline. */
export function jsonBlob(mediaType: string, document: unknown): MemoryBlob {
  const bytes = Buffer.from(stringifyJson(document).trimEnd());
  return { descriptor: describe(mediaType, bytes), bytes };
}

/** An image of one platform that engines load and, where its layers hold a program, run. */
export function createImage(options: ImageOptions): TestImage {
  const platform = typeof options.platform === 'string' ? parsePlatform(options.platform) : options.platform;
  const layers = options.layers.map(({ descriptor }) => ({
    ...descriptor,
    mediaType: mediaTypeIn(options.family, descriptor.mediaType),
  }));
  const config = configBlob(platform, options);
  const manifest = jsonBlob(mediaTypeIn(options.family, MEDIA_TYPES.ociManifest), {
    schemaVersion: 2,
    mediaType: mediaTypeIn(options.family, MEDIA_TYPES.ociManifest),
    config: config.descriptor,
    layers,
    subject: options.subject,
    annotations: options.annotations,
  });
  return {
    manifest: manifest.descriptor,
    platform,
    config: config.descriptor,
    layers,
    blobs: byDigest([manifest, config, ...options.layers.filter((layer) => 'bytes' in layer)]),
    virtual: byDigest(options.layers.filter((layer) => 'generate' in layer)),
  };
}

function configBlob(platform: Platform, options: ImageOptions): MemoryBlob {
  const created = options.created ?? CREATED;
  return jsonBlob(mediaTypeIn(options.family, MEDIA_TYPES.ociConfig), {
    created,
    ...platform,
    config: { Env: options.env, Entrypoint: options.entrypoint, Cmd: options.cmd, Labels: options.labels },
    rootfs: { type: 'layers', diff_ids: options.layers.map((layer) => layer.diffId) },
    history: options.layers.map((_, at) => ({ created, created_by: `layer ${at}` })),
  });
}

function byDigest<T extends { readonly descriptor: Descriptor }>(blobs: readonly T[]): Map<Digest, T> {
  return new Map(blobs.map((blob) => [blob.descriptor.digest, blob]));
}

/**
 * BuildKit's attestation of an image, in its shape: an `unknown/unknown` manifest with an in-toto layer. Its
 * descriptor carries the annotations that tie it to the image in an index.
 */
export function createAttestation(image: TestContent): TestContent {
  const statement = jsonBlob(MEDIA_TYPES.inToto, {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: PROVENANCE,
    subject: [{ name: 'pkg:docker/test', digest: { sha256: image.manifest.digest.slice('sha256:'.length) } }],
    predicate: { buildType: 'https://mobyproject.org/buildkit@v1', builder: { id: '' } },
  });
  const annotations = { 'in-toto.io/predicate-type': PROVENANCE };
  const layer: Layer = {
    bytes: statement.bytes,
    descriptor: { ...statement.descriptor, annotations },
    diffId: statement.descriptor.digest,
  };
  const content = createImage({ platform: UNKNOWN, layers: [layer] });
  const manifest = {
    ...content.manifest,
    platform: UNKNOWN,
    annotations: {
      'vnd.docker.reference.digest': image.manifest.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
  };
  return { manifest, blobs: content.blobs, virtual: content.virtual };
}

const PROVENANCE = 'https://slsa.dev/provenance/v0.2';
const UNKNOWN: Platform = { architecture: 'unknown', os: 'unknown' };

export interface IndexOptions {
  /** Adds an attestation manifest for every child that is an image, after all children, as BuildKit does. */
  readonly attestations?: boolean;
  /** Of the index: OCI's when absent. Children keep theirs, so mixed indexes can be made. */
  readonly mediaType?: typeof MEDIA_TYPES.ociIndex | typeof MEDIA_TYPES.dockerIndex;
  /** Indexes around the index, each with one child. */
  readonly nested?: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An index of images and indexes, in the order given. */
export function createIndex(
  children: readonly (TestImage | TestContent)[],
  options: IndexOptions = {},
): TestContent {
  const mediaType = options.mediaType ?? MEDIA_TYPES.ociIndex;
  const images = options.attestations === true ? children.filter((child) => 'platform' in child) : [];
  const all = [...children, ...images.map(createAttestation)];
  const index = jsonBlob(mediaType, {
    schemaVersion: 2,
    mediaType,
    manifests: all.map((child) =>
      'platform' in child ? { ...child.manifest, platform: child.platform } : child.manifest,
    ),
    annotations: options.annotations,
  });
  const content: TestContent = {
    manifest: index.descriptor,
    blobs: new Map([...byDigest([index]), ...all.flatMap(({ blobs }) => [...blobs])]),
    virtual: new Map(all.flatMap(({ virtual }) => [...virtual])),
  };
  return wrap(content, mediaType, options.nested ?? 0);
}

function wrap(
  content: TestContent,
  mediaType: NonNullable<IndexOptions['mediaType']>,
  times: number,
): TestContent {
  return times === 0 ? content : createIndex([content], { mediaType, nested: times - 1 });
}

export interface RandomImageOptions extends RandomLayerOptions {
  readonly layers?: number;
  /** Bytes of files in each layer. */
  readonly layerBytes?: number;
  readonly family?: Family;
  /** Layers put under the random ones, shared with whatever else uses them. */
  readonly base?: readonly Layer[];
}

/** An image of random layers: two of 1 KiB unless told. */
export async function randomImage(
  seed: Seed,
  platform: Platform | string,
  options: RandomImageOptions = {},
): Promise<TestImage> {
  const text = typeof platform === 'string' ? platform : formatPlatform(platform);
  const layers: Layer[] = [...(options.base ?? [])];
  for (let number = 0; number < (options.layers ?? 2); number++) {
    layers.push(await randomLayer(`${seed} ${text} ${number}`, options.layerBytes ?? 1024, options));
  }
  return createImage({ platform, layers, ...(options.family !== undefined && { family: options.family }) });
}

/** An index of random images, one for each platform. */
export async function randomIndex(
  seed: Seed,
  platforms: readonly (Platform | string)[],
  options: RandomImageOptions & IndexOptions = {},
): Promise<TestContent> {
  const images: TestImage[] = [];
  for (const platform of platforms) images.push(await randomImage(seed, platform, options));
  const mediaType = options.family === 'docker' ? MEDIA_TYPES.dockerIndex : MEDIA_TYPES.ociIndex;
  return createIndex(images, { mediaType, ...options });
}
