import type { BuildCellReport } from '@xbundle/backend/contract';
import type { Text } from '../../../text/en.ts';

/** Why a cell is not there, by its cause or else by its state; undefined where core's own words stand alone. */
export function toldReason(
  { cause = '', state }: Pick<BuildCellReport, 'cause' | 'state'>,
  { causes, reasons }: Text['explained'],
): string | undefined {
  return causes[cause]?.what ?? reasons[state];
}
