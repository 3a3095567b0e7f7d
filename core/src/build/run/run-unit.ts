import { rm } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { onPath } from '../../files/index.ts';
import { LIMITS } from '../../limits.ts';
import { formatPlatform } from '../../model/index.ts';
import type { BuildCell } from '../build-plan.ts';
import { unitCommand, type BuildUnit } from '../build-unit.ts';
import { makeCellLayout } from '../cell-layout.ts';
import {
  BuildProgress,
  diagnoseBuild,
  type BuildEvent,
  type BuildFailure,
  type BuildModel,
  type BuildStep,
} from '../progress/index.ts';
import type { BuildTarget } from '../target.ts';
import { TOGETHER_TARGET } from '../together-command.ts';
import { askResults } from './ask-result.ts';
import type { CellReport } from './build-report.ts';
import { buildxEnvironment } from './buildx-environment.ts';
import { runBuildx } from './buildx-run.ts';
import type { CellContext, CellRun } from './cell-context.ts';
import { openCellLog, type CellLog } from './cell-log.ts';
import { linkableStore } from './linkable-store.ts';

/** How a cell ended: what its report says beyond the plan. */
export type CellOutcome = Pick<CellReport, 'state' | 'attempts'> &
  Partial<Pick<CellReport, 'cached' | 'results' | 'ref' | 'failure' | 'reason' | 'durationMs' | 'log'>>;

/** By the ids of cells: all of a unit. */
export type UnitOutcome = ReadonlyMap<string, CellOutcome>;

/**
 * Builds a unit, again when it failed of something that may pass, and asks for the result of each of its cells. A
 * failed build is an outcome; what is thrown are errors of this machine: no docker command, a full disk.
 */
export async function runUnit(unit: BuildUnit, context: CellContext, run: CellRun): Promise<UnitOutcome> {
  const { path, name } = context.record.logOf(unit.id);
  const started = performance.now();
  const log = openCellLog(path, unit.cells.length > 1);
  try {
    const outcome = await tryUnit({ unit, context, run, log });
    const durationMs = Math.round(performance.now() - started);
    return new Map([...outcome].map(([id, each]) => [id, { ...each, log: name, durationMs }]));
  } finally {
    await log.close();
  }
}

interface Trial {
  readonly unit: BuildUnit;
  readonly context: CellContext;
  readonly run: CellRun;
  readonly log: CellLog;
}

async function tryUnit(trial: Trial): Promise<UnitOutcome> {
  const { unit, context, run, log } = trial;
  for (let attempt = 1; ; attempt++) {
    const built = await runOnce(trial);
    if (run.signal.aborted) return forAll(unit, () => ({ state: 'canceled', attempts: attempt }));
    const verdicts = await judge(trial, built);
    const failures = [...verdicts.values()].flatMap(({ failure }) => failure ?? []);
    const mayPass = failures.length > 0 && failures.every(({ transient }) => transient);
    if (!mayPass || attempt > context.retry)
      return new Map([...verdicts].map(([id, each]) => [id, { ...each, attempts: attempt }]));
    const waitMs = Math.min(LIMITS.buildRetryMs * 2 ** (attempt - 1), LIMITS.retryAfterMs);
    const reason = failures[0]?.message ?? '';
    for (const cell of unit.cells)
      context.onEvent({ type: 'retry', cell: cell.id, attempt: attempt + 1, reason, waitMs });
    log.note(`attempt ${attempt + 1}, because of: ${reason}`);
    if (!(await pause(waitMs, run.signal)))
      return forAll(unit, () => ({ state: 'canceled', attempts: attempt }));
  }
}

function forAll<T>({ cells }: BuildUnit, make: (cell: BuildCell) => T): ReadonlyMap<string, T> {
  return new Map(cells.map((cell) => [cell.id, make(cell)]));
}

interface Built {
  readonly exitCode: number;
  readonly model: BuildModel;
}

async function runOnce({ unit, context, run, log }: Trial): Promise<Built> {
  const { record, store, onEvent } = context;
  const metadata = record.metadataOf(unit.id);
  // Left by an earlier attempt, it would speak of that one's result.
  await onPath('removing', metadata, () => rm(metadata, { force: true }));
  const layout = await makeCellLayout(store.path, record.nameOf(unit.id));
  const { cwd, path } = linkableStore(store.path);
  const { args, input } = unitCommand(unit, { store: path, layout, metadata }, run.inputs);
  const progress = followUnit(unit);
  const exitCode = await runBuildx(args, {
    env: buildxEnvironment(context.env ?? process.env, unit.cells[0].settings),
    cwd,
    input,
    signal: run.signal,
    onLine: (line) => {
      for (const event of progress.add(line)) {
        log.add(event);
        for (const { id } of cellsOf(event, unit))
          onEvent({ type: 'build', cell: id, event, counts: progress.counts });
      }
    },
  });
  for (const event of progress.finish()) log.add(event);
  return { exitCode, model: progress.model };
}

function followUnit({ cells: [first, ...others] }: BuildUnit): BuildProgress {
  if (others.length > 0) return new BuildProgress({ targets: [TOGETHER_TARGET] });
  return new BuildProgress({ platform: formatPlatform(first.platform) });
}

/** What is of no platform is news of all. */
function cellsOf(event: BuildEvent, { cells }: BuildUnit): readonly BuildCell[] {
  const platform = 'step' in event ? event.step.platform : undefined;
  const own = cells.filter((cell) => formatPlatform(cell.platform) === platform);
  return own.length > 0 ? own : cells;
}

type Verdict = Omit<CellOutcome, 'attempts'>;

async function judge(
  { unit, context, run }: Trial,
  { exitCode, model }: Built,
): Promise<ReadonlyMap<string, Verdict>> {
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

/** False when the signal came first. */
async function pause(waitMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await setTimeout(waitMs, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
