import {
  childrenOf,
  walkManifests,
  type BlobSource,
  type CallOptions,
  type TargetCell,
  type TargetImage,
} from '../content/index.ts';
import { XbundleError } from '../errors.ts';
import {
  digestAlgorithm,
  digestHex,
  formatReference,
  MEDIA_TYPES,
  stringifyJson,
  type Descriptor,
  type Digest,
} from '../model/index.ts';
import { fileHeader, paddingFor, placeEntries, TRAILER_BYTES } from '../tar/index.ts';
import type { EngineStore } from './facts.ts';

/** A tar that an engine loads, described before it is made. */
export interface LoadArchive {
  /** Bytes of the whole tar. */
  readonly size: number;
  /** The documents that come first, in their order. */
  readonly documents: readonly { readonly name: string; readonly content: Uint8Array }[];
  /** All blobs, each once, in the order of the tar: by digest. */
  readonly blobs: readonly Descriptor[];
}

/**
 * Plans one tar with all of `images`. A containerd store gets an OCI archive with the roots as they are. A classic
 * store gets a docker archive, for which each image must have exactly one cell (UNSUPPORTED otherwise): its config
 * and layers, compressed as they are.
 *
 * Reads manifests from `from`. Throws INCOMPLETE when `from` says that it lacks a blob, besides what reading throws.
 */
export async function planLoadArchive(
  images: readonly TargetImage[],
  from: BlobSource,
  options: CallOptions & { readonly store: EngineStore },
): Promise<LoadArchive> {
  const plan =
    options.store === 'containerd'
      ? await planOciArchive(images, from, options)
      : await planDockerArchive(images, from, options);
  const missing = await from.lacks(plan.blobs, options);
  if (missing[0] !== undefined) {
    throw new XbundleError(
      'INCOMPLETE',
      `loading ${images.length} images: the source lacks ${missing.length} blobs, the first is ${missing[0].digest}`,
    );
  }
  const entries = [
    ...plan.documents.map(({ name, content }) => ({ name, size: content.byteLength })),
    ...plan.blobs.map((blob) => ({ name: blobName(blob.digest), size: blob.size })),
  ];
  return { ...plan, size: placeEntries(entries).size };
}

type Plan = Omit<LoadArchive, 'size'>;

async function planOciArchive(
  images: readonly TargetImage[],
  from: BlobSource,
  options: CallOptions,
): Promise<Plan> {
  const blobs = new Map<Digest, Descriptor>();
  for (const { root } of images) {
    blobs.set(root.digest, root);
    for await (const { document } of walkManifests(root, from, options)) {
      for (const child of childrenOf(document)) blobs.set(child.digest, child);
    }
  }
  const index = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociIndex,
    manifests: images.map(({ name, root: { mediaType, digest, size } }) => ({
      mediaType,
      digest,
      size,
      annotations: {
        'io.containerd.image.name': formatReference(name),
        ...(name.tag !== undefined && { 'org.opencontainers.image.ref.name': name.tag }),
      },
    })),
  };
  return {
    documents: [document('oci-layout', { imageLayoutVersion: '1.0.0' }), document('index.json', index)],
    blobs: sorted(blobs),
  };
}

/** An image under several names is one record, so that the engine unpacks it once. */
async function planDockerArchive(
  images: readonly TargetImage[],
  from: BlobSource,
  options: CallOptions,
): Promise<Plan> {
  const blobs = new Map<Digest, Descriptor>();
  const records = new Map<Digest, { Config: string; RepoTags: string[]; Layers: string[] }>();
  for (const image of images) {
    const { manifest, config } = onlyCell(image);
    const layers = await layersOf(manifest, from, options);
    for (const blob of [config, ...layers]) blobs.set(blob.digest, blob);
    const record = records.get(manifest.digest) ?? {
      Config: blobName(config.digest),
      RepoTags: [],
      Layers: layers.map(({ digest }) => blobName(digest)),
    };
    record.RepoTags.push(formatReference(image.name));
    records.set(manifest.digest, record);
  }
  return { documents: [document('manifest.json', [...records.values()])], blobs: sorted(blobs) };
}

function onlyCell({ name, cells }: TargetImage): TargetCell {
  const [cell, ...others] = cells;
  if (cell !== undefined && others.length === 0) return cell;
  throw new XbundleError(
    'UNSUPPORTED',
    `loading ${formatReference(name)}: a classic image store holds one platform under a name, got ${cells.length}. Turn on the containerd image store, or load each platform under a name of its own`,
  );
}

async function layersOf(
  manifest: Descriptor,
  from: BlobSource,
  options: CallOptions,
): Promise<readonly Descriptor[]> {
  for await (const { document } of walkManifests(manifest, from, options)) {
    if (document.kind === 'manifest') return document.layers;
  }
  throw new XbundleError('DOCUMENT_INVALID', `loading ${manifest.digest}: it is an index, want a manifest`);
}

function document(name: string, value: unknown): { name: string; content: Uint8Array } {
  return { name, content: Buffer.from(stringifyJson(value)) };
}

function sorted(blobs: ReadonlyMap<Digest, Descriptor>): readonly Descriptor[] {
  return [...blobs.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
}

function blobName(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`;
}

/**
 * The bytes of the planned tar, made on the way: equal plans give equal bytes. A blob that is not what its digest
 * says ends the stream before that blob's last byte, so that no engine gets a whole archive with a wrong blob.
 */
export async function* loadArchiveBytes(
  { documents, blobs }: LoadArchive,
  from: BlobSource,
  options: CallOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const { name, content } of documents) {
    yield Buffer.concat([
      fileHeader(name, content.byteLength),
      content,
      Buffer.alloc(paddingFor(content.byteLength)),
    ]);
  }
  for (const blob of blobs) {
    yield fileHeader(blobName(blob.digest), blob.size);
    yield* from.read(blob, options);
    const padding = paddingFor(blob.size);
    if (padding > 0) yield Buffer.alloc(padding);
  }
  yield Buffer.alloc(TRAILER_BYTES);
}
