import { XbundleError } from '../../errors.ts';
import type { TargetCell, TargetFacts, TargetImage, TransferOptions } from '../../content/index.ts';
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
} from '../../model/index.ts';
import type { BundleCell, BundleImage } from '../format/format.ts';
import { makeIndex } from '../plan/make-index.ts';
import type { BundleContent } from '../plan/content.ts';

/** Which platforms to import: all of the bundle's, the one the target runs, or these. */
export type PlatformChoice = 'all' | 'native' | readonly Platform[];

export interface ImportOptions extends TransferOptions {
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
  readonly bundle: BundleContent;
  readonly image: BundleImage;
  readonly facts: TargetFacts;
  readonly options: ImportOptions;
}

/** An image that is wanted; `image` is undefined when none of its cells made it into the bundle. */
export interface ChosenImage {
  readonly name: string;
  readonly image: BundleImage | undefined;
}

/** The images that were asked for, or all of the contract's. Throws NOT_FOUND for one the bundle knows nothing of. */
export function chosenImages(
  bundle: BundleContent,
  names: readonly Reference[] | undefined,
): readonly ChosenImage[] {
  const images = new Map(bundle.index.images.map((image) => [image.name, image]));
  const known = bundle.index.contract.map(({ image }) => image);
  const wanted = (names ?? []).map((name) => formatReference(taggedName(name)));
  return (wanted.length === 0 ? known : [...new Set(wanted)]).map((text) => {
    if (known.includes(text)) return { name: text, image: images.get(text) };
    const have = known.join(', ');
    throw new XbundleError(
      'NOT_FOUND',
      `importing ${text}: ${bundle.label} does not have it. It has ${have}`,
    );
  });
}

/** A present cell with what importing it needs. */
export interface ChosenCell extends TargetCell {
  /** Absent where another image of the bundle has that name. */
  readonly archTag?: Reference;
}

export interface CellChoice {
  readonly cells: readonly ChosenCell[];
  readonly absent: readonly AbsentCell[];
}

export interface CellQuestion extends Omit<ImageContext, 'image'> {
  /** Of the image. */
  readonly name: string;
}

/** The cells of an image that are wanted and there, and those that are wanted and not there. */
export function chooseCells({ bundle, name, facts, options }: CellQuestion): CellChoice {
  const own = bundle.index.cells.filter((cell) => cell.image === name);
  const present = own.flatMap((cell) => toChosen(bundle, cell));
  const choice = options.platforms ?? (facts.holdsIndexes ? 'all' : 'native');
  if (choice === 'all') {
    const lost = own.filter((cell) => cell.state !== 'present');
    return { cells: present, absent: lost.map(({ platform, reason }) => toAbsent(name, platform, reason)) };
  }
  const platforms = choice === 'native' ? nativePlatforms(facts) : choice;
  const isWanted = (cell: ChosenCell, platform: Platform): boolean => satisfies(cell.platform, platform);
  const have = present.map((cell) => formatPlatform(cell.platform)).join(', ');
  return {
    cells: present.filter((cell) => platforms.some((platform) => isWanted(cell, platform))),
    absent: platforms
      .filter((platform) => !present.some((cell) => isWanted(cell, platform)))
      .map((platform) =>
        toAbsent(name, formatPlatform(platform), `the bundle has it for ${have || 'no platform'}`),
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

function toAbsent(name: string, platform: string, reason: string | undefined): AbsentCell {
  return { image: name, platform, reason: reason ?? 'missing in the bundle' };
}

function toChosen({ index }: BundleContent, cell: BundleCell): readonly ChosenCell[] {
  const { manifest, config, state } = cell;
  if (state !== 'present' || manifest?.platform === undefined || config === undefined) return [];
  const { platform } = manifest;
  const tag = cell.archTag ?? formatReference(archTag(parseReference(cell.image), platform));
  const isTaken = index.contract.some(({ image }) => image === tag);
  return [{ platform, manifest, config, ...(!isTaken && { archTag: parseReference(tag) }) }];
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
  const { image, facts } = context;
  const name = parseReference(image.name);
  const native = cells.filter(
    (cell) => facts.platform !== undefined && satisfies(cell.platform, facts.platform),
  );
  const plain = facts.holdsIndexes
    ? [{ name, root: rootFor(context, cells, made), cells }]
    : native.slice(0, 1).map((cell) => single(name, cell));
  const tagged = cells
    .filter((cell) => needsArchTag(context, cell === native[0]))
    .flatMap((cell) => (cell.archTag === undefined ? [] : [single(cell.archTag, cell)]));
  const targets = [...plain, ...tagged];
  const named = new Set(targets.flatMap((target) => target.cells.map((cell) => cell.manifest.digest)));
  const nameless = cells.find((cell) => !named.has(cell.manifest.digest));
  if (nameless !== undefined) throw holdsOnlyNative(context, nameless);
  return targets.map((target) => ({ image: image.name, target }));
}

function needsArchTag({ image, facts, options }: ImageContext, isNative: boolean): boolean {
  const mode = options.archTags ?? 'auto';
  if (mode !== 'auto') return mode === 'always';
  return facts.holdsIndexes ? image.origin === 'assembled' : !isNative;
}

function holdsOnlyNative({ image, facts }: ImageContext, { platform }: ChosenCell): XbundleError {
  return new XbundleError(
    'USAGE',
    `importing ${image.name}: ${facts.label} holds one platform under one name, so ${formatPlatform(platform)} needs an arch tag of its own: leave the platform out, or pass --arch-tags=auto`,
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
