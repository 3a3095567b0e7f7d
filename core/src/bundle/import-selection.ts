import { XbundleError } from '../errors.ts';
import { type CallOptions, type TargetCell, type TargetFacts, type TargetImage } from '../content/index.ts';
import {
  archTag,
  formatPlatform,
  formatReference,
  parseReference,
  satisfies,
  taggedName,
  type Digest,
  type Platform,
  type Reference,
} from '../model/index.ts';
import { type BundleCell, type BundleImage } from './format.ts';
import { makeIndex } from './make-index.ts';
import { type BundleReader } from './open.ts';

/** Which platforms to import: all of the bundle's, the one the target runs, or these. */
export type PlatformChoice = 'all' | 'native' | readonly Platform[];

export interface ImportOptions extends CallOptions {
  /** Default: all where the target holds indexes, otherwise native. */
  readonly platforms?: PlatformChoice | undefined;
  /** Default: every image of the bundle. */
  readonly images?: readonly Reference[] | undefined;
  /** What to do when a name points to something else in the target; default: EXISTS. */
  readonly onExistingTag?: 'error' | 'skip' | 'overwrite' | undefined;
  /** `auto`: where the target holds no index, or where the bundle was made from arch tags. */
  readonly archTags?: 'auto' | 'always' | 'never' | undefined;
}

/** A wanted cell that the bundle does not have. */
export interface AbsentCell {
  readonly image: string;
  readonly platform: string;
  readonly reason: string;
}

/** One image on its way into one target. */
export interface ImageContext {
  readonly bundle: BundleReader;
  readonly image: BundleImage;
  readonly facts: TargetFacts;
  readonly options: ImportOptions;
}

/** The images of the bundle that were asked for. Throws NOT_FOUND for one it does not have. */
export function chosenImages(
  bundle: BundleReader,
  names: readonly Reference[] | undefined,
): readonly BundleImage[] {
  const { images } = bundle.index;
  if (names === undefined || names.length === 0) return images;
  return names.map((name) => {
    const text = formatReference(taggedName(name));
    const image = images.find((each) => each.name === text);
    if (image !== undefined) return image;
    const have = images.map((each) => each.name).join(', ');
    throw new XbundleError(
      'NOT_FOUND',
      `importing ${text}: ${bundle.label} does not have it. It has ${have}`,
    );
  });
}

/** A present cell with what importing it needs. */
export interface ChosenCell extends TargetCell {
  readonly archTag: Reference;
}

export interface CellChoice {
  readonly cells: readonly ChosenCell[];
  readonly absent: readonly AbsentCell[];
}

/** The cells of an image that are wanted and there, and those that are wanted and not there. */
export function chooseCells({ bundle, image, facts, options }: ImageContext): CellChoice {
  const own = bundle.index.cells.filter((cell) => cell.image === image.name);
  const present = own.flatMap((cell) => toChosen(image, cell));
  const choice = options.platforms ?? (facts.holdsIndexes ? 'all' : 'native');
  if (choice === 'all') {
    const lost = own.filter((cell) => cell.state !== 'present');
    return { cells: present, absent: lost.map(({ platform, reason }) => toAbsent(image, platform, reason)) };
  }
  const platforms = choice === 'native' ? nativePlatforms(facts) : choice;
  const picked = platforms.map((platform) => ({
    platform,
    cells: present.filter((cell) => satisfies(cell.platform, platform)),
  }));
  const have = present.map((cell) => formatPlatform(cell.platform)).join(', ');
  return {
    cells: picked.flatMap((each) => each.cells),
    absent: picked
      .filter((each) => each.cells.length === 0)
      .map(({ platform }) =>
        toAbsent(image, formatPlatform(platform), `the bundle has it for ${have || 'no platform'}`),
      ),
  };
}

function nativePlatforms({ platform, label }: TargetFacts): readonly Platform[] {
  if (platform !== undefined) return [platform];
  throw new XbundleError(
    'USAGE',
    `importing into ${label}: it runs nothing, so it has no native platform. Name the platforms`,
  );
}

function toAbsent({ name }: BundleImage, platform: string, reason: string | undefined): AbsentCell {
  return { image: name, platform, reason: reason ?? 'missing in the bundle' };
}

function toChosen(image: BundleImage, cell: BundleCell): readonly ChosenCell[] {
  const { manifest, config, state } = cell;
  if (state !== 'present' || manifest?.platform === undefined || config === undefined) return [];
  const { platform } = manifest;
  const tag =
    cell.archTag === undefined ? archTag(parseReference(image.name), platform) : parseReference(cell.archTag);
  return [{ platform, manifest, config, archTag: tag }];
}

export interface WantedName {
  readonly image: string;
  readonly target: TargetImage;
}

/** The names one image gets in this target, and what each points to. */
export function namesFor(
  context: ImageContext,
  cells: readonly ChosenCell[],
  made: Map<Digest, Uint8Array>,
): readonly WantedName[] {
  if (cells.length === 0) return [];
  const { image, facts, options } = context;
  const name = parseReference(image.name);
  const native = cells.filter(
    (cell) => facts.platform !== undefined && satisfies(cell.platform, facts.platform),
  );
  const plain = facts.holdsIndexes
    ? [{ name, root: rootFor(context, cells, made), cells }]
    : native.slice(0, 1).map((cell) => single(name, cell));
  const tagged = cells
    .filter((cell) => needsArchTag(context, cell === native[0]))
    .map((cell) => single(cell.archTag, cell));
  if (plain.length + tagged.length === 0 && options.archTags === 'never') throw holdsOnlyNative(context);
  return [...plain, ...tagged].map((target) => ({ image: image.name, target }));
}

function needsArchTag({ image, facts, options }: ImageContext, isNative: boolean): boolean {
  const mode = options.archTags ?? 'auto';
  if (mode !== 'auto') return mode === 'always';
  return facts.holdsIndexes ? image.origin === 'assembled' : !isNative;
}

function holdsOnlyNative({ image, facts }: ImageContext): XbundleError {
  return new XbundleError(
    'USAGE',
    `importing ${image.name}: ${facts.label} holds one platform under one name, so other platforms need --arch-tags=auto`,
  );
}

function single(name: Reference, { platform, manifest, config }: ChosenCell): TargetImage {
  return { name, root: manifest, cells: [{ platform, manifest, config }] };
}

/** The bundle's root where all of it is wanted; otherwise an index of the wanted cells and their attestations. */
function rootFor(
  { bundle, image }: ImageContext,
  cells: readonly ChosenCell[],
  made: Map<Digest, Uint8Array>,
): TargetImage['root'] {
  const all = bundle.index.cells.filter((cell) => cell.image === image.name && cell.state === 'present');
  if (cells.length === all.length) return image.root;
  const subjects = new Set(cells.map((cell) => cell.manifest.digest));
  const attestations = bundle.index.attestations.filter(
    (each) => each.image === image.name && subjects.has(each.subject),
  );
  const { descriptor, bytes } = makeIndex({
    mediaType: image.root.mediaType,
    manifests: [...cells.map((cell) => cell.manifest), ...attestations.map(({ manifest }) => manifest)],
  });
  made.set(descriptor.digest, bytes);
  return descriptor;
}
