import { mapConcurrent, type CallOptions } from '../../content/index.ts';
import {
  archTag,
  comparePlatforms,
  familiarReference,
  formatPlatform,
  NOTES,
  satisfies,
  tell,
  type Platform,
} from '../../model/index.ts';
import { findAttestations, type FoundCell } from './find-attestations.ts';
import type { ImageRequest, ImageResolution, ResolveOptions } from './image-request.ts';
import { couldBe, type Candidate, type ImageTree } from './image-tree.ts';
import { lookedInside } from './looked-inside.ts';
import { isResolved, resolveCell, type CellResolution } from './resolve-cell.ts';
import { resolveName, type NamedTree } from './resolve-name.ts';
import { resolveRoot } from './resolve-root.ts';

const ANY_PLATFORM: Platform = { os: '*', architecture: '*' };

/**
 * Resolves one image: the name once, then each wanted platform under it, or under its arch tag when the name
 * lacks the platform. Throws for an unreachable source and for integrity errors; what is merely absent or wrong
 * is in the result.
 */
export async function resolveImage(
  request: ImageRequest,
  options: ResolveOptions = {},
): Promise<ImageResolution> {
  const named = await resolveName(request.source, request.name, options);
  const { tree } = named;
  const wanted = tree === undefined ? (request.platforms ?? []) : choosePlatforms(request, tree, options);
  const resolutions = await mapConcurrent(wanted, { jobs: 8, signal: options.signal }, (platform, signal) =>
    resolvePlatform({ request, named, platform }, { ...options, signal }),
  );
  const found = await lookedInside(request.name, sortFound(resolutions), options);
  const platforms = found.map(({ cell }) => cell.platform);
  const cells = found.length > 0 ? found.map(({ cell }) => cell) : [nothingOffered(request, named)];
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

/**
 * The wanted platforms as the source has them, each once: one that leaves its os.version out means all of those
 * that the source has. What it does not have stays as it was asked for.
 */
function choosePlatforms(
  request: ImageRequest,
  tree: ImageTree,
  options: ResolveOptions,
): readonly Platform[] {
  if (request.platforms === undefined) return offered(request, tree, options);
  return unique(
    request.platforms.flatMap((platform) => {
      const have = tree.candidates.filter((each) => each.available && satisfies(each.platform, platform));
      return have.length > 0 ? have.map((each) => each.platform) : [platform];
    }),
  );
}

/** Each once, in a stable order: what is asked for in another order gives the same bundle. */
function unique(platforms: readonly Platform[]): readonly Platform[] {
  const byKey = new Map(platforms.map((platform) => [formatPlatform(platform), platform]));
  return [...byKey.values()].sort(comparePlatforms);
}

function sortFound(found: readonly FoundCell[]): readonly FoundCell[] {
  const byKey = new Map(found.map((each) => [formatPlatform(each.cell.platform), each]));
  return [...byKey.values()].sort((a, b) => comparePlatforms(a.cell.platform, b.cell.platform));
}

/**
 * The platforms that a source has. An engine keeps the whole index of an image it pulled for one platform, so
 * what the index lists but the source lacks is not offered; that is said, never silent.
 */
function offered(
  { name, source }: ImageRequest,
  { candidates }: ImageTree,
  options: ResolveOptions,
): readonly Platform[] {
  const platformsOf = (available: boolean): readonly Platform[] =>
    unique(candidates.filter((each) => each.available === available).map((each) => each.platform));
  const absent = platformsOf(false);
  if (absent.length > 0) {
    const told = tell(NOTES, 'platforms-absent', {
      image: familiarReference(name),
      source: source.label,
      platforms: absent.map(formatPlatform).join(', '),
    });
    options.onProgress?.({ type: 'note', level: 'warning', ...told });
  }
  return platformsOf(true);
}

/** An image asked for without platforms, of which there is nothing, is a missing cell too. */
function nothingOffered({ name, source }: ImageRequest, { tree, reason }: NamedTree): CellResolution {
  const why = `${source.label} has ${tree === undefined ? reason : `no platform of ${familiarReference(name)}`}`;
  return { platform: ANY_PLATFORM, state: 'missing', reason: why };
}

interface PlatformQuestion {
  readonly request: ImageRequest;
  /** The name itself, or an arch tag. */
  readonly named: NamedTree;
  readonly platform: Platform;
}

/** A name that is pinned to a digest means that content and no other, so its arch tags are not asked for. */
async function resolvePlatform(question: PlatformQuestion, options: ResolveOptions): Promise<FoundCell> {
  const { request, named, platform } = question;
  const direct = await resolveIn(question, (candidate) => satisfies(candidate.platform, platform), options);
  if (direct !== undefined) return direct;
  if (named.name.digest !== undefined) return { cell: notFound(question) };
  const tag = archTag(named.name, platform, options.archTagPattern);
  const tagged = { ...question, named: await resolveName(request.source, tag, options) };
  if (tagged.named.tree === undefined) return { cell: notFound(question, tagged.named) };
  const found = await resolveIn(tagged, (candidate) => couldBe(candidate, platform), options);
  return found ?? { cell: wrongArchitecture(tagged, tagged.named.tree) };
}

async function resolveIn(
  { request, named, platform }: PlatformQuestion,
  matches: (candidate: Candidate) => boolean,
  options: CallOptions,
): Promise<FoundCell | undefined> {
  const { tree, name } = named;
  const candidate = tree?.candidates.find((each) => each.available && matches(each));
  if (tree === undefined || candidate === undefined) return undefined;
  const where = `${familiarReference(name)} in ${request.source.label}`;
  const proven = satisfies(candidate.platform, platform) ? candidate.platform : platform;
  const cell = await resolveCell({ ...candidate, platform: proven, content: tree.content, where }, options);
  return { cell, tree };
}

function notFound({ request, named, platform }: PlatformQuestion, tag?: NamedTree): CellResolution {
  const tried = tag === undefined ? '' : `, and has ${tag.reason}`;
  return { platform, state: 'missing', reason: `${whyNot(request, named, platform)}${tried}` };
}

function whyNot({ source }: ImageRequest, { name, tree, reason }: NamedTree, platform: Platform): string {
  if (tree === undefined) return `${source.label} has ${reason}`;
  const listed = tree.candidates.find((each) => satisfies(each.platform, platform));
  if (listed !== undefined) {
    return `${source.label} lacks its manifest ${listed.manifest.digest}, which the index of ${familiarReference(name)} lists`;
  }
  const have = tree.candidates.filter((each) => each.available).map((each) => formatPlatform(each.platform));
  return `${source.label} has it only for ${have.join(', ') || 'no platform'}`;
}

function wrongArchitecture({ request, named, platform }: PlatformQuestion, tree: ImageTree): CellResolution {
  const have = tree.candidates.map((each) => formatPlatform(each.platform)).join(', ') || 'no platform';
  const reason = `${familiarReference(named.name)} in ${request.source.label} holds ${have} by its config, not ${formatPlatform(platform)}`;
  return { platform, state: 'wrong', reason };
}
