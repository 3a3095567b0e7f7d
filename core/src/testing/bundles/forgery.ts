import { MEDIA_TYPES, parsePlatform, type Descriptor, type Digest } from '../../model/index.ts';
import { planBundle } from '../../bundle/plan/plan.ts';
import { verifyBundle, type VerifyReport } from '../../bundle/verify/verify.ts';
import {
  addBlob,
  assemble,
  bundleBytes,
  inChunks,
  requestFor,
  takeApart,
  type BundleParts,
} from './bundle-parts.ts';
import { MemoryStore } from '../stores/memory-store.ts';
import { jsonBlob, randomImage, randomIndex } from '../images/random-image.ts';

/** What is forged, the codes it is found out by, and how. */
export type Forgery = readonly [
  what: string,
  codes: readonly string[],
  change: (parts: BundleParts) => unknown,
];

type Index = BundleParts['index'];

/** `a:v1` for amd64 and arm64 with attestations, and `b:v1` for amd64: cells 0, 1 and 2, images 0 and 1. */
export async function bundleToForge(): Promise<Buffer> {
  const store = new MemoryStore()
    .add(await randomIndex('a', ['linux/amd64', 'linux/arm64'], { attestations: true }), 'a:v1')
    .add(await randomImage('b', 'linux/amd64'), 'b:v1');
  return bundleBytes(await planBundle([requestFor('a:v1', store), requestFor('b:v1', store)]));
}

/** Verifies what `change` makes of a good bundle, with every digest and offset made to fit. */
export async function forge(
  good: Uint8Array,
  change: (parts: BundleParts) => unknown,
): Promise<VerifyReport> {
  const parts = await takeApart(good);
  change(parts);
  return verifyBundle(inChunks(assemble(parts)));
}

/** The codes of a report's problems, each once. */
export function codesOf({ problems }: VerifyReport): readonly string[] {
  return [...new Set(problems.map(({ code }) => code))].sort();
}

export function cellAt({ index }: BundleParts, at = 0): Index['cells'][number] {
  return present(index.cells[at]);
}

export function imageAt({ index }: BundleParts, at = 0): Index['images'][number] {
  return present(index.images[at]);
}

export function contractAt({ index }: BundleParts): Index['contract'][number] {
  return present(index.contract[0]);
}

export function blobAt({ index }: BundleParts, digest: Digest | undefined): Index['blobs'][number] {
  return present(index.blobs.find((each) => each.digest === digest));
}

/** A blob that is no document. */
export function layerAt({ index }: BundleParts): Index['blobs'][number] {
  return present(index.blobs.find(({ kind }) => kind === undefined));
}

export function dropBlob({ index }: BundleParts, digest: Digest | undefined): void {
  index.blobs = index.blobs.filter((each) => each.digest !== digest);
}

export function setPlatform(cell: Index['cells'][number], text: string): void {
  cell.platform = text;
  cell.manifest = { ...present(cell.manifest), platform: parsePlatform(text) };
}

export interface AnyDocument {
  readonly manifests: readonly Descriptor[];
  readonly layers: readonly Descriptor[];
}

export function readDocument({ blobs }: BundleParts, digest: Digest | undefined): AnyDocument {
  const bytes = digest === undefined ? undefined : blobs.get(digest);
  return JSON.parse(Buffer.from(present(bytes)).toString()) as AnyDocument;
}

/** Gives an image another index as its root, and the old one up. */
export function replaceRoot(parts: BundleParts, document: object): void {
  const image = imageAt(parts);
  dropBlob(parts, image.root.digest);
  image.root = addDocument(parts, document);
  image.origin = 'subset';
}

/** Adds an index. */
export function addDocument(parts: BundleParts, document: object): Descriptor {
  const { bytes } = jsonBlob(MEDIA_TYPES.ociIndex, document);
  return addBlob(parts, bytes, { mediaType: MEDIA_TYPES.ociIndex, kind: 'index' });
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the bundle to forge has no such thing');
  return value;
}
