import type { BuildCellReport } from '@xbundle/backend/contract';
import { formatDuration } from '../../../format/duration.ts';

/** How long a cell has been built; empty for one that was not. */
export function cellTook({ startedAt, endedAt, state }: BuildCellReport, now: number): string {
  if (startedAt === undefined) return '';
  if (endedAt === undefined && state !== 'building') return '';
  return formatDuration((endedAt ?? now) - startedAt);
}
