import type { Platform, Reference } from '../model/index.ts';

/** One image that a definition names. */
export interface DefinitionImage {
  readonly name: Reference;
  /** Platforms of this image alone; undefined: those of the definition, or all that a source offers. */
  readonly platforms?: readonly Platform[];
}

/** What a definition file asks for. Each image stands in it once, in the order of the file. */
export interface Definition {
  /** Name and version of the release. */
  readonly name?: string;
  readonly version?: string;
  readonly images: readonly DefinitionImage[];
  /** Platforms of every image that has none of its own. */
  readonly platforms?: readonly Platform[];
}
