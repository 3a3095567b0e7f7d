import type { CallOptions } from '../../../content/index.ts';
import type { BuildCell } from '../../build-plan.ts';
import type { BuildUnit } from '../../build-unit.ts';
import { fingerprintOf, type RecordedCell } from './build-record.ts';
import type { StoredResult } from './build-report.ts';
import type { CellContext } from '../unit/cell-context.ts';
import type { CellReports } from './cell-reports.ts';
import { checkCell } from '../unit/check-cell.ts';

/**
 * Finds the cells that an earlier run has done, that are wanted in the same way now, whose results are whole in the
 * store, and that need no cell which must be built again; of cells that are built together all or none. The
 * Dockerfile and its context are not compared: the caller has asked for what failed, and for nothing else.
 */
export async function keepDone(
  units: readonly BuildUnit[],
  earlier: readonly RecordedCell[],
  { reports, context, options }: KeepContext,
): Promise<ReadonlySet<string>> {
  const recorded = new Map(earlier.map((cell) => [cell.id, cell]));
  const kept = new Set<string>();
  for (const { id, cells, needs } of units) {
    if (!needs.every((need) => kept.has(need))) continue;
    const found = await Promise.all(
      cells.map((cell) =>
        findResult(cell, recorded.get(cell.id), { images: cells.length, context, options }),
      ),
    );
    const whole = found.filter((result) => result !== undefined);
    if (whole.length < cells.length) continue;
    kept.add(id);
    for (const [at, cell] of cells.entries())
      reports.update(cell.id, { state: 'done', kept: true, results: whole.slice(at, at + 1) });
  }
  return kept;
}

export interface KeepContext {
  readonly reports: CellReports;
  readonly context: CellContext;
  readonly options: CallOptions;
}

async function findResult(
  cell: BuildCell,
  recorded: RecordedCell | undefined,
  { images, context, options }: Omit<KeepContext, 'reports'> & { readonly images: number },
): Promise<StoredResult | undefined> {
  const { root, fingerprint } = recorded ?? {};
  const isStored = cell.settings.outputs.every(({ kind }) => kind === 'oci');
  if (root === undefined || fingerprint !== fingerprintOf(cell) || !isStored) return undefined;
  const wanted = { platform: cell.platform, images, from: context.store.blobs };
  const check = await checkCell(root, wanted, options);
  return check.state === 'done' ? check.result : undefined;
}
