import { XbundleError, isXbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import {
  formatPlatform,
  formatReference,
  parsePlatforms,
  parseReference,
  type Platform,
} from '../model/index.ts';
import type { Definition, DefinitionImage } from './definition.ts';
import { definitionInvalid, formatPlace, type Place } from './place.ts';

/** An image as a file writes it. */
export interface ImageEntry {
  readonly name: string;
  /** Items may hold commas. */
  readonly platforms?: readonly string[] | undefined;
  readonly place: Place;
}

/** What stands above the images. */
export interface DefinitionHead {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly platforms?: readonly string[] | undefined;
  readonly place: Place;
}

/**
 * Parses names and platforms and puts entries of one name together: their platforms are joined, and an entry
 * without platforms stands for those of the head. Throws DEFINITION_INVALID, or LIMIT_EXCEEDED for too many.
 */
export function toDefinition(head: DefinitionHead, entries: readonly ImageEntry[]): Definition {
  if (entries.length === 0) throw definitionInvalid(head.place, 'it names no image');
  if (entries.length > LIMITS.imagesPerBundle) {
    throw new XbundleError(
      'LIMIT_EXCEEDED',
      `reading ${formatPlace(head.place)}: ${entries.length} images, want at most ${LIMITS.imagesPerBundle}`,
    );
  }
  const platforms = readPlatforms(head.platforms, head.place);
  const images = new Map<string, DefinitionImage>();
  for (const image of entries.map(readImage)) {
    const key = formatReference(image.name);
    images.set(key, join(images.get(key), image, platforms));
  }
  return {
    ...(head.name !== undefined && { name: head.name }),
    ...(head.version !== undefined && { version: head.version }),
    images: [...images.values()],
    ...(platforms !== undefined && { platforms }),
  };
}

function readImage({ name, platforms, place }: ImageEntry): DefinitionImage {
  const own = readPlatforms(platforms, place);
  return {
    name: atPlace(place, () => parseReference(name)),
    ...(own !== undefined && { platforms: own }),
  };
}

function readPlatforms(items: readonly string[] | undefined, place: Place): readonly Platform[] | undefined {
  if (items === undefined) return undefined;
  const platforms = atPlace(place, () => parsePlatforms(items));
  if (platforms.length > 0) return platforms;
  throw definitionInvalid(place, 'the list of platforms is empty. Name some, or leave it out');
}

/** Adds the place to an error about a name or platform. */
function atPlace<T>(place: Place, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!isXbundleError(error)) throw error;
    throw definitionInvalid(place, error.message, error);
  }
}

function join(
  first: DefinitionImage | undefined,
  second: DefinitionImage,
  common: readonly Platform[] | undefined,
): DefinitionImage {
  if (first === undefined) return second;
  if (first.platforms === undefined && second.platforms === undefined) return first;
  const both = [...(first.platforms ?? common ?? []), ...(second.platforms ?? common ?? [])];
  const unique = new Map(both.map((platform) => [formatPlatform(platform), platform]));
  return { name: first.name, platforms: [...unique.values()] };
}
