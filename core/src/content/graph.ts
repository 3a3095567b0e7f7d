import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Descriptor, Digest, ManifestDocument } from '../model/index.ts';
import { readManifest } from './documents.ts';
import type { BlobSource, CallOptions } from './types.ts';

/** What a manifest or index points to directly, in document order. */
export function childrenOf(document: ManifestDocument): readonly Descriptor[] {
  return document.kind === 'index' ? document.manifests : [document.config, ...document.layers];
}

/** A manifest or index met on a walk. */
export interface GraphNode {
  readonly descriptor: Descriptor;
  readonly document: ManifestDocument;
  readonly bytes: Uint8Array;
  /** Descriptors of the indexes above, the root first. */
  readonly parents: readonly Descriptor[];
}

/**
 * Visits every manifest and index under `root`, parents first, each digest once. Depth and number are bounded
 * (CVE-style graph amplification): LIMIT_EXCEEDED. Layers and configs are not read.
 */
export async function* walkManifests(
  root: Descriptor,
  from: BlobSource,
  options: CallOptions = {},
): AsyncGenerator<GraphNode, void, undefined> {
  const seen = new Set<Digest>();
  const queue: { descriptor: Descriptor; parents: readonly Descriptor[] }[] = [
    { descriptor: root, parents: [] },
  ];
  let descriptors = 0;
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (seen.has(next.descriptor.digest)) continue;
    seen.add(next.descriptor.digest);
    const { document, bytes } = await readManifest(next.descriptor, from, options);
    descriptors += childrenOf(document).length;
    refuseTooMuch(root, next.parents.length, descriptors);
    yield { ...next, document, bytes };
    if (document.kind !== 'index') continue;
    const parents = [...next.parents, next.descriptor];
    queue.push(...document.manifests.map((descriptor) => ({ descriptor, parents })));
  }
}

function refuseTooMuch(root: Descriptor, depth: number, descriptors: number): void {
  if (depth > LIMITS.indexDepth) {
    throw new XbundleError(
      'LIMIT_EXCEEDED',
      `walking ${root.digest}: indexes nested deeper than ${LIMITS.indexDepth}`,
    );
  }
  if (descriptors > LIMITS.descriptorsPerImage) {
    throw new XbundleError(
      'LIMIT_EXCEEDED',
      `walking ${root.digest}: more than ${LIMITS.descriptorsPerImage} descriptors`,
    );
  }
}
