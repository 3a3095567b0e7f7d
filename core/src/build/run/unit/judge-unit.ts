import { basename, isAbsolute, join } from 'node:path';
import { formatPlatform } from '../../../model/index.ts';
import type { BuildCell } from '../../build-plan.ts';
import type { BuildUnit } from '../../build-unit.ts';
import { diagnoseBuild, type BuildFailure, type BuildModel, type BuildStep } from '../../progress/index.ts';
import type { BuildTarget } from '../../target.ts';
import { askResults } from './ask-result.ts';
import type { CellContext, CellRun } from './cell-context.ts';
import { forAll, type CellOutcome } from './cell-outcome.ts';

/** A command that has ended. */
export interface Built {
  readonly exitCode: number;
  readonly model: BuildModel;
}

interface JudgedUnit {
  readonly unit: BuildUnit;
  readonly context: CellContext;
  readonly run: CellRun;
}

type Verdict = Omit<CellOutcome, 'attempts'>;

/** What a command that has ended made of each of its cells, by their ids: where it went well they are asked for. */
export async function judgeUnit({
  unit,
  context,
  run,
  exitCode,
  model,
}: Built & JudgedUnit): Promise<ReadonlyMap<string, Verdict>> {
  if (exitCode !== 0) return forAll(unit, (cell) => judgeFailure(cell, unit, model));
  const checks = await askResults(unit, context, run);
  const isCachedFor = (cell: BuildCell): boolean =>
    isCached(unit.cells.length === 1 ? model.steps : model.steps.filter(isOf(cell)));
  return forAll(unit, (cell) => {
    const check = checks.get(cell.id) ?? { state: 'failed', reason: 'it was not asked for' };
    if (check.state === 'done') return { ...check, cached: isCachedFor(cell) };
    if (check.state === 'wrong') return { state: 'wrong', reason: check.reason };
    return { state: 'failed', failure: noResult(check.reason) };
  });
}

/** Of platforms that are built together, the one that failed stops the others. */
function judgeFailure(cell: BuildCell, { cells }: BuildUnit, model: BuildModel): Verdict {
  const failed = model.steps.find(({ state }) => state === 'failed')?.platform;
  const culprit = cells.find((each) => formatPlatform(each.platform) === failed);
  if (culprit !== undefined && culprit !== cell && cells.length > 1)
    return { state: 'canceled', reason: `it was built together with ${culprit.id}, which failed` };
  const context = { platform: formatPlatform(cell.platform), emulated: cell.how === 'emulated' };
  return { state: 'failed', failure: withPath(diagnoseBuild(model, context), cell.target) };
}

/** buildx names a Dockerfile by its last part alone, which all components share. */
function withPath(failure: BuildFailure, { dockerfile, context }: BuildTarget): BuildFailure {
  const { at } = failure;
  const path = dockerfile ?? join(context, 'Dockerfile');
  if (at === undefined || !isAbsolute(path) || basename(path) !== at.file) return failure;
  return { ...failure, at: { ...at, file: path } };
}

/** What is damaged in the store has been removed, so that another build may write it again. */
function noResult(message: string): BuildFailure {
  return { cause: 'no-result', transient: true, message, log: [] };
}

/** Instructions alone count: context and base are looked at in every build. */
function isCached(steps: readonly BuildStep[]): boolean {
  const ran = steps.filter(({ isInternal, state }) => !isInternal && state !== 'waiting');
  return ran.length > 0 && ran.every(({ state, text }) => state === 'cached' || text.startsWith('FROM '));
}

function isOf({ platform }: BuildCell): (step: BuildStep) => boolean {
  const own = formatPlatform(platform);
  return (step) => step.platform === own || step.platform === undefined;
}
