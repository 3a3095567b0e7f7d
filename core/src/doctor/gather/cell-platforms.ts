import type { BuildCell } from '../../build/index.ts';
import { formatPlatform, type Platform } from '../../model/index.ts';

export type PlannedCell = Pick<BuildCell, 'platform' | 'how'>;

/** The platforms of a plan's cells, each once, in the order of the cells. */
export function cellPlatforms(cells: readonly PlannedCell[]): readonly Platform[] {
  return [...new Map(cells.map(({ platform }) => [formatPlatform(platform), platform])).values()];
}

/** Those that no cell executes anything on. */
export function crossPlatforms(cells: readonly PlannedCell[]): readonly Platform[] {
  const executed = new Set(
    cells.filter(({ how }) => how !== 'cross').map(({ platform }) => formatPlatform(platform)),
  );
  return cellPlatforms(cells).filter((platform) => !executed.has(formatPlatform(platform)));
}
