import type { CallOptions, ImageSource } from '../../content/index.ts';
import type { OnProgress, Platform, Reference } from '../../model/index.ts';
import type { ImageTree } from './image-tree.ts';
import type { LookInside } from './look-inside.ts';
import type { CellResolution } from './resolve-cell.ts';
import type { ResolvedRoot } from './resolve-root.ts';

/** One image wanted in a bundle. */
export interface ImageRequest {
  readonly name: Reference;
  /** Undefined: every platform that the source offers. */
  readonly platforms?: readonly Platform[];
  /**
   * The image is made of what these names of the source point to, and of nothing else: arch tags of any pattern,
   * or the results of builds. Undefined: it is what `name` points to, and its arch tags.
   */
  readonly parts?: readonly Reference[];
  readonly source: ImageSource;
}

export interface ResolveOptions extends CallOptions {
  readonly attestations?: 'keep' | 'drop';
  readonly archTagPattern?: string | undefined;
  /** What is asked about the content of cells, beyond what their documents say. */
  readonly lookInside?: LookInside | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** A request answered: every wanted platform has a resolution, found or not. */
export interface ImageResolution {
  readonly request: ImageRequest;
  readonly platforms: readonly Platform[];
  readonly cells: readonly CellResolution[];
  /** Undefined when no cell was found. */
  readonly root?: ResolvedRoot;
  /** What the name itself points to. */
  readonly tree?: ImageTree;
}
