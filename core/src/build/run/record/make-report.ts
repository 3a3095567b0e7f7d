import { formatReference } from '../../../model/index.ts';
import type { BuildPlan } from '../../build-plan.ts';
import {
  isDone,
  type BuildReport,
  type BuiltName,
  type CellReport,
  type OutputReport,
} from './build-report.ts';
import { builtImages, rootOf } from '../built-source.ts';

/** What a report says of a run, apart from its plan and its cells. */
export type RunFacts = Pick<
  BuildReport,
  'id' | 'started' | 'durationMs' | 'interrupted' | 'directory' | 'store' | 'outputs' | 'withheld'
>;

/** The report of a run as far as it is. */
export function makeReport(plan: BuildPlan, cells: readonly CellReport[], facts: RunFacts): BuildReport {
  const { name, version, builder, driver } = plan;
  const isComplete = cells.every((cell) => !cell.wanted || isDone(cell));
  return {
    type: 'application/vnd.xbundle.build.v1+json',
    ...facts,
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    builder,
    driver,
    complete: isComplete && facts.outputs.every(isWhole),
    cells,
    images: builtNames(plan, cells),
  };
}

function builtNames(plan: BuildPlan, reports: readonly CellReport[]): readonly BuiltName[] {
  return builtImages(plan, reports).map(({ name, component, cells }) => {
    const root = cells.every(isDone) ? rootOf(cells, new Map()) : undefined;
    return { name: formatReference(name), component, ...(root !== undefined && { digest: root.digest }) };
  });
}

function isWhole(output: OutputReport): boolean {
  return output.kind === 'export' || output.receipt.complete;
}
