import { isXbundleError } from '../../errors.ts';
import { readManifest, type BlobSource, type CallOptions, type ReadManifest } from '../../content/index.ts';
import {
  MEDIA_TYPES,
  NOTES,
  tell,
  type Descriptor,
  type Digest,
  type OnProgress,
  type Platform,
} from '../../model/index.ts';
import type { BundleRootOrigin } from '../format/format.ts';
import { makeIndex } from './make-index.ts';
import type { AttestationCandidate, ImageTree } from './image-tree.ts';
import type { ResolvedCell, ResolvedDocument } from './resolve-cell.ts';

/** An attestation or artifact that travels along: read, with the blobs it needs. */
export interface Companion {
  /** The manifest it speaks of; absent for an artifact that only the kept index lists. */
  readonly subject?: Digest;
  readonly document: ResolvedDocument;
  readonly blobs: readonly Descriptor[];
  readonly content: BlobSource;
}

/** What an image's name will point to in the bundle. */
export interface ResolvedRoot {
  readonly root: Descriptor;
  readonly origin: BundleRootOrigin;
  /** Indexes, read or made. */
  readonly documents: readonly ResolvedDocument[];
  readonly companions: readonly Companion[];
}

export interface RootInput {
  /** What the name itself points to; undefined when only arch tags exist. */
  readonly tree: ImageTree | undefined;
  /** At least one. */
  readonly cells: readonly ResolvedCell[];
  /** Attestations of the cells, each read where it was found. */
  readonly attestations: readonly Companion[];
  readonly keepsAttestations: boolean;
}

export interface RootOptions extends CallOptions {
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Keeps the source's root, digest unchanged, when all it names comes along; otherwise makes an index of exactly
 * what does. An index that names absent children is never written.
 */
export async function resolveRoot(input: RootInput, options: RootOptions = {}): Promise<ResolvedRoot> {
  const { tree } = input;
  if (tree !== undefined && keepsAll(tree, input)) {
    const artifacts = await readArtifacts(tree, options);
    if (artifacts !== undefined) {
      return {
        root: tree.root,
        origin: 'kept',
        documents: [...tree.indexes.values()].map(indexDocument),
        companions: [...input.attestations, ...artifacts],
      };
    }
  }
  return subsetIndex(input);
}

/** What comes along is what the root lists: nothing is left behind, and nothing was found under an arch tag. */
function keepsAll(tree: ImageTree, { cells, attestations, keepsAttestations }: RootInput): boolean {
  const taken = new Set([
    ...cells.map((cell) => cell.manifest.digest),
    ...attestations.map(digestOfCompanion),
  ]);
  return (
    comesFrom(tree, cells) &&
    tree.candidates.every(({ manifest }) => taken.has(manifest.digest)) &&
    tree.attestations.every(({ manifest }) => keepsAttestations && taken.has(manifest.digest))
  );
}

function digestOfCompanion({ document }: Companion): Digest {
  return document.descriptor.digest;
}

/** Whether the root lists every cell; one found under an arch tag is listed elsewhere. */
function comesFrom(tree: ImageTree, cells: readonly ResolvedCell[]): boolean {
  const listed = new Set(tree.candidates.map(({ manifest }) => manifest.digest));
  return cells.every((cell) => cell.content === tree.content && listed.has(cell.manifest.digest));
}

async function readArtifacts(
  tree: ImageTree,
  options: RootOptions,
): Promise<readonly Companion[] | undefined> {
  const artifacts: Companion[] = [];
  for (const { manifest, available } of tree.others) {
    const artifact = available ? await readCompanion(manifest, tree, options) : undefined;
    if (artifact === undefined) {
      const told = tell(NOTES, 'artifact-absent', { digest: manifest.digest, index: tree.root.digest });
      options.onProgress?.({ type: 'note', level: 'warning', ...told });
      return undefined;
    }
    artifacts.push(artifact);
  }
  return artifacts;
}

/** Reads a manifest that travels along; undefined when the source lacks it or any of its blobs. */
async function readCompanion(
  manifest: Descriptor,
  tree: ImageTree,
  options: CallOptions,
): Promise<Companion | undefined> {
  try {
    const companion = toCompanion(await readManifest(manifest, tree.content, options), tree.content);
    const lacked = await tree.content.lacks(companion.blobs, options);
    return lacked.length > 0 ? undefined : companion;
  } catch (error) {
    if (isXbundleError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

/** Reads an attestation with what it needs; undefined when the source lacks any of it. */
export async function readAttestation(
  { subject, manifest, available }: AttestationCandidate,
  tree: ImageTree,
  options: CallOptions = {},
): Promise<Companion | undefined> {
  const companion = available ? await readCompanion(manifest, tree, options) : undefined;
  return companion === undefined ? undefined : { ...companion, subject };
}

function toCompanion({ document, descriptor, bytes }: ReadManifest, content: BlobSource): Companion {
  const blobs = document.kind === 'manifest' ? [document.config, ...document.layers] : [];
  return {
    document: { descriptor, bytes, kind: 'manifest' },
    blobs,
    content,
  };
}

function indexDocument({ descriptor, bytes }: ReadManifest): ResolvedDocument {
  return { descriptor, bytes, kind: 'index' };
}

/** The new index keeps the family (OCI or Docker) and annotations of the one it is taken from. */
function subsetIndex({ tree, cells, attestations }: RootInput): ResolvedRoot {
  const from = tree?.indexes.get(tree.root.digest)?.document;
  const { descriptor, bytes } = makeIndex({
    mediaType: from?.mediaType ?? MEDIA_TYPES.ociIndex,
    manifests: [
      ...cells.map((cell) => withPlatform(cell.manifest, cell.platform)),
      ...attestations.map((companion) => companion.document.descriptor),
    ],
    annotations: from?.annotations,
  });
  return {
    root: descriptor,
    origin: tree !== undefined && comesFrom(tree, cells) ? 'subset' : 'assembled',
    documents: [{ descriptor, bytes, kind: 'index' }],
    companions: attestations,
  };
}

/** A descriptor as its index had it; one taken from elsewhere gets the platform that its config proved. */
function withPlatform(manifest: Descriptor, platform: Platform): Descriptor {
  if (manifest.platform !== undefined) return manifest;
  const { mediaType, digest, size } = manifest;
  return { mediaType, digest, size, platform };
}
