import { isXbundleError, messageOf } from '../../../errors.ts';
import {
  childrenOf,
  readConfig,
  walkManifests,
  type BlobSource,
  type CallOptions,
  type GraphNode,
} from '../../../content/index.ts';
import {
  attestationSubject,
  contentSize,
  formatPlatform,
  isAttestation,
  isImageConfigType,
  satisfies,
  type Descriptor,
  type ImageConfig,
  type Platform,
} from '../../../model/index.ts';
import type { StoredResult } from '../record/build-report.ts';

/** What was found of a cell, or why it is not what was wanted. */
export type CellCheck =
  | { readonly state: 'done'; readonly result: StoredResult }
  | { readonly state: 'failed' | 'wrong'; readonly reason: string };

export interface WantedCell {
  readonly platform: Platform;
  readonly from: BlobSource;
  /** How many images there are to be under the root: those of all platforms that were built together. */
  readonly images: number;
}

/**
 * Asks a store for a cell's result: under `root` there are just the images that were built, one of them is the
 * cell's, its config says the wanted platform, and every blob of it and of its attestations is there. Blobs are
 * compared by size; whoever reads them hashes them.
 */
export async function checkCell(
  root: Descriptor,
  wanted: WantedCell,
  options: CallOptions = {},
): Promise<CellCheck> {
  const { from } = wanted;
  try {
    const nodes: GraphNode[] = [];
    for await (const node of walkManifests(root, from, options)) nodes.push(node);
    const lost = await from.lacks(nodes.flatMap(blobsOf), options);
    if (lost[0] !== undefined) return { state: 'failed', reason: `the store lacks ${lost[0].digest}` };
    return await judge({ root, nodes, wanted }, options);
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
  readonly wanted: WantedCell;
}

async function judge({ root, nodes, wanted }: Found, options: CallOptions): Promise<CellCheck> {
  const { platform, from } = wanted;
  const images = nodes.filter(isImage);
  if (images.length !== wanted.images) {
    return { state: 'wrong', reason: `the result has ${images.length} images, want ${wanted.images}` };
  }
  const image = images.length === 1 ? images[0] : images.find((each) => isListedFor(each, platform));
  if (image?.document.kind !== 'manifest') {
    return { state: 'wrong', reason: `the result lists no image for ${formatPlatform(platform)}` };
  }
  const { config: descriptor, layers } = image.document;
  const config = await readConfig(descriptor, from, options);
  if (!isFor(config, platform)) {
    const reason = `the result is for ${formatPlatform(config.platform)} by its config, not for ${formatPlatform(platform)}`;
    return { state: 'wrong', reason };
  }
  const { mediaType, digest, size } = image.descriptor;
  const attestations = nodes.map((node) => node.descriptor).filter(isAttestation);
  const result: StoredResult = {
    kind: 'oci',
    root,
    ...(images.length > 1 && { platforms: images.length }),
    manifest: { mediaType, digest, size, platform: image.descriptor.platform ?? config.platform },
    config: descriptor,
    attestations: attestations.filter((each) => (attestationSubject(each) ?? digest) === digest),
    size: contentSize([image.descriptor, descriptor, ...layers]),
  };
  return { state: 'done', result };
}

function isListedFor({ descriptor }: GraphNode, platform: Platform): boolean {
  return descriptor.platform !== undefined && satisfies(descriptor.platform, platform);
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
