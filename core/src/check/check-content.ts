import { ArchChecker, type ArchCell, type ArchCheckOptions } from '../arch/index.ts';
import { cellOf, type BundleCell, type BundleContent } from '../bundle/index.ts';
import { readDocument, readManifest, type BlobSource, type CallOptions } from '../content/index.ts';
import {
  contentSize,
  type Cell,
  formatPlatform,
  parsePlatform,
  satisfies,
  type Platform,
} from '../model/index.ts';
import { toReport, type ArchReport, type CheckedCell } from './report.ts';

export interface CheckContentOptions extends ArchCheckOptions {
  /** Undefined: all platforms. Those left out are still compared with, not reported. */
  readonly platforms?: readonly Platform[] | undefined;
}

/** What is checked: a bundle that is open, or a planned one. */
export type CheckableContent = Pick<BundleContent, 'index'> & BlobSource;

/**
 * Holds every cell of a bundle, a file or a plan, against its platform. Layers that cells share are read once.
 * Throws what reading gives and INTERRUPTED; what is wrong with an image is in the report.
 */
export async function checkContent(
  content: CheckableContent,
  options: CheckContentOptions,
): Promise<ArchReport> {
  const { images, cells } = content.index;
  const groups: (readonly Pair[])[] = [];
  for (const { name } of images) {
    const own = cells.filter((cell) => cell.image === name && cell.state === 'present');
    groups.push(await readPairs(own, content, options));
  }
  tellPhase(groups.flat(), options);
  const checker = new ArchChecker(options);
  const checked: CheckedCell[] = [];
  for (const pairs of groups) checked.push(...(await checkImage(checker, pairs, options)));
  const absent = cells.filter((cell) => cell.state !== 'present').map(cellOf);
  return toReport(checked, [...absent, ...images.flatMap(({ name }) => lacking(name, cells, options))]);
}

/** Platforms that are asked for and of which the content says nothing. */
function lacking(
  image: string,
  cells: readonly BundleCell[],
  { platforms = [] }: CheckContentOptions,
): readonly Cell[] {
  const own = cells.filter((cell) => cell.image === image).map(({ platform }) => parsePlatform(platform));
  return platforms
    .filter((wanted) => !own.some((platform) => satisfies(platform, wanted)))
    .map((wanted) => ({
      image,
      platform: formatPlatform(wanted),
      state: 'missing' as const,
      reason: `it is there only for ${own.map(formatPlatform).join(', ')}`,
    }));
}

interface Pair {
  readonly cell: BundleCell;
  readonly arch: ArchCell;
}

function tellPhase(pairs: readonly Pair[], { depth, onProgress }: CheckContentOptions): void {
  const layers = depth === 'full' ? pairs.flatMap(({ arch }) => arch.layers) : [];
  const blobs = new Set(layers.map(({ digest }) => digest)).size;
  onProgress?.({ type: 'phase', phase: 'verify', bytes: contentSize(layers), blobs });
}

async function checkImage(
  checker: ArchChecker,
  pairs: readonly Pair[],
  { platforms }: CheckContentOptions,
): Promise<readonly CheckedCell[]> {
  const wanted = pairs.filter(({ arch }) => isWanted(arch.platform, platforms));
  const verdicts = await checker.check(
    pairs.map(({ arch }) => arch),
    { only: wanted.map(({ arch }) => arch) },
  );
  return wanted.flatMap(({ cell: { image, platform }, arch }) => {
    const verdict = verdicts.get(arch);
    return verdict === undefined ? [] : [{ image, platform, manifest: arch.manifest.digest, ...verdict }];
  });
}

function isWanted(platform: Platform, platforms: readonly Platform[] | undefined): boolean {
  return platforms === undefined || platforms.some((wanted) => satisfies(platform, wanted));
}

async function readPairs(
  cells: readonly BundleCell[],
  content: BlobSource,
  options: CallOptions,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (const cell of cells) {
    const arch = await toArchCell(cell, content, options);
    if (arch !== undefined) pairs.push({ cell, arch });
  }
  return pairs;
}

async function toArchCell(
  { manifest, config }: BundleCell,
  content: BlobSource,
  options: CallOptions,
): Promise<ArchCell | undefined> {
  if (manifest?.platform === undefined || config === undefined) return undefined;
  const { document } = await readManifest(manifest, content, { signal: options.signal });
  const bytes = await readDocument(config, content, { signal: options.signal });
  const layers = document.kind === 'manifest' ? document.layers : [];
  return { platform: manifest.platform, manifest, layers, config: bytes, content };
}
