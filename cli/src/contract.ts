import { parseReference, readDefinition, type Platform, type WantedImage } from '@xbundle/core';
import { type Io } from './io.ts';
import { platformList } from './options.ts';

/** The contract that a command line gives: images with their platforms, and the release they make. */
export interface GivenContract {
  readonly images: readonly WantedImage[];
  readonly name?: string;
  readonly version?: string;
  /** What applies to images that say none of their own. */
  readonly platforms?: readonly Platform[];
}

export interface ContractFlags {
  readonly file?: string;
  readonly platform?: readonly string[];
}

/**
 * Joins image names, a definition file and `--platform`. An image's own platforms in the file stand; the flag
 * goes before the file's common ones.
 */
export async function readContract(
  names: readonly string[],
  flags: ContractFlags,
  io: Pick<Io, 'env' | 'signal'>,
): Promise<GivenContract> {
  const definition =
    flags.file === undefined
      ? undefined
      : await readDefinition(flags.file, { env: io.env, signal: io.signal });
  const platforms = platformList(flags.platform) ?? definition?.platforms;
  const own = names.map((name): WantedImage => ({ name: parseReference(name) }));
  const images = [...own, ...(definition?.images ?? [])].map((image) => {
    const wanted = image.platforms ?? platforms;
    return { name: image.name, ...(wanted !== undefined && { platforms: wanted }) };
  });
  return {
    images,
    ...(definition?.name !== undefined && { name: definition.name }),
    ...(definition?.version !== undefined && { version: definition.version }),
    ...(platforms !== undefined && { platforms }),
  };
}
