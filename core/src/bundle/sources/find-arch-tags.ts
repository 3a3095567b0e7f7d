import { XbundleError } from '../../errors.ts';
import { mapConcurrent, type CallOptions } from '../../content/index.ts';
import { findEngineImage } from '../../engine/index.ts';
import {
  archTag,
  familiarReference,
  parsePlatforms,
  type Platform,
  type Reference,
} from '../../model/index.ts';
import { openSources, type SourceChoice, type SourceClients } from './sources.ts';

export interface ArchTagPlace {
  readonly from: SourceChoice;
  readonly clients: SourceClients;
  readonly archTagPattern?: string | undefined;
}

/** Every platform that public images are commonly made for. */
const COMMON_PLATFORMS: readonly Platform[] = parsePlatforms([
  'amd64,arm64,arm/v7,arm/v6,arm/v5,386,ppc64le,s390x,riscv64,loong64,mips64le,windows/amd64',
]);

/**
 * The platforms images are commonly made for of which a source has an arch tag of a name. Throws NOT_FOUND when there
 * is none.
 */
export async function findArchTags(
  name: Reference,
  place: ArchTagPlace,
  { signal }: CallOptions = {},
): Promise<readonly Platform[]> {
  const tagFor = (platform: Platform): Reference => archTag(name, platform, place.archTagPattern);
  const lookup = await openLookup(name, place, { signal });
  try {
    const found = await mapConcurrent(COMMON_PLATFORMS, { jobs: 8, signal }, async (platform, combined) =>
      (await lookup.has(tagFor(platform), combined)) ? [platform] : [],
    );
    if (found.flat().length > 0) return found.flat();
  } finally {
    await lookup.close();
  }
  const tried = COMMON_PLATFORMS.slice(0, 3)
    .map((platform) => familiarReference(tagFor(platform)))
    .join(', ');
  throw new XbundleError(
    'NOT_FOUND',
    `making ${familiarReference(name)}: ${lookup.label} has none of its arch tags (${tried}, …). Name the images it is to be made of`,
  );
}

interface Lookup {
  readonly label: string;
  has(name: Reference, signal: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

/** An engine is asked by its API: as a source it would save the images first. */
async function openLookup(
  name: Reference,
  { from, clients }: ArchTagPlace,
  options: CallOptions,
): Promise<Lookup> {
  if (from.kind === 'docker') {
    const client = await clients.engine();
    return {
      label: `engine ${client.endpoint.label}`,
      has: async (tag, signal) => (await findEngineImage(client, tag, { signal })) !== undefined,
      close: () => Promise.resolve(),
    };
  }
  const sources = await openSources([{ name }], from, { ...options, clients, spool: '' });
  const source = sources.requests[0]?.source;
  return {
    label: source?.label ?? 'the source',
    has: async (tag, signal) => (await source?.resolve(tag, { signal })) !== undefined,
    close: () => sources.close(),
  };
}
