import { rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { onPath } from '../../../files/index.ts';
import { LIMITS } from '../../../limits.ts';
import { formatPlatform } from '../../../model/index.ts';
import type { BuildCell } from '../../build-plan.ts';
import { unitCommand, type BuildUnit } from '../../build-unit.ts';
import { makeCellLayout } from '../../cell-layout.ts';
import { BuildProgress, type BuildEvent } from '../../progress/index.ts';
import { TOGETHER_TARGET } from '../../together-command.ts';
import { buildxEnvironment } from './buildx-environment.ts';
import { runBuildx } from './buildx-run.ts';
import type { CellContext, CellRun } from './cell-context.ts';
import { openCellLog, type CellLog } from './cell-log.ts';
import { forAll, type UnitOutcome } from './cell-outcome.ts';
import { judgeUnit, type Built } from './judge-unit.ts';
import { linkableStore } from '../store/linkable-store.ts';

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
    const verdicts = await judgeUnit({ unit, context, run, ...built });
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

/** False when the signal came first. */
async function pause(waitMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await setTimeout(waitMs, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
