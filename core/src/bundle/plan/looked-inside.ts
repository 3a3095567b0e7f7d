import type { Reference } from '../../model/index.ts';
import type { FoundCell } from './find-attestations.ts';
import type { ResolveOptions } from './image-request.ts';
import { isResolved } from './resolve-cell.ts';

/** The same cells, those that `lookInside` gives a reason for as wrong. */
export async function lookedInside(
  image: Reference,
  found: readonly FoundCell[],
  { lookInside, signal }: ResolveOptions,
): Promise<readonly FoundCell[]> {
  const resolved = found.map(({ cell }) => cell).filter(isResolved);
  if (lookInside === undefined || resolved.length === 0) return found;
  const reasons = await lookInside(image, resolved, { signal });
  return found.map((each) => {
    const reason = isResolved(each.cell) ? reasons.get(each.cell) : undefined;
    if (reason === undefined) return each;
    return { ...each, cell: { platform: each.cell.platform, state: 'wrong', reason } };
  });
}
