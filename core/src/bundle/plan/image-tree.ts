import { XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import {
  readConfig,
  readManifest,
  type BlobSource,
  type CallOptions,
  type ReadManifest,
} from '../../content/index.ts';
import {
  attestationSubject,
  isAttestation,
  isImageConfigType,
  isIndexType,
  isManifestType,
  isUnknownPlatform,
  normalizePlatform,
  satisfies,
  type Descriptor,
  type Digest,
  type ImageConfig,
  type Platform,
} from '../../model/index.ts';

/** A manifest that could fill a cell. */
export interface Candidate {
  readonly platform: Platform;
  readonly manifest: Descriptor;
  /** False when an index lists the manifest but the source knows that it lacks it. */
  readonly available: boolean;
  /** Neither an index nor the config names a variant, so that `platform` has the one that means. */
  readonly variantUnsaid: boolean;
}

/** Whether a candidate is what is wanted, where something else, such as an arch tag, says a variant it leaves unsaid. */
export function couldBe({ platform, variantUnsaid }: Candidate, wanted: Platform): boolean {
  if (satisfies(platform, wanted)) return true;
  const { variant } = wanted;
  return variantUnsaid && variant !== undefined && satisfies({ ...platform, variant }, wanted);
}

export interface AttestationCandidate {
  readonly subject: Digest;
  readonly manifest: Descriptor;
  readonly available: boolean;
}

/** What one name points to, before platforms are chosen. */
export interface ImageTree {
  readonly root: Descriptor;
  readonly content: BlobSource;
  /** The root index and those nested in it; empty when the root is a manifest. */
  readonly indexes: ReadonlyMap<Digest, ReadManifest>;
  /** In document order. */
  readonly candidates: readonly Candidate[];
  readonly attestations: readonly AttestationCandidate[];
  /** Children with no platform that are no attestation: artifacts, which a kept index carries along. */
  readonly others: readonly ArtifactCandidate[];
}

export interface ArtifactCandidate {
  readonly manifest: Descriptor;
  readonly available: boolean;
}

interface Leaf {
  readonly manifest: Descriptor;
  readonly platform: Platform | undefined;
}

/**
 * Reads the indexes under `root` and tells platforms, attestations and artifacts apart. A manifest is read only
 * when its descriptor names no platform. Throws UNSUPPORTED for what is no container image, LIMIT_EXCEEDED for
 * indexes nested or listed without end.
 */
export async function readImageTree(
  root: Descriptor,
  content: BlobSource,
  options: CallOptions = {},
): Promise<ImageTree> {
  const indexes = new Map<Digest, ReadManifest>();
  const leaves = await readIndexes(root, { content, indexes, options });
  const lacked = await content.lacks(
    leaves.map((leaf) => leaf.manifest),
    options,
  );
  const absent = new Set(lacked.map((blob) => blob.digest));
  const tree = { candidates: [], attestations: [], others: [] } as Parts;
  for (const leaf of leaves) {
    const available = !absent.has(leaf.manifest.digest);
    const readable = available && (indexes.size === 0 || isManifestType(leaf.manifest.mediaType));
    await sortLeaf(leaf, tree, { content, options, available, readable });
  }
  if (indexes.size === 0 && tree.candidates.length === 0) {
    throw new XbundleError('UNSUPPORTED', `reading manifest ${root.digest}: it is no container image`);
  }
  return { root, content, indexes, ...tree };
}

interface Parts {
  readonly candidates: Candidate[];
  readonly attestations: AttestationCandidate[];
  readonly others: ArtifactCandidate[];
}

interface IndexReading {
  readonly content: BlobSource;
  readonly indexes: Map<Digest, ReadManifest>;
  readonly options: CallOptions;
}

/** Leaves in document order; a nested index passes its platform on to children that have none. */
async function readIndexes(root: Descriptor, reading: IndexReading): Promise<readonly Leaf[]> {
  const leaves: Leaf[] = [];
  const visit = async (at: Leaf, depth: number): Promise<void> => {
    if (!isIndexType(at.manifest.mediaType)) {
      leaves.push(at);
      return;
    }
    refuseTooMuch(root, depth, leaves.length);
    if (reading.indexes.has(at.manifest.digest)) return;
    const read = await readManifest(at.manifest, reading.content, reading.options);
    reading.indexes.set(at.manifest.digest, read);
    if (read.document.kind !== 'index') return;
    for (const child of read.document.manifests) {
      await visit({ manifest: child, platform: child.platform ?? at.platform }, depth + 1);
    }
  };
  await visit({ manifest: root, platform: undefined }, 0);
  return leaves;
}

function refuseTooMuch(root: Descriptor, depth: number, leaves: number): void {
  if (depth < LIMITS.indexDepth && leaves <= LIMITS.descriptorsPerImage) return;
  throw new XbundleError(
    'LIMIT_EXCEEDED',
    `reading index ${root.digest}: nested deeper than ${LIMITS.indexDepth} or more than ${LIMITS.descriptorsPerImage} manifests`,
  );
}

interface LeafContext {
  readonly content: BlobSource;
  readonly options: CallOptions;
  readonly available: boolean;
  /** Available, and a manifest: an index may list things of any type. */
  readonly readable: boolean;
}

async function sortLeaf({ manifest, platform }: Leaf, parts: Parts, context: LeafContext): Promise<void> {
  const { available, readable } = context;
  const subject = isAttestation(manifest) ? attestationSubject(manifest) : undefined;
  if (subject !== undefined) {
    parts.attestations.push({ subject, manifest, available });
    return;
  }
  const config = platform === undefined && readable ? await configOf(manifest, context) : undefined;
  const known = platform ?? config?.platform;
  if (known === undefined || isUnknownPlatform(known)) parts.others.push({ manifest, available: readable });
  else parts.candidates.push({ manifest, available, ...platformAs(known, config) });
}

function platformAs(
  platform: Platform,
  config: ImageConfig | undefined,
): Pick<Candidate, 'platform' | 'variantUnsaid'> {
  const variantUnsaid = config !== undefined && config.variant === undefined;
  return { platform: normalizePlatform(platform), variantUnsaid };
}

async function configOf(manifest: Descriptor, context: LeafContext): Promise<ImageConfig | undefined> {
  const { document } = await readManifest(manifest, context.content, context.options);
  if (document.kind !== 'manifest' || !isImageConfigType(document.config.mediaType)) return undefined;
  return readConfig(document.config, context.content, context.options);
}
