import type { Binary } from '../binary/binary.ts';
import type { NestedLibraries } from './nested-archive.ts';

/** What is known of a regular file. One object stands for all plain files of a layer. */
export interface FileFacts {
  readonly executable: boolean;
  /** Absent for data. */
  readonly binary?: Binary;
  /** Native libraries within it, where it is an archive that was looked into. */
  readonly nested?: NestedLibraries;
  /** The first bytes of the few text files that say something about a platform. */
  readonly text?: string;
}

export type LayerEntry =
  | { readonly kind: 'directory' }
  | { readonly kind: 'file'; readonly facts: FileFacts }
  | { readonly kind: 'symlink'; readonly target: string }
  /** The target is a path of the image. */
  | { readonly kind: 'hardlink'; readonly target: string };

/** All that a layer does to the files below it, in the order of its tar; paths have no slash at either end. */
export interface LayerListing {
  readonly entries: readonly (readonly [path: string, entry: LayerEntry])[];
  /** Paths that the layer takes away from those below it. */
  readonly whiteouts: readonly string[];
  /** Directories that show nothing of the layers below. */
  readonly opaque: readonly string[];
}
