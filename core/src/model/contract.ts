import type { Digest } from './digest.ts';
import type { Platform } from './platform.ts';

/** One image and the platforms it must have. `image` is a fully qualified name. */
export interface ContractImage {
  readonly image: string;
  readonly platforms: readonly Platform[];
}

export type CellState = 'present' | 'missing' | 'wrong';

/** One image for one platform, as export, verify, build and receipts all report it. */
export interface Cell {
  readonly image: string;
  /** As `formatPlatform` writes it. */
  readonly platform: string;
  readonly state: CellState;
  /** Why the cell is missing or wrong. */
  readonly reason?: string;
  /** The platform's manifest. */
  readonly digest?: Digest;
  readonly config?: Digest;
  /** Manifest, config and layers together, in bytes. */
  readonly size?: number;
  /** Fully qualified name of this cell alone. */
  readonly archTag?: string;
}

export function isComplete(cells: readonly Cell[]): boolean {
  return cells.every((cell) => cell.state === 'present');
}
