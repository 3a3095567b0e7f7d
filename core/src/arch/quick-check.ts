import {
  contentSize,
  formatPlatform,
  parseImageConfig,
  satisfies,
  type Digest,
  type ImageConfig,
  type Platform,
} from '../model/index.ts';
import type { ArchFinding } from './finding.ts';
import type { ArchCell } from './image-cell.ts';

/** What documents alone say about one platform of an image. */
export interface QuickVerdict {
  readonly cell: ArchCell;
  readonly findings: readonly ArchFinding[];
  /** Layers that a platform of another architecture has as well, by position; to be decided by what is in them. */
  readonly shared: ReadonlySet<number>;
}

/** More than this between two platforms of one image is unusual. */
const SIZE_RATIO = 4;

/**
 * Compares the platforms of one image without reading a layer: the listed platform with the config's, and the
 * layers of platforms with each other. Layers that are the same prove nothing where no program is in them, so
 * these findings are warnings at most. Pure; throws DOCUMENT_INVALID for a config that cannot be parsed.
 */
export function quickCheck(cells: readonly ArchCell[]): readonly QuickVerdict[] {
  const read = cells.map((cell) => ({
    cell,
    name: formatPlatform(cell.platform),
    config: parseImageConfig(cell.config, `config of ${cell.manifest.digest}`),
  }));
  return read.map((own) => {
    const others = read.filter((other) => isOtherMachine(own.cell.platform, other.cell.platform));
    return {
      cell: own.cell,
      findings: [...platformFinding(own), ...layerFindings(own, others), ...sizeFinding(own, others)],
      shared: sharedLayers(own, others),
    };
  });
}

interface ReadCell {
  readonly cell: ArchCell;
  readonly name: string;
  readonly config: ImageConfig;
}

/** Variants of one architecture share layers rightly. */
function isOtherMachine(a: Platform, b: Platform): boolean {
  return a.architecture !== b.architecture || a.os !== b.os;
}

/** A config may leave its variant and os.version out: builders write them to the index only. */
function platformFinding({ cell, name, config }: ReadCell): readonly ArchFinding[] {
  const { variant, 'os.version': version, 'os.features': features } = cell.platform;
  const said = {
    ...config.platform,
    ...(config.variant === undefined && variant !== undefined && { variant }),
    ...(version !== undefined && { 'os.version': version }),
    ...(features !== undefined && { 'os.features': features }),
  };
  if (satisfies(said, cell.platform)) return [];
  const found = formatPlatform(config.platform);
  const message = `the index lists it for ${name}, its config says ${found}`;
  return [{ code: 'config-platform', tier: 2, severity: 'error', message, expected: name, found }];
}

function layerFindings(own: ReadCell, others: readonly ReadCell[]): readonly ArchFinding[] {
  const twin = others.find(
    (other) => isSame(diffIds(own), diffIds(other)) || isSame(digests(own), digests(other)),
  );
  if (twin !== undefined) {
    return [sameFinding(own, twin, 'all of its layers are those of')];
  }
  const [first] = diffIds(own);
  const sibling = others.find((other) => first !== undefined && diffIds(other)[0] === first);
  if (sibling === undefined) return [];
  const { message, ...rest } = sameFinding(own, sibling, 'its first layer is that of');
  return [{ ...rest, code: 'same-base', severity: 'info', message }];
}

function sameFinding({ name, cell }: ReadCell, other: ReadCell, words: string): ArchFinding {
  return {
    code: 'same-layers',
    tier: 2,
    severity: 'warning',
    message: `${words} ${other.name}`,
    expected: `layers for ${name}`,
    found: `layers of ${other.name}`,
    ...(cell.layers[0] !== undefined && { layer: cell.layers[0].digest }),
    rules: ['XB003', 'XB010'],
  };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && a.length === b.length && a.every((each, at) => each === b[at]);
}

function diffIds({ config }: ReadCell): readonly string[] {
  return config.diffIds;
}

function digests({ cell }: ReadCell): readonly Digest[] {
  return cell.layers.map(({ digest }) => digest);
}

function sharedLayers(own: ReadCell, others: readonly ReadCell[]): ReadonlySet<number> {
  const theirs = new Set(others.flatMap((other) => [...digests(other), ...diffIds(other)]));
  const isShared = (at: number): boolean =>
    theirs.has(digests(own)[at] ?? '') || (hasDiffIds(own) && theirs.has(diffIds(own)[at] ?? ''));
  return new Set([...own.cell.layers.keys()].filter(isShared));
}

function hasDiffIds({ cell, config }: ReadCell): boolean {
  return config.diffIds.length === cell.layers.length;
}

function sizeFinding(own: ReadCell, others: readonly ReadCell[]): readonly ArchFinding[] {
  const size = contentSize(own.cell.layers);
  const largest = others.toSorted((a, b) => contentSize(b.cell.layers) - contentSize(a.cell.layers))[0];
  const most = largest === undefined ? 0 : contentSize(largest.cell.layers);
  if (largest === undefined || size === 0 || most <= size * SIZE_RATIO) return [];
  const message = `its layers have ${size} bytes, those of ${largest.name} ${most}`;
  return [
    {
      code: 'size-ratio',
      tier: 4,
      severity: 'info',
      message,
      expected: 'layers of similar size',
      found: `${size} bytes`,
    },
  ];
}
