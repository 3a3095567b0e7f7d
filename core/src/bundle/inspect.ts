import { isXbundleError } from '../errors.ts';
import {
  mapConcurrent,
  readConfig,
  readManifest,
  type BlobSource,
  type CallOptions,
} from '../content/index.ts';
import {
  attestationSubject,
  formatPlatform,
  isAttestation,
  isImageConfigType,
  isUnknownPlatform,
  type Descriptor,
  type Digest,
  type HistoryEntry,
  type Manifest,
} from '../model/index.ts';

/** A node of an image's tree, as `inspect` shows it. */
export type InspectNode = InspectIndex | InspectImage | InspectAttestation | InspectArtifact | InspectAbsent;

interface NodeBase {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Of the document itself, in bytes. */
  readonly size: number;
}

export interface InspectIndex extends NodeBase {
  readonly kind: 'index';
  readonly children: readonly InspectNode[];
}

export interface InspectImage extends NodeBase {
  readonly kind: 'image';
  readonly platform: string;
  readonly config: InspectBlob;
  readonly created?: string;
  readonly layers: readonly InspectLayer[];
}

export interface InspectAttestation extends NodeBase {
  readonly kind: 'attestation';
  readonly subject?: Digest;
  readonly predicates: readonly string[];
  readonly layers: readonly InspectBlob[];
}

export interface InspectArtifact extends NodeBase {
  readonly kind: 'artifact';
  readonly artifactType?: string;
  readonly layers: readonly InspectBlob[];
}

/** Listed by an index, and not there. */
export interface InspectAbsent extends NodeBase {
  readonly kind: 'absent';
  readonly platform?: string;
}

export interface InspectBlob {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
}

export interface InspectLayer extends InspectBlob {
  /** The build step that made it, where the config tells. */
  readonly createdBy?: string;
  /** Platforms of this image that have the same layer, this one included, when there are several. */
  readonly sharedBy?: readonly string[];
}

/** Reads the whole tree under `root`: indexes, manifests and configs, no layers. */
export async function inspectImage(
  root: Descriptor,
  content: BlobSource,
  options: CallOptions = {},
): Promise<InspectNode> {
  const tree = await inspectNode(root, content, options);
  return markShared(tree, sharedLayers(tree));
}

async function inspectNode(
  descriptor: Descriptor,
  content: BlobSource,
  options: CallOptions,
): Promise<InspectNode> {
  try {
    return await inspectPresent(descriptor, content, options);
  } catch (error) {
    if (!isXbundleError(error, 'NOT_FOUND')) throw error;
    const { digest, mediaType, size, platform } = descriptor;
    return {
      kind: 'absent',
      digest,
      mediaType,
      size,
      ...(platform !== undefined && { platform: formatPlatform(platform) }),
    };
  }
}

async function inspectPresent(
  descriptor: Descriptor,
  content: BlobSource,
  options: CallOptions,
): Promise<InspectNode> {
  const { document } = await readManifest(descriptor, content, options);
  if (document.kind === 'manifest') return inspectManifest({ descriptor, document }, content, options);
  const { digest, mediaType, size } = descriptor;
  const jobs = { jobs: 8, signal: options.signal };
  const children = await mapConcurrent(document.manifests, jobs, (child, signal) =>
    inspectNode(child, content, { signal }),
  );
  return { kind: 'index', digest, mediaType, size, children };
}

interface ReadNode {
  readonly descriptor: Descriptor;
  readonly document: Manifest;
}

async function inspectManifest(
  { descriptor, document }: ReadNode,
  content: BlobSource,
  options: CallOptions,
): Promise<InspectNode> {
  const { digest, mediaType, size } = descriptor;
  const base = { digest, mediaType, size };
  const layers = document.layers.map(toBlob);
  if (isAttestation(descriptor)) return attestation(descriptor, document);
  if (!isImageConfigType(document.config.mediaType) || isUnknownPlatform(descriptor.platform)) {
    const { artifactType } = document;
    return { kind: 'artifact', ...base, layers, ...(artifactType !== undefined && { artifactType }) };
  }
  const config = await readConfig(document.config, content, options);
  const steps = config.history.filter((entry) => !entry.emptyLayer);
  return {
    kind: 'image',
    ...base,
    platform: formatPlatform(descriptor.platform ?? config.platform),
    config: toBlob(document.config),
    ...(config.created !== undefined && { created: config.created }),
    layers: layers.map((layer, at) => ({ ...layer, ...createdBy(steps, layers.length, at) })),
  };
}

/** History and layers correspond only when there are as many of each; some builders leave history out. */
function createdBy(
  steps: readonly HistoryEntry[],
  count: number,
  at: number,
): { readonly createdBy?: string } {
  const text = steps.length === count ? steps[at]?.createdBy : undefined;
  return text === undefined ? {} : { createdBy: text };
}

function attestation(descriptor: Descriptor, document: Manifest): InspectAttestation {
  const { digest, mediaType, size } = descriptor;
  const subject = attestationSubject(descriptor);
  const predicates = document.layers.flatMap(
    (layer) => layer.annotations?.['in-toto.io/predicate-type'] ?? [],
  );
  return {
    kind: 'attestation',
    digest,
    mediaType,
    size,
    ...(subject !== undefined && { subject }),
    predicates,
    layers: document.layers.map(toBlob),
  };
}

function toBlob({ digest, mediaType, size }: Descriptor): InspectBlob {
  return { digest, mediaType, size };
}

/** The images of a tree, in document order. */
export function imagesIn(node: InspectNode): readonly InspectImage[] {
  if (node.kind === 'image') return [node];
  return node.kind === 'index' ? node.children.flatMap(imagesIn) : [];
}

function sharedLayers(tree: InspectNode): ReadonlyMap<Digest, readonly string[]> {
  const platforms = new Map<Digest, Set<string>>();
  for (const image of imagesIn(tree)) {
    for (const { digest } of image.layers) {
      platforms.set(digest, (platforms.get(digest) ?? new Set()).add(image.platform));
    }
  }
  return new Map(
    [...platforms].filter(([, names]) => names.size > 1).map(([digest, names]) => [digest, [...names]]),
  );
}

function markShared(node: InspectNode, shared: ReadonlyMap<Digest, readonly string[]>): InspectNode {
  if (node.kind === 'index')
    return { ...node, children: node.children.map((child) => markShared(child, shared)) };
  if (node.kind !== 'image') return node;
  return {
    ...node,
    layers: node.layers.map((layer) => {
      const sharedBy = shared.get(layer.digest);
      return sharedBy === undefined ? layer : { ...layer, sharedBy };
    }),
  };
}
