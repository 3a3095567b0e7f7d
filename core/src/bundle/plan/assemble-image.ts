import { XbundleError } from '../../errors.ts';
import { mapConcurrent } from '../../content/index.ts';
import {
  comparePlatforms,
  familiarReference,
  formatPlatform,
  satisfies,
  type Platform,
  type Reference,
} from '../../model/index.ts';
import { findAttestations, type FoundCell } from './find-attestations.ts';
import type { ImageRequest, ImageResolution, ResolveOptions } from './image-request.ts';
import { couldBe, type Candidate, type ImageTree } from './image-tree.ts';
import { lookedInside } from './looked-inside.ts';
import { isResolved, resolveCell } from './resolve-cell.ts';
import { resolveName, type NamedTree } from './resolve-name.ts';
import { resolveRoot, type ResolvedRoot } from './resolve-root.ts';

export interface AssembleRequest extends ImageRequest {
  readonly parts: readonly Reference[];
}

/** A platform and the part that has it. */
interface Offer {
  readonly part: NamedTree;
  readonly tree: ImageTree;
  readonly candidate: Candidate;
}

/**
 * Makes one image of several: the platforms of all its parts, each of which is a manifest or an index (a build
 * with provenance is an index of one platform). Indexes are not nested: their children are taken.
 *
 * A part that is not there, and a wanted platform that no part has, are missing cells. Throws DEFINITION_INVALID
 * when two parts are for one platform, and what an unreachable source gives.
 */
export async function assembleImage(
  request: AssembleRequest,
  options: ResolveOptions = {},
): Promise<ImageResolution> {
  const { parts, source, signal } = { ...request, signal: options.signal };
  const named = await mapConcurrent(parts, { jobs: 8, signal }, (part, combined) =>
    resolveName(source, part, { signal: combined }),
  );
  const offers = named.flatMap(offersOf);
  refuseRivals(request, offers);
  const wanted = request.platforms ?? offers.map(({ candidate }) => candidate.platform);
  const sorted = [...wanted].sort(comparePlatforms);
  const resolutions = await mapConcurrent(sorted, { jobs: 8, signal }, (platform, combined) =>
    findCell({ request, named, offers }, platform, { ...options, signal: combined }),
  );
  const found = await lookedInside(request.name, resolutions, options);
  const absent = request.platforms === undefined ? absentParts(request, named) : [];
  const cells = [...found, ...absent].map(({ cell }) => cell);
  const root = await rootOf({ request, named, found }, options);
  return {
    request,
    platforms: cells.map(({ platform }) => platform),
    cells,
    ...(root !== undefined && { root }),
  };
}

function offersOf(part: NamedTree): readonly Offer[] {
  const { tree } = part;
  if (tree === undefined) return [];
  return tree.candidates.filter((each) => each.available).map((candidate) => ({ part, tree, candidate }));
}

/** The same manifest may come with two parts; two manifests for one platform cannot both be the image. */
function refuseRivals({ name }: AssembleRequest, offers: readonly Offer[]): void {
  const byPlatform = new Map<string, Offer>();
  for (const offer of offers) {
    const platform = formatPlatform(offer.candidate.platform);
    const other = byPlatform.get(platform) ?? offer;
    byPlatform.set(platform, other);
    if (other.candidate.manifest.digest === offer.candidate.manifest.digest) continue;
    const [one, two] = [other, offer].map(({ part }) => familiarReference(part.name));
    throw new XbundleError(
      'DEFINITION_INVALID',
      `making ${familiarReference(name)}: ${one ?? ''} and ${two ?? ''} are both for ${platform}. Name one of them`,
    );
  }
}

interface Parts {
  readonly request: AssembleRequest;
  readonly named: readonly NamedTree[];
  readonly offers: readonly Offer[];
}

async function findCell(
  { request, named, offers }: Parts,
  platform: Platform,
  options: ResolveOptions,
): Promise<FoundCell> {
  const offer =
    offers.find(({ candidate }) => satisfies(candidate.platform, platform)) ??
    offers.find(({ candidate }) => couldBe(candidate, platform));
  if (offer === undefined) {
    return { cell: { platform, state: 'missing', reason: whyNot(request, named, offers) } };
  }
  const { tree, candidate, part } = offer;
  const where = `${familiarReference(part.name)} in ${request.source.label}`;
  const proven = satisfies(candidate.platform, platform) ? candidate.platform : platform;
  const cell = await resolveCell({ ...candidate, platform: proven, content: tree.content, where }, options);
  return { cell, tree };
}

function whyNot(
  { source, parts }: AssembleRequest,
  named: readonly NamedTree[],
  offers: readonly Offer[],
): string {
  const lost = named.find(({ tree }) => tree === undefined);
  if (lost !== undefined) return `${source.label} has ${lost.reason}`;
  const have = offers.map(({ candidate }) => formatPlatform(candidate.platform)).join(', ');
  return `${parts.map(familiarReference).join(', ')} in ${source.label}: ${parts.length === 1 ? 'it is' : 'they are'} for ${have || 'no platform'}`;
}

/** Without wanted platforms, a part that is not there is a cell of a platform that nobody knows. */
function absentParts({ source }: AssembleRequest, named: readonly NamedTree[]): readonly FoundCell[] {
  return named
    .filter(({ tree }) => tree === undefined)
    .map(({ reason }) => ({
      cell: {
        platform: { os: '*', architecture: '*' },
        state: 'missing',
        reason: `${source.label} has ${reason}`,
      },
    }));
}

interface Found {
  readonly request: AssembleRequest;
  readonly named: readonly NamedTree[];
  readonly found: readonly FoundCell[];
}

/** One part that is the whole image stays what it is; of several, an index is made. */
async function rootOf(
  { request, named, found }: Found,
  options: ResolveOptions,
): Promise<ResolvedRoot | undefined> {
  const cells = found.map(({ cell }) => cell).filter(isResolved);
  if (cells.length === 0) return undefined;
  const keepsAttestations = options.attestations !== 'drop';
  const attestations = keepsAttestations ? await findAttestations(found, options) : [];
  const tree = named.length === 1 ? named[0]?.tree : undefined;
  const root = await resolveRoot({ tree, cells, attestations, keepsAttestations }, options);
  // Parts that are pinned to digests are nobody's arch tags, so an import sets none of its own accord.
  const isPinned = request.parts.every(({ digest }) => digest !== undefined);
  return root.origin === 'assembled' && isPinned ? { ...root, origin: 'made' } : root;
}
