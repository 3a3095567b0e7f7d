import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { EngineTarget, type EngineClient } from '../../engine/index.ts';
import { isXbundleError, messageOf, XbundleError } from '../../errors.ts';
import { formatReference, type Descriptor } from '../../model/index.ts';
import type { BuildCell, BuildPlan, BuildService } from '../build-plan.ts';
import type { CellInputs } from '../cell-command.ts';
import type { BuildFailure } from '../progress/index.ts';
import { buildCell, type CellOutcome } from './build-cell.ts';
import type { BuildxProgram } from './buildx-program.ts';
import type { RecordedCell, RunRecord } from './build-record.ts';
import { builtImages, rootOf } from './built-source.ts';
import {
  isDone,
  type BuiltName,
  storedResult,
  type BuildReport,
  type OnBuildEvent,
  type OutputReport,
} from './build-report.ts';
import type { CellContext } from './cell-context.ts';
import { CellReports } from './cell-reports.ts';
import { deliver } from './deliver.ts';
import { keepDone } from './keep-done.ts';
import { lookInsideCells } from './look-inside-cells.ts';
import { provideImage } from './provide-image.ts';
import { pruneStore, removeDamaged } from './prune-store.ts';
import type { RunBuildOptions } from './run-options.ts';
import { createServices, removeLeftServices, type RunningServices } from './run-services.ts';
import { runSchedule } from './schedule.ts';
import { storeBlobs } from './store-blobs.ts';

/** What a run starts with. */
export interface RunStart {
  readonly id: string;
  readonly record: RunRecord;
  readonly earlier: readonly RecordedCell[];
  readonly program: BuildxProgram;
}

/** One run of a plan: its state from the first cell to the last output. */
export class BuildRun {
  readonly #plan: BuildPlan;
  readonly #options: RunBuildOptions;
  readonly #start: RunStart;
  readonly #reports: CellReports;
  readonly #context: CellContext;
  readonly #services: RunningServices;
  readonly #onEvent: OnBuildEvent;
  readonly #started = new Date();
  readonly #clock = performance.now();
  readonly #outputs: OutputReport[] = [];
  #withheld: string | undefined;

  constructor(plan: BuildPlan, options: RunBuildOptions, start: RunStart) {
    const { folder, env, clients, retry = 1, onEvent = () => undefined } = options;
    this.#plan = plan;
    this.#options = options;
    this.#start = start;
    this.#onEvent = onEvent;
    this.#reports = new CellReports(plan, onEvent);
    this.#context = {
      record: start.record,
      store: { path: folder.store, blobs: storeBlobs(folder.store) },
      retry,
      program: start.program,
      env,
      engine: clients?.engine,
      onEvent,
    };
    this.#services = createServices({
      folder: folder.path,
      id: start.id,
      env,
      onEvent,
      provide: (cell, signal) => this.#provide(cell, signal),
    });
  }

  /** Whatever happens, services are removed and the record says how far the run got. */
  async run(): Promise<BuildReport> {
    try {
      await this.#buildAll();
      // Nobody uses them any more, and they are removed while images are moved; the end waits for both.
      this.#services.stop().catch(() => undefined);
      await this.#lookInside();
      await this.#deliverAll();
    } finally {
      await this.#start.record.save(this.#report());
      await this.#services.stop();
    }
    return this.#report();
  }

  async #buildAll(): Promise<void> {
    const { folder, env, signal, failFast = false, jobs = defaultJobs() } = this.#options;
    if (this.#plan.services.length > 0) await removeLeftServices(folder.path, env);
    const { earlier } = this.#start;
    const reports = this.#reports;
    const kept = await keepDone(this.#plan, earlier, {
      reports,
      context: this.#context,
      options: { signal },
    });
    const cells = this.#plan.cells.filter(({ id }) => !kept.has(id));
    await runSchedule(
      cells.map((cell) => ({ cell, id: cell.id, needs: cell.needs.filter((id) => !kept.has(id)) })),
      {
        jobs,
        failFast,
        signal,
        run: ({ cell }, stop) => this.#build(cell, stop),
        skip: ({ id }, blockedBy) => {
          this.#skip(id, blockedBy);
        },
      },
    );
    await pruneStore(this.#context.store, this.#roots());
  }

  async #build(cell: BuildCell, signal: AbortSignal): Promise<boolean> {
    this.#reports.update(cell.id, { state: 'running' });
    const outcome = await this.#outcome(cell, signal);
    this.#reports.update(cell.id, outcome);
    await this.#start.record.save(this.#report());
    return outcome.state === 'done';
  }

  async #outcome(cell: BuildCell, signal: AbortSignal): Promise<CellOutcome> {
    if (cell.how === 'impossible') return failed(0, { cause: 'impossible', message: cell.reason });
    try {
      return await buildCell(cell, this.#context, { inputs: await this.#inputs(cell, signal), signal });
    } catch (error) {
      if (signal.aborted) return { state: 'canceled', attempts: 0 };
      if (!(error instanceof ServiceFailure)) throw error;
      return failed(0, { cause: 'service', message: error.message });
    }
  }

  async #inputs({ contexts, services }: BuildCell, signal: AbortSignal): Promise<CellInputs> {
    const digests = contexts.flatMap(({ cell }) => {
      const report = this.#reports.get(cell);
      const stored = report && storedResult(report);
      return stored === undefined ? [] : [[cell, stored.root.digest] as const];
    });
    const used = this.#plan.services.filter(({ name }) => services.includes(name));
    const hosts = await Promise.all(
      used.map(async (service) => [service.name, await this.#address(service, signal)] as const),
    );
    return { digests: Object.fromEntries(digests), hosts: Object.fromEntries(hosts) };
  }

  async #address(service: BuildService, signal: AbortSignal): Promise<string> {
    try {
      return await this.#services.address(service, signal);
    } catch (error) {
      throw isXbundleError(error) ? new ServiceFailure(messageOf(error), { cause: error }) : error;
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

  #skip(id: string, blockedBy: readonly string[]): void {
    this.#reports.update(
      id,
      blockedBy.length > 0
        ? { state: 'blocked', reason: `it needs ${blockedBy.join(', ')}` }
        : { state: 'canceled', reason: 'it was not started' },
    );
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
    const wanted = this.#reports.all.filter((cell) => cell.wanted);
    const absent = wanted.filter((cell) => !isDone(cell)).length;
    const mayGive = outputs.allowIncomplete === true && absent < wanted.length;
    if (absent > 0 && !mayGive) {
      this.#withheld = `${absent} of ${wanted.length} cells are not there`;
      return;
    }
    const cells = this.#reports.all;
    const { store } = this.#context;
    const onProgress: Parameters<typeof deliver>[0]['onProgress'] = (output, event) => {
      this.#onEvent({ type: 'output', output, event });
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

  #images(): readonly BuiltName[] {
    return builtImages(this.#plan, this.#reports.all).map(({ name, component, cells }) => {
      const root = cells.every(isDone) ? rootOf(cells, new Map()) : undefined;
      return { name: formatReference(name), component, ...(root !== undefined && { digest: root.digest }) };
    });
  }

  #roots(): readonly Descriptor[] {
    return this.#reports.all.flatMap((cell) => storedResult(cell)?.root ?? []);
  }

  #report(): BuildReport {
    const { name, version, builder, driver } = this.#plan;
    const cells = this.#reports.all;
    const isComplete = cells.every((cell) => !cell.wanted || isDone(cell));
    return {
      type: 'application/vnd.xbundle.build.v1+json',
      id: this.#start.id,
      ...(name !== undefined && { name }),
      ...(version !== undefined && { version }),
      builder,
      driver,
      started: this.#started.toISOString(),
      durationMs: Math.round(performance.now() - this.#clock),
      complete: isComplete && this.#outputs.every(isWhole),
      interrupted: this.#options.signal?.aborted === true,
      directory: this.#start.record.directory,
      store: this.#context.store.path,
      cells,
      images: this.#images(),
      outputs: [...this.#outputs],
      ...(this.#withheld !== undefined && { withheld: this.#withheld }),
    };
  }
}

/** A cell that cannot be built because a service that it uses is not there. */
class ServiceFailure extends Error {}

function failed(attempts: number, failure: Pick<BuildFailure, 'cause' | 'message'>): CellOutcome {
  return { state: 'failed', attempts, failure: { ...failure, transient: false, log: [] } };
}

function isWhole(output: OutputReport): boolean {
  return output.kind === 'export' || output.receipt.complete;
}

/** A cell waits for the builder most of its time, and the builder shares out its own work. */
function defaultJobs(): number {
  return Math.min(Math.max(availableParallelism() * 2, 4), 16);
}
