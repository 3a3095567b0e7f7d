import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isXbundleError, messageOf, onPath, XbundleError } from '@xbundle/core';
import { hasEnded, type HostCommand, type Job, type JobRequest } from '../contract.ts';
import { failureOf } from '../http/slow-answers.ts';
import { startFailure } from './container-runner.ts';
import { jobCommand, jobTitle } from './job-command.ts';
import type { JobRecord } from './job-record.ts';
import { jobOutcome } from './job-result.ts';
import type { JobRunner, JobSpec, RunState } from './job-runner.ts';
import type { JobStore } from './job-store.ts';
import { LiveJob } from './live-job.ts';
import { indexLog, logSize, type LogIndex } from './log-file.ts';
import { RECORD_FILE } from './open-store.ts';
import { OutputLines } from './output-lines.ts';
import { containerPlaces, localPlaces } from './places.ts';
import type { OpenLog } from './read-log.ts';

export interface JobBookOptions {
  readonly store: JobStore;
  /** The runner that jobs are given, and those that earlier ones may still run in. */
  readonly runner: JobRunner;
  readonly others: readonly JobRunner[];
  /** With a folder for each job. */
  readonly directory: string;
  /** Told to users of each job, where jobs do not run as they should. */
  readonly runnerNote?: string | undefined;
}

export interface StartOptions {
  readonly retryOf?: string | undefined;
  readonly inTab: boolean;
}

const SAVE_MS = 2_000;
const RETRY_MS = 1_000;
/** Ended jobs that are kept in memory, for those who still follow them. */
const KEPT_ENDED = 20;
const KEPT_INDEXES = 8;
export const LIMITS_SETTING = 'limits';
export const DEFAULT_LIMITS = { maxJobs: 500, maxBytes: 2_000_000_000 } as const;

/** All jobs: starts them, follows them, and finds them again after a restart. */
export class JobBook {
  readonly #options: JobBookOptions;
  readonly #live = new Map<string, LiveJob>();
  readonly #following = new Map<string, Promise<void>>();
  readonly #indexes = new Map<string, LogIndex>();
  readonly #hostCommands = new Map<string, HostCommand>();
  readonly #closing = new AbortController();
  readonly #saver: NodeJS.Timeout;

  constructor(options: JobBookOptions) {
    this.#options = options;
    this.#saver = setInterval(() => {
      void this.#saveDirty();
    }, SAVE_MS);
    this.#saver.unref();
  }

  get hostCommands(): readonly HostCommand[] {
    return [...this.#hostCommands.values()];
  }

  /** Follows what an earlier backend left running, of which the history may know nothing. */
  async attach(): Promise<void> {
    const { store, directory } = this.#options;
    const { jobs } = await store.page({ states: ['running', 'waiting'], limit: 10_000 });
    for (const { id } of jobs) {
      const record = await store.get(id);
      if (record === undefined) continue;
      const job = this.#adopt(record);
      if (record.summary.runner === 'tab') await this.#lose(job, LOST_IN_TAB);
      else this.#follow(job, this.#runnerOf(record));
    }
    for (const runner of [this.#options.runner, ...this.#options.others]) {
      for (const { id, createdAt, request } of await this.#known(runner)) {
        if (this.#live.has(id)) continue;
        const isOld = (await store.get(id)) !== undefined;
        if (request === undefined || isOld) {
          // A question nobody waits for any more, or a job that was stored as ended.
          if ((await runner.state(id)).state !== 'running') await runner.remove(id);
          continue;
        }
        const made = makeRecord(request, { id, createdAt, runner: runner.kind });
        const job = this.#adopt({ ...made, command: [], logBytes: await logSize(join(directory, id, LOG)) });
        this.#follow(job, runner);
      }
    }
  }

  async start(request: JobRequest, { retryOf, inTab }: StartOptions): Promise<Job> {
    const { runner, runnerNote } = this.#options;
    const id = `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`;
    const made = makeRecord(request, {
      id,
      createdAt: Date.now(),
      runner: inTab ? 'tab' : runner.kind,
      retryOf,
    });
    if (inTab) {
      const job = this.#adopt({ ...made, command: [] });
      await job.begin();
      await this.#save(job);
      return job.job;
    }
    const spec = specOf(made, request, runner);
    const shown = { ...made, command: [spec.program, ...spec.args] };
    const job = this.#adopt(runnerNote === undefined ? shown : { ...shown, runnerNote });
    await this.#save(job);
    await this.#launch(job, spec);
    return this.#withRun(job.job);
  }

  async get(id: string): Promise<Job> {
    const live = this.#live.get(id);
    if (live !== undefined) return this.#withRun(live.job);
    const record = await this.#options.store.get(id);
    if (record === undefined) throw noJob(id);
    const { cancelled: _, logBytes: __, ...rest } = record;
    return { ...rest.summary, ...rest, cursor: 0 };
  }

  live(id: string): LiveJob | undefined {
    return this.#live.get(id);
  }

  /** Its log, and where the lines are. Reading that of an old job takes a second for 300 MB. */
  async log(id: string, signal: AbortSignal): Promise<OpenLog> {
    const live = this.#live.get(id);
    const path = join(this.#options.directory, id, LOG);
    if (live?.logIndex !== undefined) {
      await live.flush();
      return { path, index: live.logIndex };
    }
    await this.get(id);
    const index = this.#indexes.get(id) ?? (await indexLog(path, signal));
    this.#indexes.delete(id);
    this.#indexes.set(id, index);
    for (const old of [...this.#indexes.keys()].slice(0, -KEPT_INDEXES)) this.#indexes.delete(old);
    return { path, index };
  }

  async cancel(id: string): Promise<Job> {
    const job = this.#live.get(id);
    if (job === undefined || hasEnded(job.state)) return this.get(id);
    job.update({}, { cancelled: true });
    await this.#save(job);
    const { runner, state } = job.record.summary;
    if (runner === 'tab' || state === 'waiting') {
      this.#hostCommands.delete(id);
      await this.#end(job, { state: 'ended', exitCode: 130 });
      return job.job;
    }
    await this.#runnerOf(job.record).cancel(id);
    return job.job;
  }

  /** What the tab says of a `HostCommand` that starts a job. False: it is none of a job. */
  async hostCommandDone(id: string, exitCode: number, stderr: string): Promise<boolean> {
    const job = this.#live.get(id);
    if (!this.#hostCommands.delete(id) || job === undefined) return false;
    if (exitCode === 0) {
      job.update({ state: 'running', startedAt: Date.now() });
      await this.#save(job);
      this.#follow(job, this.#runnerOf(job.record));
    } else await this.#refuse(job, startFailure(stderr));
    return true;
  }

  /** A job that runs in the tab has ended. */
  async endTabJob(id: string, exitCode: number): Promise<void> {
    const job = this.#live.get(id);
    if (job !== undefined && !hasEnded(job.state)) await this.#end(job, { state: 'ended', exitCode });
  }

  /** Throws NOT_FOUND, and LOCKED for a job that has not ended. */
  async remove(id: string): Promise<void> {
    const { state } = await this.get(id);
    if (!hasEnded(state))
      throw new XbundleError('LOCKED', `removing job ${id}: it has not ended. Cancel it first`);
    await this.#forget([id]);
  }

  async clear(): Promise<number> {
    const ended = await this.#options.store.ended();
    await this.#forget(ended.map(({ id }) => id));
    return ended.length;
  }

  /** Forgets the oldest jobs that have ended while there are more than the limits allow. */
  async enforceLimits(): Promise<void> {
    const { store } = this.#options;
    const { maxJobs, maxBytes } = {
      ...DEFAULT_LIMITS,
      ...((await store.setting(LIMITS_SETTING)) as Partial<typeof DEFAULT_LIMITS> | undefined),
    };
    const totals = await store.totals();
    let [jobs, bytes] = [totals.jobs, totals.logBytes];
    const over: string[] = [];
    for (const { id, logBytes } of await store.ended()) {
      if (jobs <= maxJobs && bytes <= maxBytes) break;
      over.push(id);
      jobs -= 1;
      bytes -= logBytes;
    }
    await this.#forget(over);
  }

  /** Lets go of all jobs: they go on. */
  async close(): Promise<void> {
    clearInterval(this.#saver);
    this.#closing.abort(new XbundleError('INTERRUPTED', 'the backend is ending'));
    await Promise.allSettled(this.#following.values());
    await this.#saveDirty();
    for (const job of this.#live.values()) await job.close();
  }

  async #launch(job: LiveJob, spec: JobSpec): Promise<void> {
    const { runner } = this.#options;
    try {
      const command = await runner.start(spec);
      if (command === undefined) {
        this.#follow(job, runner);
        return;
      }
      this.#hostCommands.set(job.id, command);
      job.update({ state: 'waiting' });
      await this.#save(job);
    } catch (error) {
      const other =
        isXbundleError(error, 'POLICY') && spec.mounts.length === 0 ? this.#fallback() : undefined;
      if (other === undefined) {
        await this.#refuse(job, error);
        return;
      }
      job.update({ runner: other.kind }, { runnerNote: messageOf(error) });
      await other.start(spec);
      this.#follow(job, other);
    }
  }

  /** Where helper containers may not speak to the engine: inside the backend, which may. */
  #fallback(): JobRunner | undefined {
    return this.#options.others.find(({ kind }) => kind === 'process');
  }

  async #refuse(job: LiveJob, error: unknown): Promise<void> {
    job.update({ state: 'failed', endedAt: Date.now(), error: failureOf(error) });
    await this.#settle(job);
  }

  async #lose(job: LiveJob, message: string): Promise<void> {
    job.update({ state: 'lost', endedAt: Date.now(), error: { code: 'INTERRUPTED', message } });
    await this.#settle(job);
  }

  #follow(job: LiveJob, runner: JobRunner): void {
    const done = this.#followToEnd(job, runner)
      .catch((error: unknown) => (this.#closing.signal.aborted ? undefined : this.#refuse(job, error)))
      .finally(() => this.#following.delete(job.id));
    this.#following.set(job.id, done);
  }

  async #followToEnd(job: LiveJob, runner: JobRunner): Promise<void> {
    const { signal } = this.#closing;
    for (;;) {
      signal.throwIfAborted();
      try {
        await this.#replay(job, runner);
        const state = await runner.state(job.id, { signal });
        if (state.state === 'ended') return await this.#end(job, state);
        if (state.state === 'lost') return await this.#loseOrWait(job);
      } catch (error) {
        // An engine that is restarted is away for a while; whether the job is too, it will say.
        if (!isXbundleError(error, 'REFUSED', 'UNREACHABLE', 'TIMEOUT')) throw error;
      }
      await sleep(RETRY_MS, undefined, { signal });
    }
  }

  async #replay(job: LiveJob, runner: JobRunner): Promise<void> {
    const lines = new OutputLines();
    await job.begin();
    for await (const chunk of runner.follow(job.id, { signal: this.#closing.signal })) {
      for (const line of lines.add(chunk)) await job.take(chunk.stream, line);
    }
    for (const stream of ['stdout', 'stderr'] as const) {
      for (const line of lines.end(stream)) await job.take(stream, line);
    }
    await job.flush();
  }

  async #loseOrWait(job: LiveJob): Promise<void> {
    if (job.state !== 'waiting') return this.#lose(job, LOST);
    // The tab may still be about to start it, or be gone for good.
    if (Date.now() - job.record.summary.createdAt > 300_000) return this.#lose(job, NEVER_STARTED);
    const { request } = job;
    const spec = specOf(job.record, request, this.#options.runner);
    const command = await this.#options.runner.start(spec);
    if (command !== undefined) this.#hostCommands.set(job.id, command);
  }

  async #end(job: LiveJob, run: Extract<RunState, { state: 'ended' }>): Promise<void> {
    await job.flush();
    const { exitCode } = run;
    const { request, document, lastWords } = job;
    const { error, result, bundle } = jobOutcome({ request, exitCode, document, lastWords });
    const wasCancelled = job.record.cancelled && exitCode !== 0;
    job.update(
      {
        state: exitCode === 0 ? 'done' : wasCancelled ? 'cancelled' : 'failed',
        exitCode,
        endedAt: run.endedAt ?? Date.now(),
        ...(error !== undefined && !wasCancelled && { error }),
        ...(bundle !== undefined && { bundle }),
      },
      result === undefined ? {} : { result },
    );
    await this.#settle(job);
  }

  /** Everything is kept before the runner forgets it. */
  async #settle(job: LiveJob): Promise<void> {
    await job.close();
    await this.#save(job);
    const path = join(this.#options.directory, job.id);
    await onPath('writing', path, async () => {
      await mkdir(path, { recursive: true, mode: 0o700 });
      const file = join(path, RECORD_FILE);
      await writeFile(`${file}.partial`, JSON.stringify(job.record), { mode: 0o600 });
      await rename(`${file}.partial`, file);
    });
    if (job.record.summary.runner !== 'tab') await this.#runnerOf(job.record).remove(job.id);
    const ended = [...this.#live.values()].filter(({ state }) => hasEnded(state));
    for (const old of ended.slice(0, -KEPT_ENDED)) this.#live.delete(old.id);
    await this.enforceLimits();
  }

  async #forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#options.store.remove(ids);
    for (const id of ids) {
      this.#live.delete(id);
      this.#indexes.delete(id);
      await rm(join(this.#options.directory, id), { recursive: true, force: true });
    }
  }

  #adopt(record: JobRecord): LiveJob {
    const { id } = record.summary;
    const job = new LiveJob(record, join(this.#options.directory, id, LOG));
    this.#live.set(id, job);
    return job;
  }

  async #known(runner: JobRunner): ReturnType<JobRunner['known']> {
    try {
      return await runner.known({ signal: this.#closing.signal });
    } catch (error) {
      // Without an engine there is nothing to find.
      if (isXbundleError(error)) return [];
      throw error;
    }
  }

  #runnerOf({ summary }: JobRecord): JobRunner {
    const all = [this.#options.runner, ...this.#options.others];
    return all.find(({ kind }) => kind === summary.runner) ?? this.#options.runner;
  }

  #withRun(job: Job): Job {
    const run = this.#hostCommands.get(job.id);
    return run === undefined ? job : { ...job, run };
  }

  async #save(job: LiveJob): Promise<void> {
    job.isDirty = false;
    await this.#options.store.put(job.record);
  }

  async #saveDirty(): Promise<void> {
    for (const job of this.#live.values()) {
      if (!job.isDirty) continue;
      await job.flush();
      await this.#save(job);
    }
  }
}

const LOG = 'log';
const LOST = 'Its process or container is gone, and nobody saw how it ended. Run it again.';
const LOST_IN_TAB =
  'The backend was restarted while the tab ran it. "docker buildx history ls" tells how it ended.';
const NEVER_STARTED = 'The tab was left before it was started. Run it again.';

interface Made {
  readonly id: string;
  readonly createdAt: number;
  readonly runner: 'container' | 'process' | 'tab';
  readonly retryOf?: string | undefined;
}

function makeRecord(
  request: JobRequest,
  { id, createdAt, runner, retryOf }: Made,
): Omit<JobRecord, 'command'> {
  return {
    summary: {
      id,
      kind: request.kind,
      title: jobTitle(request),
      state: 'running',
      runner,
      createdAt,
      startedAt: createdAt,
      ...(retryOf !== undefined && { retryOf }),
    },
    request,
    cells: [],
    notes: [],
    logLines: 0,
    logBytes: 0,
    cancelled: false,
  };
}

function specOf({ summary }: Pick<JobRecord, 'summary'>, request: JobRequest, runner: JobRunner): JobSpec {
  const places = runner.kind === 'container' ? containerPlaces() : localPlaces();
  const command = jobCommand(request, places);
  return { ...command, id: summary.id, mounts: places.mounts, createdAt: summary.createdAt, request };
}

function noJob(id: string): XbundleError {
  return new XbundleError('NOT_FOUND', `there is no job ${id}`);
}
