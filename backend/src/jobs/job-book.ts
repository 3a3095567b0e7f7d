import { randomBytes } from 'node:crypto';
import { isXbundleError, messageOf, XbundleError } from '@xbundle/core';
import { hasEnded, type HostCommand, type Job, type JobRequest } from '../contract.ts';
import { startFailure } from './container-runner.ts';
import { JobFollower } from './job-follower.ts';
import { JobHistory } from './job-history.ts';
import { jobOf, type JobRecord } from './job-record.ts';
import type { JobRunner, JobSpec, KnownRun } from './job-runner.ts';
import type { JobStore } from './job-store.ts';
import { LiveJob } from './live-job.ts';
import { LogIndexes } from './log-indexes.ts';
import { makeRecord, specOf } from './make-record.ts';
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
/** How long the tab may take to start a job. */
const WAITING_MS = 300_000;
/** Ended jobs that are kept in memory, for those who still follow them. */
const KEPT_ENDED = 20;

const LOST_IN_TAB = {
  code: 'INTERRUPTED',
  message: 'The backend was restarted while the tab ran it. "docker buildx history ls" tells how it ended.',
};

/** All jobs: starts them, follows them, and finds them again after a restart. */
export class JobBook {
  readonly history: JobHistory;
  readonly #options: JobBookOptions;
  readonly #follower: JobFollower;
  readonly #live = new Map<string, LiveJob>();
  readonly #indexes = new LogIndexes();
  readonly #hostCommands = new Map<string, HostCommand>();
  readonly #saver: NodeJS.Timeout;

  constructor(options: JobBookOptions) {
    this.#options = options;
    this.history = new JobHistory(options.store, options.directory);
    this.#follower = new JobFollower({
      settle: (job) => this.#settle(job),
      mayStillStart: (job) => this.#askTabAgain(job),
    });
    this.#saver = setInterval(() => {
      void this.#saveDirty();
    }, SAVE_MS);
    this.#saver.unref();
  }

  /** Docker commands that the tab still has to run. */
  get hostCommands(): readonly HostCommand[] {
    return [...this.#hostCommands.values()];
  }

  /** Follows what an earlier backend left running, of which the history may know nothing. */
  async attach(): Promise<void> {
    const { store, runner, others } = this.#options;
    const { jobs } = await store.page({ states: ['running', 'waiting'], limit: 10_000 });
    for (const { id } of jobs) {
      const record = await store.get(id);
      if (record === undefined) continue;
      const job = this.#adopt(record);
      if (record.summary.runner === 'tab') await this.#follower.lose(job, LOST_IN_TAB);
      else this.#follower.follow(job, this.#runnerOf(record));
    }
    for (const each of [runner, ...others]) {
      for (const run of await this.#known(each)) await this.#take(run, each);
    }
  }

  async start(request: JobRequest, { retryOf, inTab }: StartOptions): Promise<Job> {
    const { runner, runnerNote } = this.#options;
    const id = `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`;
    const kind = inTab ? 'tab' : runner.kind;
    const made = makeRecord(request, { id, createdAt: Date.now(), runner: kind, retryOf });
    if (inTab) {
      const job = this.#adopt(made);
      await job.begin();
      await this.#save(job);
      return job.job;
    }
    const spec = specOf(made, runner);
    const shown = { ...made, command: [spec.program, ...spec.args] };
    const job = this.#adopt(runnerNote === undefined ? shown : { ...shown, runnerNote });
    await this.#save(job);
    await this.#launch(job, spec);
    return this.#withRun(job.job);
  }

  /** Throws NOT_FOUND. */
  async get(id: string): Promise<Job> {
    const live = this.#live.get(id);
    if (live !== undefined) return this.#withRun(live.job);
    const record = await this.#options.store.get(id);
    if (record === undefined) throw new XbundleError('NOT_FOUND', `there is no job ${id}`);
    return jobOf(record, 0);
  }

  /** A job that runs, or has just ended. */
  live(id: string): LiveJob | undefined {
    return this.#live.get(id);
  }

  /** Its log, and where the lines are. */
  async log(id: string, signal: AbortSignal): Promise<OpenLog> {
    const live = this.#live.get(id);
    const path = this.history.logPath(id);
    if (live?.logIndex !== undefined) {
      await live.flush();
      return { path, index: live.logIndex };
    }
    await this.get(id);
    return { path, index: await this.#indexes.get(path, signal) };
  }

  async cancel(id: string): Promise<Job> {
    const job = this.#live.get(id);
    if (job === undefined || hasEnded(job.state)) return this.get(id);
    job.update({}, { cancelled: true });
    await this.#save(job);
    if (job.record.summary.runner === 'tab' || job.state === 'waiting') {
      this.#hostCommands.delete(id);
      await this.#follower.end(job, { state: 'ended', exitCode: 130 });
    } else await this.#runnerOf(job.record).cancel(id);
    return job.job;
  }

  /** What the tab says of a `HostCommand` that starts a job. False: it is none of a job. */
  async hostCommandDone(id: string, exitCode: number, stderr: string): Promise<boolean> {
    const job = this.#live.get(id);
    if (!this.#hostCommands.delete(id) || job === undefined) return false;
    if (exitCode === 0) {
      job.update({ state: 'running', startedAt: Date.now() });
      await this.#save(job);
      this.#follower.follow(job, this.#runnerOf(job.record));
    } else await this.#refused(job, startFailure(stderr));
    return true;
  }

  /** A job that runs in the tab has ended. */
  async endTabJob(id: string, exitCode: number): Promise<void> {
    const job = this.#live.get(id);
    if (job !== undefined && !hasEnded(job.state))
      await this.#follower.end(job, { state: 'ended', exitCode });
  }

  /** Throws NOT_FOUND, and LOCKED for a job that has not ended. */
  async remove(id: string): Promise<void> {
    const { state } = await this.get(id);
    if (!hasEnded(state)) {
      throw new XbundleError('LOCKED', `removing job ${id}: it has not ended. Cancel it first`);
    }
    await this.#forget([id]);
  }

  /** Forgets all jobs that have ended, or those beyond the limits; how many. */
  async clear(which: 'ended' | 'beyond-limits'): Promise<number> {
    const ids =
      which === 'ended'
        ? (await this.#options.store.ended()).map(({ id }) => id)
        : await this.history.beyondLimits();
    await this.#forget(ids);
    return ids.length;
  }

  /** Lets go of all jobs: they go on. */
  async close(): Promise<void> {
    clearInterval(this.#saver);
    await this.#follower.close();
    await this.#saveDirty();
    for (const job of this.#live.values()) await job.close();
  }

  async #launch(job: LiveJob, spec: JobSpec): Promise<void> {
    const { runner } = this.#options;
    try {
      const command = await runner.start(spec);
      if (command === undefined) {
        this.#follower.follow(job, runner);
        return;
      }
      this.#hostCommands.set(job.id, command);
      job.update({ state: 'waiting' });
      await this.#save(job);
    } catch (error) {
      await this.#refused(job, error);
    }
  }

  /**
   * Where helper containers may not speak to the engine, a job that needs no files of the host runs inside the
   * backend, which may; the user is told.
   */
  async #refused(job: LiveJob, error: unknown): Promise<void> {
    const other = this.#options.others.find(({ kind }) => kind === 'process');
    if (!isXbundleError(error, 'POLICY') || other === undefined) return this.#follower.fail(job, error);
    if (specOf(job.record, { kind: 'container' }).mounts.length > 0) return this.#follower.fail(job, error);
    const runnerNote = `It runs inside the extension's backend: ${messageOf(error)}`;
    job.update({ state: 'running', runner: other.kind, startedAt: Date.now() }, { runnerNote });
    await other.start(specOf(job.record, other));
    await this.#save(job);
    this.#follower.follow(job, other);
  }

  /** The tab may be about to start it, or have been left before it did. */
  async #askTabAgain(job: LiveJob): Promise<boolean> {
    if (Date.now() - job.record.summary.createdAt > WAITING_MS) return false;
    const { runner } = this.#options;
    const command = await runner.start(specOf(job.record, runner));
    if (command !== undefined) this.#hostCommands.set(job.id, command);
    return true;
  }

  /** Takes in a run that nobody follows: one whose history is lost, or that is over. */
  async #take({ id, createdAt, request }: KnownRun, runner: JobRunner): Promise<void> {
    if (this.#live.has(id)) return;
    const isOld = (await this.#options.store.get(id)) !== undefined;
    if (request === undefined || isOld) {
      // A question nobody waits for any more, or a job that was stored as ended.
      if ((await runner.state(id)).state !== 'running') await runner.remove(id);
      return;
    }
    const job = this.#adopt(makeRecord(request, { id, createdAt, runner: runner.kind }));
    await this.#save(job);
    this.#follower.follow(job, runner);
  }

  /** Everything is kept before the runner forgets it. */
  async #settle(job: LiveJob): Promise<void> {
    await job.close();
    job.isDirty = false;
    await this.history.keep(job.record);
    if (job.record.summary.runner !== 'tab') await this.#runnerOf(job.record).remove(job.id);
    const ended = [...this.#live.values()].filter(({ state }) => hasEnded(state));
    for (const old of ended.slice(0, -KEPT_ENDED)) this.#live.delete(old.id);
    await this.clear('beyond-limits');
  }

  async #forget(ids: readonly string[]): Promise<void> {
    await this.history.forget(ids);
    for (const id of ids) {
      this.#live.delete(id);
      this.#indexes.forget(this.history.logPath(id));
    }
  }

  #adopt(record: JobRecord): LiveJob {
    const { id } = record.summary;
    const job = new LiveJob(record, this.history.logPath(id));
    this.#live.set(id, job);
    return job;
  }

  async #known(runner: JobRunner): Promise<readonly KnownRun[]> {
    try {
      return await runner.known({ signal: this.#follower.signal });
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
