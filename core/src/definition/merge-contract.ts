import { formatReference, type Platform, type Reference } from '../model/index.ts';
import type { Definition, DefinitionImage } from './definition.ts';

/** Images and platforms given on the command line. */
export interface ContractFlags {
  readonly images?: readonly Reference[] | undefined;
  /** Undefined or empty: not given. */
  readonly platforms?: readonly Platform[] | undefined;
}

/**
 * The images of a definition and of the command line, each once, with the platforms they must have:
 *
 * 1. platforms that the definition gives to one image win, so that a known exception stays one;
 * 2. else `flags.platforms`;
 * 3. else the platforms of the definition as a whole, for images of the command line too;
 * 4. else none: all that the source offers.
 *
 * Images of the definition come first, in its order.
 */
export function mergeContract(
  definition: Definition | undefined,
  flags: ContractFlags = {},
): readonly DefinitionImage[] {
  const common = flags.platforms?.length ? flags.platforms : definition?.platforms;
  const given: readonly DefinitionImage[] = (flags.images ?? []).map((name) => ({ name }));
  const merged = new Map<string, DefinitionImage>();
  for (const image of [...(definition?.images ?? []), ...given]) {
    const key = formatReference(image.name);
    if (!merged.has(key)) merged.set(key, withPlatforms(image, common));
  }
  return [...merged.values()];
}

function withPlatforms(image: DefinitionImage, common: readonly Platform[] | undefined): DefinitionImage {
  return image.platforms !== undefined || common === undefined ? image : { ...image, platforms: common };
}
