import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { EngineTarget, type EngineClient } from '../../engine/index.ts';
import { isXbundleError, XbundleError } from '../../errors.ts';
import type { Descriptor } from '../../model/index.ts';
import type { BuildPlan, BuildService } from '../build-plan.ts';
import { buildUnits, type BuildUnit } from '../build-unit.ts';
import type { BuildFailure } from '../progress/index.ts';
import type { RecordedCell, RunRecord } from './record/build-record.ts';
import { isDone, storedResult, type BuildReport, type OutputReport } from './record/build-report.ts';
import type { CellContext } from './unit/cell-context.ts';
import { forAll, type CellOutcome, type UnitOutcome } from './unit/cell-outcome.ts';
import { CellReports } from './record/cell-reports.ts';
import { deliver } from './deliver.ts';
import { keepDone } from './record/keep-done.ts';
import { lookInsideCells } from './look-inside-cells.ts';
import { makeReport } from './record/make-report.ts';
import { provideImage } from './unit/provide-image.ts';
import { pruneStore, removeDamaged } from './store/prune-store.ts';
import type { RunBuildOptions } from './run-options.ts';
import { runSteps } from './run-steps.ts';
import { createServices, removeLeftServices, type RunningServices } from './services/run-services.ts';
import { serviceProbe } from './services/service-probe.ts';
import { runUnit } from './unit/run-unit.ts';
import { runSchedule } from './schedule.ts';
import { STOPPED, StopRequests } from './record/stop-requests.ts';
import { storeBlobs } from './store/store-blobs.ts';
import { ServiceFailure, unitInputs } from './unit/unit-inputs.ts';

/** What a run starts with. */
export interface RunStart {
  readonly id: string;
  readonly record: RunRecord;
  readonly earlier: readonly RecordedCell[];
}

/** One run of a plan: its state from the first cell to the last output. */
export class BuildRun {
  readonly #plan: BuildPlan;
  readonly #options: RunBuildOptions;
  readonly #start: RunStart;
  readonly #reports: CellReports;
  readonly #context: CellContext;
  readonly #services: RunningServices;
  readonly #stops: StopRequests;
  readonly #started = new Date();
  readonly #clock = performance.now();
  readonly #outputs: OutputReport[] = [];
  #withheld: string | undefined;

  constructor(plan: BuildPlan, options: RunBuildOptions, start: RunStart) {
    const { folder, env, clients, retry = 1, onEvent = () => undefined } = options;
    this.#plan = plan;
    this.#options = options;
    this.#start = start;
    this.#reports = new CellReports(plan, onEvent);
    this.#context = {
      record: start.record,
      store: { path: folder.store, blobs: storeBlobs(folder.store) },
      retry,
      env,
      engine: clients?.engine,
      onEvent,
    };
    this.#stops = new StopRequests(folder);
    const engine = (): Promise<EngineClient> => this.#engine();
    this.#services = createServices({
      folder: folder.path,
      id: start.id,
      engine,
      onEvent,
      provide: (cell, signal) => this.#provide(cell, signal),
      isReady: serviceProbe({ engine, builder: plan.builder, env }),
    });
  }

  /** Whatever happens, services are removed and the record says how far the run got. */
  async run(): Promise<BuildReport> {
    try {
      await this.#stops.open();
      await this.#buildAll();
      // Nobody uses them any more, and they are removed while images are moved; the end waits for both.
      this.#services.stop().catch(() => undefined);
      await this.#lookInside();
      await this.#deliverAll();
    } finally {
      await this.#stops.close();
      await this.#start.record.save(this.#report());
      await this.#services.stop();
    }
    return this.#report();
  }

  async #buildAll(): Promise<void> {
    const { folder, signal, failFast = false, jobs = defaultJobs() } = this.#options;
    if (this.#plan.services.length > 0)
      await removeLeftServices({ folder: folder.path, engine: () => this.#engine() });
    const all = buildUnits(this.#plan.cells);
    const kept = await keepDone(all, this.#start.earlier, {
      reports: this.#reports,
      context: this.#context,
      options: { signal },
    });
    const units = all.filter(({ id }) => !kept.has(id));
    await runSchedule(runSteps(units, this.#plan.services), {
      jobs,
      failFast,
      signal,
      run: (step, stop) =>
        step.kind === 'unit' ? this.#build(step.unit, stop) : this.#startService(step.service, stop),
      skip: (step, blockedBy) => {
        if (step.kind === 'unit') this.#skip(step.unit, blockedBy);
      },
    });
    await pruneStore(this.#context.store, this.#roots());
  }

  /** Done in any case: a service that does not get ready is the failure of those that use it. */
  async #startService(service: BuildService, signal: AbortSignal): Promise<boolean> {
    await Promise.allSettled([this.#services.address(service, signal)]);
    return true;
  }

  async #build(unit: BuildUnit, signal: AbortSignal): Promise<boolean> {
    const ids = unit.cells.map(({ id }) => id);
    for (const id of ids) this.#reports.update(id, { state: 'running' });
    const own = this.#stops.signalOf(ids, signal);
    const outcome = own.aborted ? notStarted(unit) : await this.#outcome(unit, own);
    // Cells of one invocation are stopped together.
    const isStopped = this.#stops.isStopped(ids);
    for (const [id, each] of outcome)
      this.#reports.update(id, {
        ...each,
        ...(isStopped && each.state === 'canceled' && { reason: STOPPED }),
      });
    await this.#start.record.save(this.#report());
    return [...outcome.values()].every(isDone);
  }

  async #outcome(unit: BuildUnit, signal: AbortSignal): Promise<UnitOutcome> {
    const all = (outcome: CellOutcome): UnitOutcome => forAll(unit, () => outcome);
    const impossible = unit.cells.find(({ how }) => how === 'impossible');
    if (impossible !== undefined) return all(failed({ cause: 'impossible', message: impossible.reason }));
    const before = { plan: this.#plan, reports: this.#reports, services: this.#services };
    try {
      return await runUnit(unit, this.#context, { inputs: await unitInputs(unit, before, signal), signal });
    } catch (error) {
      if (signal.aborted) return all({ state: 'canceled', attempts: 0 });
      if (!(error instanceof ServiceFailure)) throw error;
      return all(failed({ cause: 'service', message: error.message }));
    }
  }

  async #provide(cell: string, signal: AbortSignal): ReturnType<typeof provideImage> {
    const report = this.#reports.get(cell);
    if (report === undefined)
      throw new XbundleError('INTERNAL', `starting a service: there is no cell ${cell}`);
    const target = new EngineTarget(await this.#engine());
    const { folder } = this.#options;
    return provideImage(report, { cells: this.#context, target, folder: folder.path }, signal);
  }

  #engine(): Promise<EngineClient> {
    const { clients } = this.#options;
    if (clients !== undefined) return clients.engine();
    throw new XbundleError('INTERNAL', 'starting a service: no engine was given');
  }

  #skip({ cells }: BuildUnit, blockedBy: readonly string[]): void {
    const outcome =
      blockedBy.length > 0
        ? ({ state: 'blocked', reason: `it needs ${blockedBy.join(', ')}` } as const)
        : ({ state: 'canceled', reason: 'it was not started' } as const);
    for (const { id } of cells) this.#reports.update(id, outcome);
  }

  async #lookInside(): Promise<void> {
    const { lookInside, signal } = this.#options;
    if (lookInside === undefined || signal?.aborted === true) return;
    const looked = { plan: this.#plan, cells: this.#reports.all, store: this.#context.store };
    const wrong = await lookInsideCells(looked, { lookInside, signal });
    for (const [id, reason] of wrong) this.#reports.update(id, { state: 'wrong', reason });
  }

  async #deliverAll(): Promise<void> {
    const { outputs, signal, clients } = this.#options;
    if (outputs === undefined || signal?.aborted === true) return;
    const cells = this.#reports.all;
    const wanted = cells.filter((cell) => cell.wanted);
    const absent = wanted.filter((cell) => !isDone(cell)).length;
    const mayGive = outputs.allowIncomplete === true && absent < wanted.length;
    if (absent > 0 && !mayGive) {
      this.#withheld = `${absent} of ${wanted.length} cells are not there`;
      return;
    }
    const { store, onEvent } = this.#context;
    const onProgress: Parameters<typeof deliver>[0]['onProgress'] = (output, event) => {
      onEvent({ type: 'output', output, event });
    };
    const onOutput = (output: OutputReport): void => void this.#outputs.push(output);
    try {
      await deliver({ plan: this.#plan, cells, store, clients, outputs, onProgress, onOutput }, { signal });
    } catch (error) {
      if (isXbundleError(error, 'DIGEST_MISMATCH', 'SIZE_MISMATCH'))
        await removeDamaged(store, this.#roots());
      throw error;
    }
  }

  #roots(): readonly Descriptor[] {
    return this.#reports.all.flatMap((cell) => storedResult(cell)?.root ?? []);
  }

  #report(): BuildReport {
    return makeReport(this.#plan, this.#reports.all, {
      id: this.#start.id,
      started: this.#started.toISOString(),
      durationMs: Math.round(performance.now() - this.#clock),
      interrupted: this.#options.signal?.aborted === true,
      directory: this.#start.record.directory,
      store: this.#context.store.path,
      outputs: [...this.#outputs],
      ...(this.#withheld !== undefined && { withheld: this.#withheld }),
    });
  }
}

function notStarted(unit: BuildUnit): UnitOutcome {
  return forAll(unit, () => ({ state: 'canceled', attempts: 0 }));
}

function failed(failure: Pick<BuildFailure, 'cause' | 'message'>): CellOutcome {
  return { state: 'failed', attempts: 0, failure: { ...failure, transient: false, log: [] } };
}

/** A cell waits for the builder most of its time, and the builder shares out its own work. */
function defaultJobs(): number {
  return Math.min(Math.max(availableParallelism() * 2, 4), 16);
}
