import { rm } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { LIMITS } from '../../limits.ts';
import { formatPlatform } from '../../model/index.ts';
import { onPath } from '../../files/index.ts';
import type { BuildCell } from '../build-plan.ts';
import { cellCommand, cellInput } from '../cell-command.ts';
import { makeCellLayout } from '../cell-layout.ts';
import { BuildProgress, diagnoseBuild, type BuildFailure, type BuildModel } from '../progress/index.ts';
import type { BuildTarget } from '../target.ts';
import { askResults } from './ask-result.ts';
import type { CellReport } from './build-report.ts';
import { runBuildx } from './buildx-run.ts';
import type { CellContext, CellRun } from './cell-context.ts';
import { openCellLog, type CellLog } from './cell-log.ts';

/** How the build of a cell ended: what its report says beyond the plan. */
export type CellOutcome = Pick<CellReport, 'state' | 'attempts'> &
  Partial<Pick<CellReport, 'cached' | 'results' | 'ref' | 'failure' | 'reason' | 'durationMs' | 'log'>>;

/**
 * Builds one cell, again when it failed of something that may pass, and asks for its result. A failed build is an
 * outcome; what is thrown are errors of this machine: no docker command, a full disk.
 */
export async function buildCell(cell: BuildCell, context: CellContext, run: CellRun): Promise<CellOutcome> {
  const { path, name } = context.record.logOf(cell);
  const started = performance.now();
  const log = openCellLog(path);
  try {
    const outcome = await tryCell({ cell, context, run, log });
    return { ...outcome, log: name, durationMs: Math.round(performance.now() - started) };
  } finally {
    await log.close();
  }
}

interface Trial {
  readonly cell: BuildCell;
  readonly context: CellContext;
  readonly run: CellRun;
  readonly log: CellLog;
}

async function tryCell(trial: Trial): Promise<CellOutcome> {
  const { cell, context, run, log } = trial;
  for (let attempt = 1; ; attempt++) {
    const { exitCode, model } = await runOnce(trial);
    if (run.signal.aborted) return { state: 'canceled', attempts: attempt };
    const { failure, ...judged } = await judge(trial, { exitCode, model });
    if (failure === undefined) return { ...judged, attempts: attempt };
    if (!failure.transient || attempt > context.retry) return { state: 'failed', attempts: attempt, failure };
    const waitMs = Math.min(LIMITS.buildRetryMs * 2 ** (attempt - 1), LIMITS.retryAfterMs);
    const reason = failure.message;
    context.onEvent({ type: 'retry', cell: cell.id, attempt: attempt + 1, reason, waitMs });
    log.note(`attempt ${attempt + 1}, because of: ${reason}`);
    if (!(await pause(waitMs, run.signal))) return { state: 'canceled', attempts: attempt };
  }
}

interface Built {
  readonly exitCode: number;
  readonly model: BuildModel;
}

async function runOnce({ cell, context, run, log }: Trial): Promise<Built> {
  const { record, store, program, env, onEvent } = context;
  const metadata = record.metadataOf(cell);
  // Left by an earlier attempt, it would speak of that one's result.
  await onPath('removing', metadata, () => rm(metadata, { force: true }));
  const progress = new BuildProgress({ platform: formatPlatform(cell.platform) });
  const layout = await makeCellLayout(store.path, cell);
  const args = cellCommand(cell, { store: store.path, layout, metadata }, run.inputs);
  const exitCode = await runBuildx(args, {
    program,
    env: { ...(env ?? process.env), BUILDX_METADATA_PROVENANCE: 'disabled' },
    input: cellInput(cell),
    signal: run.signal,
    onLine: (line) => {
      for (const event of progress.add(line)) {
        log.add(event);
        onEvent({ type: 'build', cell: cell.id, event, counts: progress.counts });
      }
    },
  });
  for (const event of progress.finish()) log.add(event);
  return { exitCode, model: progress.model };
}

async function judge(
  { cell, context, run }: Trial,
  { exitCode, model }: Built,
): Promise<Omit<CellOutcome, 'attempts'>> {
  if (exitCode !== 0) {
    const platform = formatPlatform(cell.platform);
    const failure = diagnoseBuild(model, { platform, emulated: cell.how === 'emulated' });
    return { state: 'failed', failure: withPath(failure, cell.target) };
  }
  const check = await askResults(cell, context, run);
  if (check.state === 'done') return { ...check, cached: isCached(model) };
  if (check.state === 'wrong') return { state: 'wrong', reason: check.reason };
  return { state: 'failed', failure: noResult(check.reason) };
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
function isCached({ steps }: BuildModel): boolean {
  const ran = steps.filter(({ isInternal, state }) => !isInternal && state !== 'waiting');
  return ran.length > 0 && ran.every(({ state, text }) => state === 'cached' || text.startsWith('FROM '));
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
