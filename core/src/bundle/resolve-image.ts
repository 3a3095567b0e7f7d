import { mapConcurrent, type CallOptions, type ImageSource } from '../content/index.ts';
import {
  archTag,
  comparePlatforms,
  familiarReference,
  formatPlatform,
  satisfies,
  type OnProgress,
  type Platform,
  type Reference,
} from '../model/index.ts';
import { type Candidate, readImageTree, type ImageTree } from './image-tree.ts';
import { isResolved, resolveCell, type CellResolution, type ResolvedCell } from './resolve-cell.ts';
import { readAttestation, resolveRoot, type Companion, type ResolvedRoot } from './resolve-root.ts';

/** One image wanted in a bundle. */
export interface ImageRequest {
  readonly name: Reference;
  /** Undefined: every platform that the source offers. */
  readonly platforms?: readonly Platform[];
  readonly source: ImageSource;
}

export interface ResolveOptions extends CallOptions {
  readonly attestations?: 'keep' | 'drop';
  readonly archTagPattern?: string | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** A request answered: every wanted platform has a resolution, found or not. */
export interface ImageResolution {
  readonly request: ImageRequest;
  readonly platforms: readonly Platform[];
  readonly cells: readonly CellResolution[];
  /** Undefined when no cell was found. */
  readonly root?: ResolvedRoot;
  /** What the name itself points to. */
  readonly tree?: ImageTree;
}

const ANY_PLATFORM: Platform = { os: '*', architecture: '*' };

interface Found {
  readonly cell: CellResolution;
  readonly tree?: ImageTree;
}

/**
 * Resolves one image: the name once, then each wanted platform under it, or under its arch tag when the name
 * lacks the platform. Throws for an unreachable source and for integrity errors; what is merely absent or wrong
 * is in the result.
 */
export async function resolveImage(
  request: ImageRequest,
  options: ResolveOptions = {},
): Promise<ImageResolution> {
  const tree = await resolveTree(request, request.name, options);
  const platforms = request.platforms ?? offered(request, tree, options);
  const found = await mapConcurrent(platforms, { jobs: 8, signal: options.signal }, (platform, signal) =>
    resolvePlatform({ request, tree, platform }, { ...options, signal }),
  );
  const cells = found.length > 0 ? found.map(({ cell }) => cell) : [nothingOffered(request, tree)];
  const resolved = cells.filter(isResolved);
  const base = { request, platforms, cells, ...(tree !== undefined && { tree }) };
  if (resolved.length === 0) return base;
  const keepsAttestations = options.attestations !== 'drop';
  const attestations = keepsAttestations ? await findAttestations(found, options) : [];
  return {
    ...base,
    root: await resolveRoot({ tree, cells: resolved, attestations, keepsAttestations }, options),
  };
}

async function resolveTree(
  { source }: ImageRequest,
  name: Reference,
  options: CallOptions,
): Promise<ImageTree | undefined> {
  const root = await source.resolve(name, options);
  return root === undefined ? undefined : readImageTree(root, source.content(name), options);
}

/**
 * The platforms that a source has. An engine keeps the whole index of an image it pulled for one platform, so
 * what the index lists but the source lacks is not offered; that is said, never silent.
 */
function offered(
  { name, source }: ImageRequest,
  tree: ImageTree | undefined,
  options: ResolveOptions,
): readonly Platform[] {
  const unique = (candidates: readonly Candidate[]): readonly Platform[] => {
    const byKey = new Map(candidates.map(({ platform }) => [formatPlatform(platform), platform]));
    return [...byKey.values()].sort(comparePlatforms);
  };
  const candidates = tree?.candidates ?? [];
  const absent = unique(candidates.filter((candidate) => !candidate.available));
  if (absent.length > 0) {
    const message = `${familiarReference(name)}: ${source.label} lacks ${absent.map(formatPlatform).join(', ')}, which its index lists`;
    options.onProgress?.({ type: 'note', level: 'warning', message });
  }
  return unique(candidates.filter((candidate) => candidate.available));
}

/** An image asked for without platforms, of which there is nothing, is a missing cell too. */
function nothingOffered({ name, source }: ImageRequest, tree: ImageTree | undefined): CellResolution {
  const what =
    tree === undefined
      ? `has no ${familiarReference(name)}`
      : `has no platform of ${familiarReference(name)}`;
  return { platform: ANY_PLATFORM, state: 'missing', reason: `${source.label} ${what}` };
}

interface PlatformQuestion {
  readonly request: ImageRequest;
  readonly tree: ImageTree | undefined;
  readonly platform: Platform;
}

async function resolvePlatform(question: PlatformQuestion, options: ResolveOptions): Promise<Found> {
  const direct = await resolveIn(question, question.request.name, options);
  if (direct !== undefined) return direct;
  const tag = archTag(question.request.name, question.platform, options.archTagPattern);
  const tagged = await resolveTree(question.request, tag, options);
  if (tagged === undefined) return { cell: notFound(question, tag) };
  const found = await resolveIn({ ...question, tree: tagged }, tag, options);
  return found ?? { cell: wrongArchitecture(question, tag, tagged) };
}

async function resolveIn(
  { request, tree, platform }: PlatformQuestion,
  name: Reference,
  options: CallOptions,
): Promise<Found | undefined> {
  const candidate = tree?.candidates.find((each) => satisfies(each.platform, platform));
  if (tree === undefined || candidate?.available !== true) return undefined;
  const where = `${familiarReference(name)} in ${request.source.label}`;
  const cell = await resolveCell({ ...candidate, content: tree.content, where }, options);
  return { cell: { ...cell, platform: isResolved(cell) ? candidate.platform : platform }, tree };
}

function notFound({ request, tree, platform }: PlatformQuestion, tag: Reference): CellResolution {
  const name = familiarReference(request.name);
  const tried = `nor a tag ${tag.tag ?? ''}`;
  const label = request.source.label;
  if (tree === undefined) return { platform, state: 'missing', reason: `${label} has no ${name}, ${tried}` };
  const have = tree.candidates.filter((each) => each.available).map((each) => formatPlatform(each.platform));
  const lists = tree.candidates.some((each) => satisfies(each.platform, platform));
  const reason = lists
    ? `the index of ${name} lists it, but ${label} lacks its manifest`
    : `${label} has ${name} only for ${have.join(', ') || 'no platform'}`;
  return { platform, state: 'missing', reason: `${reason}, ${tried}` };
}

function wrongArchitecture(
  { request, platform }: PlatformQuestion,
  tag: Reference,
  tree: ImageTree,
): CellResolution {
  const have = tree.candidates.map((each) => formatPlatform(each.platform)).join(', ') || 'no platform';
  const reason = `${familiarReference(tag)} in ${request.source.label} holds ${have} by its config, not ${formatPlatform(platform)}`;
  return { platform, state: 'wrong', reason };
}

/** The attestations whose subject comes along, each once. */
async function findAttestations(
  found: readonly Found[],
  options: ResolveOptions,
): Promise<readonly Companion[]> {
  const companions: Companion[] = [];
  const seen = new Set<string>();
  for (const { cell, tree } of found) {
    if (tree === undefined || !isResolved(cell)) continue;
    for (const attestation of tree.attestations.filter(({ subject }) => subject === cell.manifest.digest)) {
      if (seen.has(attestation.manifest.digest)) continue;
      seen.add(attestation.manifest.digest);
      const companion = await readAttestation(attestation, tree, options);
      if (companion === undefined) noteAbsent(cell, attestation.manifest.digest, options);
      else companions.push(companion);
    }
  }
  return companions;
}

function noteAbsent(cell: ResolvedCell, digest: string, options: ResolveOptions): void {
  const message = `attestation ${digest} of ${formatPlatform(cell.platform)} is listed but not there, and is left out`;
  options.onProgress?.({ type: 'note', level: 'warning', message });
}
