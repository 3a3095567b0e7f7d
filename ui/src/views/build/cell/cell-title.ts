import type { BuildCellReport } from '@xbundle/backend/contract';
import { printable } from '../../../format/printable.ts';

export function cellTitle({ component, platform }: BuildCellReport): string {
  return `${printable(component)} · ${printable(platform)}`;
}
