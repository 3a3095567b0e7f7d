import { mapConcurrent, type CallOptions } from '../../content/index.ts';
import { findEngineImage, type EngineClient, type EngineImage } from '../../engine/index.ts';
import { archTag, satisfies, taggedName, type Platform, type Reference } from '../../model/index.ts';

/** An image as it is asked for, before a source is chosen. */
export interface WantedImage {
  readonly name: Reference;
  /** Undefined: every platform that the source offers. */
  readonly platforms?: readonly Platform[];
  /** The names it is made of; see `ImageRequest`. */
  readonly parts?: readonly Reference[];
}

/** The names under which an engine has a wanted image, and whether they make it whole. */
export interface EngineOffer {
  readonly wanted: WantedImage;
  /** The name itself, where the engine has it, and the arch tags that fill what it lacks. */
  readonly names: readonly Reference[];
  /** All wanted platforms are there, as far as the engine tells; a save may still prove it wrong. */
  readonly whole: boolean;
}

/** Asks an engine what it has of an image, by its name and by the arch tags of platforms that the name lacks. */
export async function askEngine(
  client: EngineClient,
  wanted: WantedImage,
  options: CallOptions & { readonly archTagPattern?: string | undefined } = {},
): Promise<EngineOffer> {
  if (wanted.parts !== undefined) return askForParts(client, { wanted, parts: wanted.parts }, options);
  const image = await findEngineImage(client, wanted.name, options);
  const own = image === undefined ? [] : [wanted.name];
  if (wanted.platforms === undefined) {
    return {
      wanted,
      names: own,
      whole: image?.cells.length !== 0 && image?.cells.every((cell) => cell.complete) === true,
    };
  }
  const lacking = wanted.platforms.filter((platform) => !offers(image, platform));
  // A name that is pinned to a digest means that content and no other.
  const tags = wanted.name.digest === undefined ? lacking : [];
  const tagged = await mapConcurrent(tags, { jobs: 8, signal: options.signal }, async (platform, signal) => {
    const name = archTag(taggedName(wanted.name), platform, options.archTagPattern);
    const found = await findEngineImage(client, name, { signal });
    return found === undefined ? undefined : { name, whole: offers(found, platform) };
  });
  const found = tagged.filter((each) => each !== undefined);
  return {
    wanted,
    names: [...own, ...found.map((each) => each.name)],
    whole: found.length === lacking.length && found.every((each) => each.whole),
  };
}

async function askForParts(
  client: EngineClient,
  { wanted, parts }: { readonly wanted: WantedImage; readonly parts: readonly Reference[] },
  { signal }: CallOptions,
): Promise<EngineOffer> {
  const found = await mapConcurrent(parts, { jobs: 8, signal }, async (name, combined) => {
    const image = await findEngineImage(client, name, { signal: combined });
    return image === undefined ? undefined : { name, image };
  });
  const there = found.filter((each) => each !== undefined);
  const platforms = wanted.platforms ?? [];
  return {
    wanted,
    names: there.map(({ name }) => name),
    whole:
      there.length === parts.length &&
      platforms.every((platform) => there.some(({ image }) => offers(image, platform))),
  };
}

function offers(image: EngineImage | undefined, platform: Platform): boolean {
  return image?.cells.some((cell) => cell.complete && satisfies(cell.platform, platform)) === true;
}
