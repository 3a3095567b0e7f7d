import { isXbundleError, messageOf } from '../../errors.ts';
import {
  childrenOf,
  readConfig,
  walkManifests,
  type BlobSource,
  type CallOptions,
  type GraphNode,
} from '../../content/index.ts';
import {
  contentSize,
  formatPlatform,
  isAttestation,
  isImageConfigType,
  satisfies,
  type Descriptor,
  type ImageConfig,
  type Platform,
} from '../../model/index.ts';
import type { StoredResult } from './build-report.ts';

/** What was found of a cell, or why it is not what was wanted. */
export type CellCheck =
  | { readonly state: 'done'; readonly result: StoredResult }
  | { readonly state: 'failed' | 'wrong'; readonly reason: string };

/**
 * Asks a store for a cell's result: under `root` there is exactly one image, its config says the wanted platform,
 * and every blob of it and of its attestations is there. Blobs are compared by size; whoever reads them hashes
 * them.
 */
export async function checkCell(
  root: Descriptor,
  { platform, from }: { readonly platform: Platform; readonly from: BlobSource },
  options: CallOptions = {},
): Promise<CellCheck> {
  try {
    const nodes: GraphNode[] = [];
    for await (const node of walkManifests(root, from, options)) nodes.push(node);
    const lost = await from.lacks(nodes.flatMap(blobsOf), options);
    if (lost[0] !== undefined) return { state: 'failed', reason: `the store lacks ${lost[0].digest}` };
    return await judge({ root, nodes, platform, from }, options);
  } catch (error) {
    if (!isXbundleError(error) || ![3, 4, 9].includes(error.exitCode)) throw error;
    return { state: 'failed', reason: messageOf(error) };
  }
}

function blobsOf({ document }: GraphNode): readonly Descriptor[] {
  return document.kind === 'manifest' ? childrenOf(document) : [];
}

interface Found {
  readonly root: Descriptor;
  readonly nodes: readonly GraphNode[];
  readonly platform: Platform;
  readonly from: BlobSource;
}

async function judge({ root, nodes, platform, from }: Found, options: CallOptions): Promise<CellCheck> {
  const images = nodes.filter(isImage);
  const [image] = images;
  if (image?.document.kind !== 'manifest' || images.length > 1) {
    return { state: 'wrong', reason: `the result has ${images.length} images, want one` };
  }
  const { config: descriptor, layers } = image.document;
  const config = await readConfig(descriptor, from, options);
  if (!isFor(config, platform)) {
    const reason = `the result is for ${formatPlatform(config.platform)} by its config, not for ${formatPlatform(platform)}`;
    return { state: 'wrong', reason };
  }
  const { mediaType, digest, size } = image.descriptor;
  const result: StoredResult = {
    kind: 'oci',
    root,
    manifest: { mediaType, digest, size, platform: image.descriptor.platform ?? config.platform },
    config: descriptor,
    attestations: nodes.map((node) => node.descriptor).filter(isAttestation),
    size: contentSize([image.descriptor, descriptor, ...layers]),
  };
  return { state: 'done', result };
}

function isImage({ descriptor, document }: GraphNode): boolean {
  return (
    document.kind === 'manifest' && !isAttestation(descriptor) && isImageConfigType(document.config.mediaType)
  );
}

/** A config may leave its variant out: builders that were given it by a base image write it to the index only. */
function isFor(config: ImageConfig, wanted: Platform): boolean {
  const { variant } = wanted;
  if (satisfies(config.platform, wanted)) return true;
  return (
    config.variant === undefined &&
    variant !== undefined &&
    satisfies({ ...config.platform, variant }, wanted)
  );
}
