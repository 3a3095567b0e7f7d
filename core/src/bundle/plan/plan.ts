import { XbundleError } from '../../errors.ts';
import { mapConcurrent } from '../../content/index.ts';
import {
  archTag,
  contentSize,
  formatPlatform,
  formatReference,
  taggedName,
  type Descriptor,
  type Digest,
} from '../../model/index.ts';
import {
  BUNDLE_FORMAT_VERSION,
  BUNDLE_TYPE,
  type BundleCell,
  type BundleImage,
  type BundleIndex,
  parseBundleIndex,
  serializeBundleIndex,
  toReason,
} from '../format/format.ts';
import { composeForeignFiles, fileRecords, type ForeignFiles } from '../format/front-matter.ts';
import { BlobInventory, type PlannedBlob } from './inventory.ts';
import { isResolved, type CellResolution } from './resolve-cell.ts';
import type { ImageRequest, ImageResolution, ResolveOptions } from './image-request.ts';
import { assembleImage } from './assemble-image.ts';
import { resolveImage } from './resolve-image.ts';

export interface PlanOptions extends ResolveOptions {
  /** Name and version of the release, recorded in the bundle. */
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  /** False leaves the arch tags out: the bundle then loads only where an index can be held. */
  readonly archTags?: boolean | undefined;
  /** The bundle's time; default: that of the newest image, so that equal input gives equal bytes. */
  readonly created?: Date | undefined;
  /** `store` to record for images that a Docker engine saved. */
  readonly engineStore?: 'containerd' | 'classic' | undefined;
  /** Images resolved at once; default 8. */
  readonly jobs?: number | undefined;
}

/** A bundle, known to the last byte before its first layer is fetched. `index` is plain data and printable. */
export interface BundlePlan {
  readonly index: BundleIndex;
  readonly foreign: ForeignFiles;
  /** Manifests, indexes and configs. */
  readonly documents: ReadonlyMap<Digest, Uint8Array>;
  /** Everything else, sorted by digest. */
  readonly fetches: readonly PlannedBlob[];
}

/**
 * Resolves all images and lays the bundle out. What is missing or wrong is in `plan.index.cells`, with its
 * reason; `plan.index.complete` says whether there is any. Throws DEFINITION_INVALID for two images of one name
 * or two cells of one arch tag, integrity errors, and what an unreachable source gives.
 */
export async function planBundle(
  requests: readonly ImageRequest[],
  options: PlanOptions = {},
): Promise<BundlePlan> {
  options.onProgress?.({ type: 'phase', phase: 'resolve' });
  const sorted = requests
    .map((request) => ({ request, name: formatReference(taggedName(request.name)) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  refuseDuplicates(sorted.map((each) => each.name));
  const { jobs = 8, signal } = options;
  const images = await mapConcurrent(sorted, { jobs, signal }, async ({ request, name }, combined) => ({
    name,
    resolution: await resolve(request, { ...options, signal: combined }),
  }));
  return layOut(images, options);
}

function resolve({ parts, ...request }: ImageRequest, options: ResolveOptions): Promise<ImageResolution> {
  return parts === undefined ? resolveImage(request, options) : assembleImage({ ...request, parts }, options);
}

interface NamedResolution {
  readonly name: string;
  readonly resolution: ImageResolution;
}

function layOut(images: readonly NamedResolution[], options: PlanOptions): BundlePlan {
  const inventory = new BlobInventory();
  for (const { resolution } of images) inventory.addImage(resolution);
  const cells = withoutTakenTags(
    images.flatMap(({ name, resolution }) =>
      resolution.cells.map((cell) => toBundleCell(name, cell, { resolution, options })),
    ),
    new Set(images.map((each) => each.name)),
  );
  const recorded = images.flatMap((image) => toBundleImage(image, options));
  const documents = inventory.documents();
  const foreign = composeForeignFiles({ images: recorded, cells, documents });
  const index: BundleIndex = {
    type: BUNDLE_TYPE,
    formatVersion: BUNDLE_FORMAT_VERSION,
    ...(options.name !== undefined && { name: options.name }),
    ...(options.version !== undefined && { version: options.version }),
    created: createdAt(images, options.created),
    complete: images.length > 0 && cells.every((cell) => cell.state === 'present'),
    contract: images.map(({ name, resolution }) => ({
      image: name,
      platforms: resolution.platforms.map(formatPlatform),
    })),
    files: fileRecords(foreign),
    images: recorded,
    cells,
    attestations: images.flatMap(attestationsOf),
    blobs: inventory.blobs(),
  };
  // What a source says of platforms and names could break the format: better known now than after the export.
  parseBundleIndex(serializeBundleIndex(index), 'the planned bundle');
  return { index, foreign, documents, fetches: inventory.fetches() };
}

function refuseDuplicates(names: readonly string[]): void {
  const twice = names.find((name, index) => names[index + 1] === name);
  if (twice === undefined) return;
  throw new XbundleError('DEFINITION_INVALID', `planning the bundle: the image ${twice} is asked for twice`);
}

interface CellContext {
  readonly resolution: ImageResolution;
  readonly options: PlanOptions;
}

function toBundleCell(image: string, cell: CellResolution, { resolution, options }: CellContext): BundleCell {
  const platform = formatPlatform(cell.platform);
  if (!isResolved(cell)) return { image, platform, state: cell.state, reason: toReason(cell.reason) };
  const tag = archTag(taggedName(resolution.request.name), cell.platform, options.archTagPattern);
  return {
    image,
    platform,
    state: 'present',
    manifest: { ...pick(cell.manifest), platform: cell.platform },
    config: pick(cell.config),
    size: contentSize([cell.manifest, cell.config, ...cell.layers]),
    ...(options.archTags !== false && { archTag: formatReference(tag) }),
  };
}

function pick({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}

/** An image that is asked for by a name equal to another's arch tag keeps the name; two cells never share one. */
function withoutTakenTags(cells: readonly BundleCell[], images: ReadonlySet<string>): readonly BundleCell[] {
  const owners = new Map<string, BundleCell>();
  return cells.map((cell) => {
    const { archTag: tag, ...untagged } = cell;
    if (tag === undefined || images.has(tag)) return untagged;
    const owner = owners.get(tag);
    if (owner !== undefined) throw sharedTag(tag, owner, cell);
    owners.set(tag, cell);
    return cell;
  });
}

function sharedTag(tag: string, one: BundleCell, other: BundleCell): XbundleError {
  return new XbundleError(
    'DEFINITION_INVALID',
    `planning the bundle: ${one.image} for ${one.platform} and ${other.image} for ${other.platform} would share the arch tag ${tag}. Pass another --arch-tag-pattern, or --no-arch-tags`,
  );
}

function toBundleImage({ name, resolution }: NamedResolution, options: PlanOptions): readonly BundleImage[] {
  const { root, request, tree } = resolution;
  if (root === undefined) return [];
  const { kind } = request.source;
  const { mediaType, digest, size } = root.root;
  return [
    {
      name,
      root: { mediaType, digest, size },
      origin: root.origin,
      source: {
        kind,
        reference: formatReference(request.name),
        ...(tree !== undefined && { digest: tree.root.digest }),
        ...(kind === 'docker' && options.engineStore !== undefined && { store: options.engineStore }),
      },
    },
  ];
}

function attestationsOf({ name, resolution }: NamedResolution): BundleIndex['attestations'] {
  return (resolution.root?.companions ?? [])
    .flatMap(({ subject, document }) =>
      subject === undefined ? [] : [{ image: name, subject, manifest: document.descriptor }],
    )
    .sort((a, b) => (a.manifest.digest < b.manifest.digest ? -1 : 1));
}

/** `Date.parse` alone takes more, some of it in the local time zone. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** RFC 3339 with whole seconds, which is what SOURCE_DATE_EPOCH can say. */
function createdAt(images: readonly NamedResolution[], given: Date | undefined): string {
  const times = images
    .flatMap(({ resolution }) => resolution.cells.filter(isResolved))
    .map(({ created = '' }) => (RFC_3339.test(created) ? Date.parse(created) : Number.NaN))
    .filter((time) => !Number.isNaN(time) && time >= 0);
  const newest = given?.getTime() ?? Math.max(0, ...times);
  return `${new Date(newest).toISOString().slice(0, 19)}Z`;
}
