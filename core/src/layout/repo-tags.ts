import { isXbundleError } from '../errors.ts';
import { digestHex, isIndexType, type Descriptor } from '../model/index.ts';
import { walkManifests, type BlobSource, type CallOptions } from '../content/index.ts';
import type { DockerArchive } from './docker-archive.ts';
import type { MadeDocuments } from './made-documents.ts';
import { fullName } from './image-name.ts';
import type { DockerArchiveImage } from './layout-documents.ts';
import type { Root } from './named-roots.ts';

export interface ArchiveTables {
  /** By `index.json`. */
  readonly roots: readonly Root[];
  /** By `manifest.json`. */
  readonly images: readonly DockerArchiveImage[];
  readonly content: MadeDocuments;
  readonly docker: DockerArchive;
}

/**
 * The roots of an archive that has both tables, with the names that only `manifest.json` knows. Such a name goes
 * to the root that has the image's config; where `index.json` lists no such image, to the image as
 * `manifest.json` describes it.
 */
export async function completeNames(tables: ArchiveTables, options: CallOptions): Promise<readonly Root[]> {
  const { roots, images, docker } = tables;
  const known = new Set(roots.flatMap(({ name }) => name ?? []));
  const extra = images.flatMap((image) => newNames(image, known).map((name) => ({ image, name })));
  if (extra.length === 0) return roots;
  const owners = await findOwners(tables, options);
  const renamed = new Set<Root>();
  const added = extra.flatMap(({ image, name }) => {
    const owner = owners.get(configHex(image));
    if (owner === undefined) return docker.roots({ ...image, repoTags: [name] });
    renamed.add(owner);
    return [{ name, fallback: owner.fallback, describe: (o?: CallOptions) => owner.describe(o) }];
  });
  return [...roots.filter((root) => root.name !== undefined || !renamed.has(root)), ...added];
}

function newNames({ repoTags }: DockerArchiveImage, known: Set<string>): readonly string[] {
  const names = repoTags.flatMap((tag) => fullName(tag) ?? []).filter((name) => !known.has(name));
  for (const name of names) known.add(name);
  return names;
}

/** Docker names configs `blobs/sha256/HEX` or `HEX.json`. */
function configHex({ config }: DockerArchiveImage): string {
  return /([0-9a-f]{64})(?:\.json)?$/.exec(config)?.[1] ?? '';
}

/** Which root has the config of that digest. */
async function findOwners(
  { roots, content }: ArchiveTables,
  options: CallOptions,
): Promise<ReadonlyMap<string, Root>> {
  const owners = new Map<string, Root>();
  for (const root of await inOrderOfFit(roots)) {
    for (const hex of await configsOf(await root.describe(options), content.source, options)) {
      if (!owners.has(hex)) owners.set(hex, root);
    }
  }
  return owners;
}

/** The configs of the manifests under a root, up to the first document that is absent or no image's. */
async function configsOf(
  root: Descriptor,
  from: BlobSource,
  options: CallOptions,
): Promise<readonly string[]> {
  const configs: string[] = [];
  try {
    for await (const { document } of walkManifests(root, from, options)) {
      if (document.kind === 'manifest') configs.push(digestHex(document.config.digest));
    }
  } catch (error) {
    if (!isXbundleError(error, 'NOT_FOUND', 'SIZE_MISMATCH', 'UNSUPPORTED')) throw error;
  }
  return configs;
}

/** A root without a name first: it is the one that lacks it. Then manifests, as a RepoTag has one platform. */
async function inOrderOfFit(roots: readonly Root[]): Promise<readonly Root[]> {
  const ranked = await Promise.all(
    roots.map(async (root) => {
      if (root.name === undefined) return { root, rank: 0 };
      return { root, rank: isIndexType((await root.describe()).mediaType) ? 2 : 1 };
    }),
  );
  return ranked.sort((a, b) => a.rank - b.rank).map(({ root }) => root);
}
