import type { CallOptions } from '../../content/index.ts';
import type { BuildPlan } from '../build-plan.ts';
import { fingerprintOf, type RecordedCell } from './build-record.ts';
import type { CellContext } from './cell-context.ts';
import type { CellReports } from './cell-reports.ts';
import { checkCell } from './check-cell.ts';

/**
 * Finds the cells that an earlier run has done, that are wanted in the same way now, whose results are whole in the
 * store, and that need no cell which must be built again. The Dockerfile and its context are not compared: the
 * caller has asked for what failed, and for nothing else.
 */
export async function keepDone(
  plan: BuildPlan,
  earlier: readonly RecordedCell[],
  {
    reports,
    context,
    options,
  }: { readonly reports: CellReports; readonly context: CellContext; readonly options: CallOptions },
): Promise<ReadonlySet<string>> {
  const recorded = new Map(earlier.map((cell) => [cell.id, cell]));
  const kept = new Set<string>();
  for (const cell of plan.cells) {
    const { root, fingerprint } = recorded.get(cell.id) ?? {};
    const isSame = fingerprint === fingerprintOf(cell) && cell.needs.every((id) => kept.has(id));
    const isStored = cell.settings.outputs.every(({ kind }) => kind === 'oci');
    if (!isSame || !isStored || root === undefined) continue;
    const check = await checkCell(root, { platform: cell.platform, from: context.store.blobs }, options);
    if (check.state !== 'done') continue;
    kept.add(cell.id);
    reports.update(cell.id, { state: 'done', kept: true, results: [check.result] });
  }
  return kept;
}
