import { isXbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import {
  isAttestation,
  isImageConfigType,
  isIndexType,
  isUnknownPlatform,
  normalizePlatform,
  type Descriptor,
  type Manifest,
  type ManifestDocument,
  type Platform,
} from '../model/index.ts';
import {
  readConfig,
  readManifest,
  type BlobSource,
  type CallOptions,
  type FoundCell,
} from '../content/index.ts';

const UNKNOWN: Platform = { os: 'unknown', architecture: 'unknown' };

/**
 * The platforms under a manifest or index, each with whether all of its blobs are stored in their right sizes.
 * What cannot be read counts as not complete, so a damaged store is described, not refused. Attestations are no
 * platforms.
 */
export async function findCells(
  root: Descriptor,
  from: BlobSource,
  options: CallOptions = {},
): Promise<readonly FoundCell[]> {
  const cells: FoundCell[] = [];
  for await (const { manifest, platform } of leavesOf(root, { from, options })) {
    const cell = await findCell(manifest, platform, { from, options });
    if (!isUnknownPlatform(cell.platform) || !cell.complete) cells.push(cell);
  }
  return cells;
}

interface Leaf {
  readonly manifest: Descriptor;
  /** What the indexes say; children inherit it. */
  readonly platform: Platform | undefined;
  readonly depth: number;
}

/** What is under `root` that is no index and no attestation, each once. */
async function* leavesOf(root: Descriptor, { from, options }: Reading): AsyncGenerator<Leaf> {
  const seen = new Set<string>();
  const queue: Leaf[] = [{ manifest: root, platform: undefined, depth: 0 }];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const { manifest, platform, depth } = at;
    if (seen.has(manifest.digest) || seen.size > LIMITS.descriptorsPerImage) continue;
    seen.add(manifest.digest);
    if (!isIndexType(manifest.mediaType)) yield at;
    else if (depth <= LIMITS.indexDepth) {
      const index = await readStored(manifest, from, options);
      const children =
        index?.kind === 'index' ? index.manifests.filter((child) => !isAttestation(child)) : [];
      queue.push(
        ...children.map((child) => ({
          manifest: child,
          platform: child.platform ?? platform,
          depth: depth + 1,
        })),
      );
    }
  }
}

interface Reading {
  readonly from: BlobSource;
  readonly options: CallOptions;
}

async function findCell(
  manifest: Descriptor,
  listed: Platform | undefined,
  { from, options }: Reading,
): Promise<FoundCell> {
  const document = await readStored(manifest, from, options);
  if (document?.kind !== 'manifest') {
    return { platform: normalizePlatform(listed ?? UNKNOWN), manifest: manifest.digest, complete: false };
  }
  const { config, layers } = document;
  const lacked = await from.lacks([config, ...layers], options);
  const platform = listed ?? (await configPlatform(document, from, options)) ?? UNKNOWN;
  return {
    platform: normalizePlatform(platform),
    manifest: manifest.digest,
    config: config.digest,
    complete: lacked.length === 0,
  };
}

async function configPlatform(
  { config }: Manifest,
  from: BlobSource,
  options: CallOptions,
): Promise<Platform | undefined> {
  if (!isImageConfigType(config.mediaType)) return undefined;
  return unlessDamaged(async () => (await readConfig(config, from, options)).platform);
}

async function readStored(
  descriptor: Descriptor,
  from: BlobSource,
  options: CallOptions,
): Promise<ManifestDocument | undefined> {
  return unlessDamaged(async () => (await readManifest(descriptor, from, options)).document);
}

/** Undefined where a document is absent, not what its digest says, or no image's. */
async function unlessDamaged<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isXbundleError(error) && DAMAGES.has(error.code)) return undefined;
    throw error;
  }
}

const DAMAGES: ReadonlySet<string> = new Set([
  'NOT_FOUND',
  'SIZE_MISMATCH',
  'DIGEST_MISMATCH',
  'DOCUMENT_INVALID',
  'UNSUPPORTED',
]);
