import { messageOf } from '../../errors.ts';
import { childrenOf } from '../../content/index.ts';
import {
  contentSize,
  formatPlatform,
  isImageConfigType,
  parseImageConfig,
  type Descriptor,
  type ManifestDocument,
} from '../../model/index.ts';
import type { BundleCell } from '../format/format.ts';
import type { Problem } from './problem.ts';
import type { Reach, Reached } from './reach.ts';
import { platformConflict } from '../plan/resolve-cell.ts';
import type { BundleScan } from './scan.ts';

export interface CellEvidence {
  readonly scan: BundleScan;
  readonly reach: Reach;
}

/**
 * What is wrong with a cell: CELL_MISSING or CELL_WRONG when the bundle says so itself; DOCUMENT when it says
 * that the cell is present and its own documents say otherwise.
 */
export function judgeCell(cell: BundleCell, evidence: CellEvidence): readonly Problem[] {
  const { image, platform } = cell;
  if (cell.state !== 'present') {
    const code = cell.state === 'wrong' ? 'CELL_WRONG' : 'CELL_MISSING';
    return [{ code, message: `${image} for ${platform}: ${cell.reason ?? cell.state}`, image, platform }];
  }
  const { reach } = evidence;
  if (!reach.isWhole(image) && cell.manifest !== undefined && !reach.of(image).has(cell.manifest.digest)) {
    const message = `${image} for ${platform}: an index that leads to it is damaged`;
    return [{ code: 'DIGEST', message, image, platform }];
  }
  const lie = lieOf(cell, evidence);
  return lie === undefined
    ? []
    : [{ code: 'DOCUMENT', message: `${image} for ${platform}: ${lie}`, image, platform }];
}

function lieOf(cell: BundleCell, { scan, reach }: CellEvidence): string | undefined {
  const { manifest } = cell;
  const reached = manifest === undefined ? undefined : reach.of(cell.image).get(manifest.digest);
  if (manifest === undefined || reached === undefined || !isSame(reached.descriptor, manifest)) {
    return 'the image does not lead to its manifest';
  }
  return platformLie(cell, reached) ?? contentLie(cell, reach.parse(manifest, cell.image), scan);
}

function platformLie({ manifest, platform }: BundleCell, { platforms }: Reached): string | undefined {
  if (manifest?.platform === undefined || formatPlatform(manifest.platform) !== platform) {
    return 'it is recorded under another platform';
  }
  if (platforms.size === 0 || platforms.has(platform)) return undefined;
  return `the index lists its manifest for ${[...platforms].join(', ')}`;
}

/** A manifest that cannot be read is a problem already. */
function contentLie(
  cell: BundleCell,
  document: ManifestDocument | undefined,
  scan: BundleScan,
): string | undefined {
  const { manifest, config } = cell;
  if (document === undefined || manifest === undefined) return undefined;
  if (document.kind !== 'manifest' || config === undefined || !isSame(document.config, config)) {
    return 'its manifest has another config';
  }
  const size = contentSize([manifest, ...childrenOf(document)]);
  if (size !== cell.size) return `it has ${size} bytes, not ${cell.size ?? 'none'}`;
  return configLie(cell, document.config, scan);
}

function isSame(a: Descriptor, b: Descriptor): boolean {
  return a.digest === b.digest && a.size === b.size && a.mediaType === b.mediaType;
}

function configLie({ manifest }: BundleCell, config: Descriptor, scan: BundleScan): string | undefined {
  if (!isImageConfigType(config.mediaType)) return 'it is no container image';
  const bytes = scan.documents.get(config.digest);
  // A config that is damaged or not listed as one is a problem already.
  if (bytes === undefined || manifest?.platform === undefined) return undefined;
  try {
    return platformConflict(parseImageConfig(bytes, `config ${config.digest}`), manifest.platform);
  } catch (error) {
    return messageOf(error);
  }
}
