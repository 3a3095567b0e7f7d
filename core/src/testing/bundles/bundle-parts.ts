import { Buffer } from 'node:buffer';
import { digestOf, type Bytes, type ImageSource } from '../../content/index.ts';
import { parsePlatform, parseReference, type Descriptor, type Digest } from '../../model/index.ts';
import { fileHeader, paddingFor, TRAILER_BYTES } from '../../tar/index.ts';
import {
  blobEntryName,
  ENTRY_NAMES,
  serializeBundleIndex,
  type BundleIndex,
} from '../../bundle/format/format.ts';
import {
  composeForeignFiles,
  composeFrontMatter,
  fileRecords,
  type ForeignFiles,
} from '../../bundle/format/front-matter.ts';
import { readHead } from '../../bundle/format/head.ts';
import type { BundlePlan } from '../../bundle/plan/plan.ts';
import { isIntegrityProblem, type Problem } from '../../bundle/verify/problem.ts';
import type { ImageRequest } from '../../bundle/plan/image-request.ts';
import { verifyBundle } from '../../bundle/verify/verify.ts';
import { streamBundle } from '../../bundle/write/write.ts';

/** A request in the text forms people write; without platforms, all that the source offers. */
export function requestFor(name: string, source: ImageSource, platforms?: readonly string[]): ImageRequest {
  return {
    name: parseReference(name),
    source,
    ...(platforms !== undefined && { platforms: platforms.map((text) => parsePlatform(text)) }),
  };
}

/** All bytes of the bundle of a plan. */
export async function bundleBytes(plan: BundlePlan): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of streamBundle(plan, { allowIncomplete: true })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Bytes as a stream, in chunks of `size`. */
export async function* inChunks(bytes: Uint8Array, size = 65_536): Bytes {
  for (let at = 0; at < bytes.byteLength; at += size) {
    yield await Promise.resolve(bytes.subarray(at, at + size));
  }
}

/**
 * What `verify` finds in the bundle of a plan, the cells that the plan itself says are not there left out. A plan
 * is only good if this is empty.
 */
export async function findingsOf(plan: BundlePlan): Promise<readonly Problem[]> {
  const { problems, complete } = await verifyBundle(inChunks(await bundleBytes(plan)));
  if (complete !== plan.index.complete)
    throw new Error(`the report says that complete is ${String(complete)}`);
  return problems.filter(isIntegrityProblem);
}

/** All but descriptors, which are replaced as a whole. */
type Mutable<T> = T extends string | number | boolean | undefined | Descriptor
  ? T
  : { -readonly [Key in keyof T]: Mutable<T[Key]> };

/** A bundle taken apart, to be changed and put together again with every digest and offset made to fit. */
export interface BundleParts {
  index: Mutable<BundleIndex>;
  foreign: ForeignFiles;
  readonly blobs: Map<Digest, Uint8Array>;
}

/** Takes a good bundle apart. */
export async function takeApart(bytes: Uint8Array): Promise<BundleParts> {
  const { index, map } = await readHead(
    (offset, size) => Promise.resolve(bytes.subarray(offset, offset + size)),
    'the test bundle',
  );
  const contentOf = (name: string): Uint8Array => {
    const entry = map.front.find((each) => each.name === name);
    const offset = entry?.contentOffset ?? 0;
    return bytes.subarray(offset, offset + (entry?.size ?? 0));
  };
  return {
    index: index as Mutable<BundleIndex>,
    foreign: {
      ociIndex: contentOf(ENTRY_NAMES.ociIndex),
      dockerManifest: contentOf(ENTRY_NAMES.dockerManifest),
    },
    blobs: new Map(
      [...map.blobs].map(([digest, { contentOffset, size }]) => [
        digest,
        bytes.subarray(contentOffset, contentOffset + size),
      ]),
    ),
  };
}

/** Adds or replaces a blob, listed in its place; gives its descriptor. */
export function addBlob(
  parts: BundleParts,
  bytes: Uint8Array,
  {
    mediaType = 'application/octet-stream',
    kind,
  }: { mediaType?: string; kind?: 'index' | 'manifest' | 'config' } = {},
): Descriptor {
  const digest = digestOf(bytes);
  parts.blobs.set(digest, bytes);
  const others = parts.index.blobs.filter((blob) => blob.digest !== digest);
  const blob = { digest, size: bytes.byteLength, ...(kind !== undefined && { kind }) };
  parts.index.blobs = [...others, blob].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  return { mediaType, digest, size: bytes.byteLength };
}

/** Makes `index.json` and `manifest.json` again from the changed index, and records their digests. */
export function remakeForeignFiles(parts: BundleParts): void {
  const { images, cells } = parts.index as BundleIndex;
  parts.foreign = composeForeignFiles({ images, cells, documents: parts.blobs });
  recordForeignFiles(parts);
}

/** Records the digests of `index.json` and `manifest.json` as they are. */
export function recordForeignFiles(parts: BundleParts): void {
  parts.index.files = [...fileRecords(parts.foreign)];
}

/** Puts parts together: a tar in which every header, offset and `xbundle.json.sha256` agrees with the index. */
export function assemble({ index, foreign, blobs }: BundleParts): Buffer {
  const content = index as BundleIndex;
  return joinEntries([
    ...composeFrontMatter(content, foreign),
    ...content.blobs.map(({ digest }) => ({
      name: blobEntryName(digest),
      content: blobs.get(digest) ?? new Uint8Array(0),
    })),
  ]);
}

/** A tar of these entries with xbundle's own headers. */
export function joinEntries(
  entries: readonly { readonly name: string; readonly content: Uint8Array }[],
): Buffer {
  return Buffer.concat([
    ...entries.flatMap(({ name, content }) => [
      fileHeader(name, content.byteLength),
      content,
      Buffer.alloc(paddingFor(content.byteLength)),
    ]),
    Buffer.alloc(TRAILER_BYTES),
  ]);
}

/** A bundle whose `xbundle.json` has these bytes, whatever they are, with a checksum file that fits. */
export async function withIndexBytes(bundle: Uint8Array, indexBytes: Uint8Array): Promise<Buffer> {
  const parts = await takeApart(bundle);
  const front = composeFrontMatter(parts.index as BundleIndex, parts.foreign).map((file) => {
    if (file.name === ENTRY_NAMES.index) return { ...file, content: indexBytes };
    if (file.name !== ENTRY_NAMES.indexChecksum) return file;
    const hex = digestOf(indexBytes).slice('sha256:'.length);
    return { ...file, content: Buffer.from(`${hex}  ${ENTRY_NAMES.index}\n`) };
  });
  const blobs = parts.index.blobs.map(({ digest }) => ({
    name: blobEntryName(digest),
    content: parts.blobs.get(digest) ?? new Uint8Array(0),
  }));
  return joinEntries([...front, ...blobs]);
}

/** The bytes of `xbundle.json` in `bundle`, as text. */
export async function indexText(bundle: Uint8Array): Promise<string> {
  const parts = await takeApart(bundle);
  return Buffer.from(serializeBundleIndex(parts.index as BundleIndex)).toString();
}
