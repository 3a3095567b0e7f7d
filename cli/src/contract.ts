import {
  mergeContract,
  parseReference,
  type Definition,
  type Platform,
  type WantedImage,
} from '@xbundle/core';
import type { Io } from './io.ts';
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

/** Joins image names, a definition file and `--platform`, as `mergeContract` says which goes first. */
export async function readContract(
  names: readonly string[],
  flags: ContractFlags,
  io: Pick<Io, 'env' | 'signal'>,
): Promise<GivenContract> {
  const definition = flags.file === undefined ? undefined : await readFile(flags.file, io);
  const given = platformList(flags.platform);
  const platforms = given ?? definition?.platforms;
  return {
    images: mergeContract(definition, { images: names.map(parseReference), platforms: given }),
    ...(definition?.name !== undefined && { name: definition.name }),
    ...(definition?.version !== undefined && { version: definition.version }),
    ...(platforms !== undefined && { platforms }),
  };
}

async function readFile(path: string, { env, signal }: Pick<Io, 'env' | 'signal'>): Promise<Definition> {
  // A chunk of its own: YAML and bake are needed by nobody who names images.
  const { readDefinition } = await import('./definition-file.ts');
  return readDefinition(path, { env, signal });
}
