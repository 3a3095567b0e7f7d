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
  /** Platforms that none of the names has. */
  readonly lacks: readonly Platform[];
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
    const cells = image?.cells ?? [];
    const lacks = cells.filter((cell) => !cell.complete).map(({ platform }) => platform);
    return { wanted, names: own, whole: cells.length > 0 && lacks.length === 0, lacks };
  }
  const lacking = wanted.platforms.filter((platform) => !offers(image, platform));
  // A name that is pinned to a digest means that content and no other.
  const tags = wanted.name.digest === undefined ? lacking : [];
  const tagged = await mapConcurrent(tags, { jobs: 8, signal: options.signal }, async (platform, signal) => {
    const name = archTag(taggedName(wanted.name), platform, options.archTagPattern);
    const found = await findEngineImage(client, name, { signal });
    return found === undefined ? undefined : { name, platform, has: offers(found, platform) };
  });
  const found = tagged.filter((each) => each !== undefined);
  const filled = new Set(found.filter(({ has }) => has).map(({ platform }) => platform));
  const lacks = lacking.filter((platform) => !filled.has(platform));
  return { wanted, names: [...own, ...found.map(({ name }) => name)], whole: lacks.length === 0, lacks };
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
  const lacks = (wanted.platforms ?? []).filter(
    (platform) => !there.some(({ image }) => offers(image, platform)),
  );
  const whole = there.length === parts.length && lacks.length === 0;
  return { wanted, names: there.map(({ name }) => name), whole, lacks };
}

function offers(image: EngineImage | undefined, platform: Platform): boolean {
  return image?.cells.some((cell) => cell.complete && satisfies(cell.platform, platform)) === true;
}
