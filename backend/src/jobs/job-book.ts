import { randomBytes } from 'node:crypto';
import { isXbundleError, XbundleError } from '@xbundle/core';
import {
  hasEnded,
  type HostCommand,
  type Job,
  type JobRequest,
  type TabCommand,
  type ToldText,
} from '../contract.ts';
import { JobFollower } from './job-follower.ts';
import { JobHistory } from './job-history.ts';
import { JobLauncher } from './job-launcher.ts';
import { jobOf, type JobRecord } from './store/job-record.ts';
import type { JobRunner, KnownRun } from './runners/job-runner.ts';
import type { JobStore } from './store/job-store.ts';
import type { LiveJob } from './live-job.ts';
import { LiveJobs } from './live-jobs.ts';
import { LogIndexes } from './log/log-indexes.ts';
import { makeRecord, specOf } from './make-record.ts';
import type { OpenLog } from './log/read-log.ts';

export interface JobBookOptions {
  readonly store: JobStore;
  /** The runner that jobs are given, and those that earlier ones may still run in. */
  readonly runner: JobRunner;
  readonly others: readonly JobRunner[];
  /** With a folder for each job. */
  readonly directory: string;
  /** Told to users of each job, where jobs do not run as they should. */
  readonly runnerNote?: ToldText | undefined;
}

export interface StartOptions {
  readonly retryOf?: string | undefined;
  /** What the tab runs; none: it runs here. */
  readonly inTab?: readonly TabCommand[] | undefined;
}

/** All jobs: starts them, follows them, and finds them again after a restart. */
export class JobBook {
  readonly history: JobHistory;
  readonly #options: JobBookOptions;
  readonly #follower: JobFollower;
  readonly #live: LiveJobs;
  readonly #launcher: JobLauncher;
  readonly #indexes = new LogIndexes();

  constructor(options: JobBookOptions) {
    const { store, directory, runner, others } = options;
    this.#options = options;
    this.history = new JobHistory(store, directory);
    this.#live = new LiveJobs(store, this.history);
    this.#follower = new JobFollower({
      settle: (job) => this.#settle(job),
      mayStillStart: (job) => this.#launcher.askTabAgain(job),
    });
    this.#launcher = new JobLauncher({ live: this.#live, follower: this.#follower, runner, others });
  }

  /** Docker commands that the tab still has to run. */
  get hostCommands(): readonly HostCommand[] {
    return this.#launcher.hostCommands;
  }

  /** Follows what an earlier backend left running, of which the history may know nothing. */
  async attach(): Promise<void> {
    const { store, runner, others } = this.#options;
    const { jobs } = await store.page({ states: ['running', 'waiting'], limit: 10_000 });
    for (const { id } of jobs) {
      const record = await store.get(id);
      if (record === undefined) continue;
      const job = this.#live.adopt(record);
      // The tab tells it all again, from the builder's history: when it is there, or when it is opened.
      if (record.summary.runner === 'tab') await job.begin();
      else this.#follower.follow(job, this.#runnerOf(record));
    }
    for (const each of [runner, ...others]) {
      for (const run of await this.#known(each)) await this.#take(run, each);
    }
  }

  async start(request: JobRequest, { retryOf, inTab }: StartOptions): Promise<Job> {
    const { runner, runnerNote } = this.#options;
    const id = `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`;
    const kind = inTab === undefined ? runner.kind : 'tab';
    const made = makeRecord(request, { id, createdAt: Date.now(), runner: kind, retryOf });
    if (inTab !== undefined) {
      const job = this.#live.adopt({ ...made, inTab: [...inTab] });
      await job.begin();
      await this.#live.save(job);
      return job.job;
    }
    const spec = specOf(made, runner);
    const shown = { ...made, command: [spec.program, ...spec.args] };
    const job = this.#live.adopt(runnerNote === undefined ? shown : { ...shown, runnerNote });
    await this.#live.save(job);
    await this.#launcher.launch(job, spec);
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
    await this.#live.save(job);
    if (job.record.summary.runner === 'tab' || job.state === 'waiting') {
      this.#launcher.withdraw(id);
      await this.#follower.end(job, { state: 'ended', exitCode: 130 });
    } else await this.#runnerOf(job.record).cancel(id);
    return job.job;
  }

  /** What the tab says of a `HostCommand` that starts a job. False: it is none of a job. */
  hostCommandDone(id: string, exitCode: number, stderr: string): Promise<boolean> {
    return this.#launcher.started(id, exitCode, stderr);
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
    await this.#follower.close();
    await this.#live.close();
  }

  /** Takes in a run that nobody follows: one whose history is lost, or that is over. */
  async #take({ id, createdAt, request }: KnownRun, runner: JobRunner): Promise<void> {
    if (this.#live.get(id) !== undefined) return;
    const isOld = (await this.#options.store.get(id)) !== undefined;
    if (request === undefined || isOld) {
      // A question nobody waits for any more, or a job that was stored as ended.
      if ((await runner.state(id)).state !== 'running') await runner.remove(id);
      return;
    }
    const job = this.#live.adopt(makeRecord(request, { id, createdAt, runner: runner.kind }));
    await this.#live.save(job);
    this.#follower.follow(job, runner);
  }

  /** Everything is kept before the runner forgets it. */
  async #settle(job: LiveJob): Promise<void> {
    await job.close();
    job.isDirty = false;
    await this.history.keep(job.record);
    if (job.record.summary.runner !== 'tab') await this.#runnerOf(job.record).remove(job.id);
    this.#live.forgetEnded();
    await this.clear('beyond-limits');
  }

  async #forget(ids: readonly string[]): Promise<void> {
    await this.history.forget(ids);
    for (const id of ids) {
      this.#live.forget(id);
      this.#indexes.forget(this.history.logPath(id));
    }
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
    const run = this.#launcher.hostCommand(job.id);
    return run === undefined ? job : { ...job, run };
  }
}
