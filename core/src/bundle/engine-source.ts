import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import {
  mapConcurrent,
  type BlobSource,
  type CallOptions,
  type ImageSource,
  type TransferOptions,
} from '../content/index.ts';
import { findEngineImage, saveImages, type EngineClient, type EngineImage } from '../engine/index.ts';
import { onPath } from '../files/index.ts';
import { openArchive, type LayoutSource } from '../layout/index.ts';
import {
  archTag,
  formatReference,
  satisfies,
  taggedName,
  type Descriptor,
  type Platform,
  type Reference,
} from '../model/index.ts';

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

/** An engine's images, saved once for all names and then read from a private file. Close it after use. */
export interface EngineSource extends ImageSource {
  close(): Promise<void>;
}

export interface EngineSaveOptions extends TransferOptions {
  /** The private file to save into, on a disk with room for all of it; removed by `close`. */
  readonly spool: string;
}

/**
 * Saves the offered names in one stream, so that what images share is sent once, and reads the result as an
 * archive: every blob is hashed when it is read, and what the engine left out is known to be lacking (an engine
 * exits 0 on incomplete images).
 */
export async function saveFromEngine(
  client: EngineClient,
  offers: readonly EngineOffer[],
  options: EngineSaveOptions,
): Promise<EngineSource> {
  const names = [
    ...new Map(offers.flatMap((offer) => offer.names).map((name) => [formatReference(name), name])).values(),
  ];
  const label = `engine ${client.endpoint.label}`;
  if (names.length === 0) return emptySource(label);
  try {
    await spool(client, names, options);
    return engineSource(await openArchive(options.spool, { kind: 'docker', label }), names, options.spool);
  } catch (error) {
    await rm(options.spool, { force: true });
    throw error;
  }
}

async function spool(
  client: EngineClient,
  names: readonly Reference[],
  options: EngineSaveOptions,
): Promise<void> {
  const { spool: path, signal, onProgress } = options;
  onProgress?.({ type: 'phase', phase: 'save' });
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const file = await onPath('creating', path, () => open(path, flags, 0o600));
  try {
    for await (const chunk of saveImages(client, names, { signal })) {
      await onPath('writing', path, () => file.appendFile(chunk));
      onProgress?.({ type: 'bytes', bytes: chunk.byteLength });
    }
  } finally {
    await file.close();
  }
}

/** Only names that were asked for resolve: an archive may hold more of what they share. */
function engineSource(archive: LayoutSource, names: readonly Reference[], path: string): EngineSource {
  const saved = new Set(names.map(formatReference));
  return {
    kind: 'docker',
    label: archive.label,
    resolve: (reference, options) =>
      saved.has(formatReference(reference))
        ? archive.resolve(reference, options)
        : Promise.resolve(undefined),
    content: (reference) => archive.content(reference),
    close: async () => {
      await archive.close();
      await rm(path, { force: true });
    },
  };
}

function emptySource(label: string): EngineSource {
  const nothing: BlobSource = {
    read: () => none(),
    readFrom: () => none(),
    lacks: (blobs: readonly Descriptor[]) => Promise.resolve(blobs),
  };
  return {
    kind: 'docker',
    label,
    resolve: () => Promise.resolve(undefined),
    content: () => nothing,
    close: () => Promise.resolve(),
  };
}

async function* none(): AsyncGenerator<Uint8Array, void, undefined> {
  // Nothing resolves here, so nothing is read.
}
