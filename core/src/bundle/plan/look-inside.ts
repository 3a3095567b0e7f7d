import type { CallOptions } from '../../content/index.ts';
import type { Reference } from '../../model/index.ts';
import type { ResolvedCell } from './resolve-cell.ts';

/**
 * Looks into the cells of one image before its index is chosen, and gives the reason for each that is wrong.
 * Called once for each image; calls may overlap.
 */
export type LookInside = (
  image: Reference,
  cells: readonly ResolvedCell[],
  options: CallOptions,
) => Promise<ReadonlyMap<ResolvedCell, string>>;
