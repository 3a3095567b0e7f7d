import { isManifestType } from '../../model/index.ts';
import { differences } from './differences.ts';
import type { BundleAttestation, BundleIndex } from '../format/format.ts';
import { judgeCell } from './judge-cell.ts';
import { judgeFiles } from './judge-files.ts';
import { judgeIndex } from './judge-index.ts';
import type { Problem } from './problem.ts';
import { Reach } from './reach.ts';
import type { BundleScan } from './scan.ts';

/**
 * Judges what a scan found: are the files what the index says, does every image have all it refers to and
 * nothing else, is every cell what it claims to be, and does the index say so in its one form. Pure; reports
 * every problem.
 */
export function judge(scan: BundleScan): readonly Problem[] {
  const { index } = scan.head;
  const reach = new Reach(scan);
  for (const { root, name } of index.images) reach.walk(root, name);
  return [
    ...scan.problems,
    ...judgeIndex(scan.head),
    ...judgeFiles(scan),
    ...reach.problems,
    ...index.cells.flatMap((cell) => judgeCell(cell, { scan, reach })),
    ...(index.images.every(({ name }) => reach.isWhole(name)) ? leftovers(index, reach) : []),
  ];
}

/** What nothing leads to. Where a document is damaged, whatever it would have led to seems left over: not said. */
function leftovers(index: BundleIndex, reach: Reach): readonly Problem[] {
  return [
    ...unlistedManifests(index, reach),
    ...unlistedAttestations(index, reach),
    ...blobKinds(index, reach),
    ...unlistedBlobs(index, reach),
  ];
}

/** A platform that an index offers and no cell lists would be imported without anyone having been told. */
function unlistedManifests({ images, cells }: BundleIndex, reach: Reach): readonly Problem[] {
  return images.flatMap(({ name }) => {
    const own = new Set(cells.filter((cell) => cell.image === name).map((cell) => cell.manifest?.digest));
    return [...reach.of(name).values()]
      .filter(({ descriptor, platforms }) => isManifestType(descriptor.mediaType) && platforms.size > 0)
      .filter(({ descriptor }) => !own.has(descriptor.digest))
      .map(({ descriptor: { digest }, platforms }): Problem => {
        const message = `${name} has ${[...platforms].join(', ')} in ${digest}, which no cell lists`;
        return { code: 'DOCUMENT', message, image: name, digest };
      });
  });
}

function unlistedAttestations({ images, attestations }: BundleIndex, reach: Reach): readonly Problem[] {
  const keyOf = ({ subject, manifest }: BundleAttestation): string => `${subject} ${manifest.digest}`;
  return images.flatMap(({ name }) => {
    const recorded = attestations.filter((each) => each.image === name);
    const different = differences(recorded.map(keyOf), reach.attestationsOf(name).map(keyOf));
    if (different.length === 0) return [];
    const message = `${name} has other attestations than are listed: ${different.join(', ')}`;
    return [{ code: 'DOCUMENT', message, image: name } satisfies Problem];
  });
}

/** A document that is not marked as one would be passed over by `--quick`. */
function blobKinds({ blobs, cells }: BundleIndex, reach: Reach): readonly Problem[] {
  const configs = new Set(cells.map((cell) => cell.config?.digest));
  return blobs.flatMap(({ digest, kind }) => {
    const real = reach.kindOf(digest) ?? (configs.has(digest) ? 'config' : undefined);
    if (real === kind) return [];
    const message = `${digest} is listed as ${kind ?? 'a layer'} and is ${real ?? 'none'}`;
    return [{ code: 'DOCUMENT', message, digest } satisfies Problem];
  });
}

function unlistedBlobs({ blobs }: BundleIndex, reach: Reach): readonly Problem[] {
  return blobs
    .filter(({ digest }) => !reach.refersTo(digest))
    .map(({ digest }) => ({
      code: 'BLOB_UNLISTED',
      message: `no image refers to the blob ${digest}`,
      digest,
    }));
}
