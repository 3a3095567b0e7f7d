import { Buffer } from 'node:buffer';
import { describe, digestOf } from '../../content/index.ts';
import {
  MEDIA_TYPES,
  digestHex,
  parseManifest,
  stringifyJson,
  type Descriptor,
  type Digest,
} from '../../model/index.ts';
import { placeEntries, type PlacedEntry, type TarEntry } from '../../tar/index.ts';
import {
  ENTRY_NAMES,
  OCI_LAYOUT_CONTENT,
  blobEntryName,
  serializeBundleIndex,
  type BundleCell,
  type BundleFile,
  type BundleImage,
  type BundleIndex,
} from './format.ts';

/** What the files that other tools read are made of. */
export interface FrontMatterInput {
  readonly images: readonly BundleImage[];
  readonly cells: readonly BundleCell[];
  /** The bytes of every cell's manifest. */
  readonly documents: ReadonlyMap<Digest, Uint8Array>;
}

/** `index.json` and `manifest.json`: what makes the bundle an OCI layout and a docker archive. */
export interface ForeignFiles {
  readonly ociIndex: Uint8Array;
  readonly dockerManifest: Uint8Array;
}

/** Both files follow from the images and cells alone, so a verifier makes them again and compares. */
export function composeForeignFiles({ images, cells, documents }: FrontMatterInput): ForeignFiles {
  const present = new Map<string, BundleCell[]>();
  for (const cell of cells) {
    if (cell.state !== 'present') continue;
    present.set(cell.image, [...(present.get(cell.image) ?? []), cell]);
  }
  const named = images.flatMap((image) => [
    withNames(image.root, image.name),
    ...(present.get(image.name) ?? []).flatMap(archTagEntry),
  ]);
  const ociIndex = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: named };
  const dockerManifest = [...present.entries()].flatMap(([image, own]) =>
    own.flatMap((cell) => dockerEntry(cell, own.length === 1 ? [image] : [], documents)),
  );
  return {
    ociIndex: Buffer.from(stringifyJson(ociIndex)),
    dockerManifest: Buffer.from(stringifyJson(dockerManifest)),
  };
}

function archTagEntry({ manifest, archTag }: BundleCell): readonly Descriptor[] {
  return manifest === undefined || archTag === undefined ? [] : [withNames(manifest, archTag)];
}

/**
 * containerd and Docker read `io.containerd.image.name`; skopeo and podman look for the exact ref.name, which in
 * a file of many images only the full name keeps apart.
 */
function withNames({ mediaType, digest, size, platform }: Descriptor, name: string): Descriptor {
  return {
    mediaType,
    digest,
    size,
    ...(platform !== undefined && { platform }),
    annotations: { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name },
  };
}

interface DockerManifestEntry {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}

/**
 * One platform under one RepoTag, never two: a classic store keeps the last. The plain name stands here only
 * for an image that has no second platform.
 */
function dockerEntry(
  { manifest, config, archTag }: BundleCell,
  plainNames: readonly string[],
  documents: ReadonlyMap<Digest, Uint8Array>,
): readonly DockerManifestEntry[] {
  const tags = [...(archTag === undefined ? [] : [archTag]), ...plainNames];
  const bytes = manifest === undefined ? undefined : documents.get(manifest.digest);
  if (manifest === undefined || config === undefined || bytes === undefined || tags.length === 0) return [];
  const document = parseManifest(bytes, manifest.mediaType, `manifest ${manifest.digest}`);
  const layers = document.kind === 'manifest' ? document.layers : [];
  return [
    {
      Config: blobEntryName(config.digest),
      RepoTags: [...new Set(tags)],
      Layers: layers.map((layer) => blobEntryName(layer.digest)),
    },
  ];
}

/** A file before the blobs, with its content. */
export interface FrontFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** The records of the files that `xbundle.json` covers by digest. */
export function fileRecords(files: ForeignFiles): readonly BundleFile[] {
  const record = (name: string, content: Uint8Array): BundleFile => {
    const { digest, size } = describe('', content);
    return { name, digest, size };
  };
  return [
    record(ENTRY_NAMES.layout, Buffer.from(OCI_LAYOUT_CONTENT)),
    record(ENTRY_NAMES.ociIndex, files.ociIndex),
    record(ENTRY_NAMES.dockerManifest, files.dockerManifest),
  ];
}

/** `sha256sum -c` form of the digest of `xbundle.json`. */
export function checksumFile(indexBytes: Uint8Array): Uint8Array {
  return Buffer.from(`${digestHex(digestOf(indexBytes))}  ${ENTRY_NAMES.index}\n`);
}

/** All files before the blobs, in their order. */
export function composeFrontMatter(index: BundleIndex, foreign: ForeignFiles): readonly FrontFile[] {
  const indexBytes = serializeBundleIndex(index);
  return [
    { name: ENTRY_NAMES.layout, content: Buffer.from(OCI_LAYOUT_CONTENT) },
    { name: ENTRY_NAMES.index, content: indexBytes },
    { name: ENTRY_NAMES.indexChecksum, content: checksumFile(indexBytes) },
    { name: ENTRY_NAMES.ociIndex, content: foreign.ociIndex },
    { name: ENTRY_NAMES.dockerManifest, content: foreign.dockerManifest },
  ];
}

/** Where everything in a bundle lies. */
export interface BundleMap {
  readonly front: readonly PlacedEntry[];
  readonly blobs: ReadonlyMap<Digest, PlacedEntry>;
  /** The whole file, in bytes. */
  readonly size: number;
}

/** Every offset follows from `xbundle.json` and its own length. */
export function mapBundle(index: BundleIndex, indexSize: number): BundleMap {
  const sizes = new Map(index.files.map((file) => [file.name, file.size]));
  const sizeOf = (name: string): TarEntry => ({ name, size: sizes.get(name) ?? 0 });
  const front: readonly TarEntry[] = [
    sizeOf(ENTRY_NAMES.layout),
    { name: ENTRY_NAMES.index, size: indexSize },
    { name: ENTRY_NAMES.indexChecksum, size: 64 + 2 + ENTRY_NAMES.index.length + 1 },
    sizeOf(ENTRY_NAMES.ociIndex),
    sizeOf(ENTRY_NAMES.dockerManifest),
  ];
  const blobs = index.blobs.map(({ digest, size }) => ({ name: blobEntryName(digest), size }));
  const { entries, size } = placeEntries([...front, ...blobs]);
  const placedBlobs = entries.slice(front.length);
  return {
    front: entries.slice(0, front.length),
    blobs: new Map(
      index.blobs.flatMap(({ digest }, position) => {
        const entry = placedBlobs[position];
        return entry === undefined ? [] : [[digest, entry] as const];
      }),
    ),
    size,
  };
}
