import { isXbundleError, messageOf, tell } from '@xbundle/core';
import { RUNNER_NOTES, type HostCommand } from '../contract.ts';
import { startFailure } from './runners/container-runner.ts';
import type { JobFollower } from './job-follower.ts';
import type { JobRunner, JobSpec } from './runners/job-runner.ts';
import type { LiveJob } from './live-job.ts';
import type { LiveJobs } from './live-jobs.ts';
import { specOf } from './make-record.ts';

export interface LauncherOptions {
  readonly live: LiveJobs;
  readonly follower: JobFollower;
  /** The runner that jobs are given, and those that one may fall back to. */
  readonly runner: JobRunner;
  readonly others: readonly JobRunner[];
}

/** How long the tab may take to start a job. */
const WAITING_MS = 300_000;

/** Starts jobs: at once, or by a docker command that the tab has to run. */
export class JobLauncher {
  readonly #options: LauncherOptions;
  readonly #hostCommands = new Map<string, HostCommand>();

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  /** Docker commands that the tab still has to run. */
  get hostCommands(): readonly HostCommand[] {
    return [...this.#hostCommands.values()];
  }

  hostCommand(id: string): HostCommand | undefined {
    return this.#hostCommands.get(id);
  }

  async launch(job: LiveJob, spec: JobSpec): Promise<void> {
    const { runner, follower, live } = this.#options;
    try {
      const command = await runner.start(spec);
      if (command === undefined) {
        follower.follow(job, runner);
        return;
      }
      this.#hostCommands.set(job.id, command);
      job.update({ state: 'waiting' });
      await live.save(job);
    } catch (error) {
      await this.#refused(job, error);
    }
  }

  /** The tab need not start it any more. */
  withdraw(id: string): void {
    this.#hostCommands.delete(id);
  }

  /** What the tab says of a `HostCommand` that starts a job. False: it is none of a job. */
  async started(id: string, exitCode: number, stderr: string): Promise<boolean> {
    const { runner, follower, live } = this.#options;
    const job = live.get(id);
    if (!this.#hostCommands.delete(id) || job === undefined) return false;
    if (exitCode === 0) {
      job.update({ state: 'running', startedAt: Date.now() });
      await live.save(job);
      follower.follow(job, runner);
    } else await this.#refused(job, startFailure(stderr));
    return true;
  }

  /** The tab may be about to start it, or have been left before it did. */
  async askTabAgain(job: LiveJob): Promise<boolean> {
    if (Date.now() - job.record.summary.createdAt > WAITING_MS) return false;
    const { runner } = this.#options;
    const command = await runner.start(specOf(job.record, runner));
    if (command !== undefined) this.#hostCommands.set(job.id, command);
    return true;
  }

  /**
   * Where helper containers may not speak to the engine, a job that needs no files of the host runs inside the
   * backend, which may; the user is told.
   */
  async #refused(job: LiveJob, error: unknown): Promise<void> {
    const { others, follower, live } = this.#options;
    const other = others.find(({ kind }) => kind === 'process');
    if (!isXbundleError(error, 'POLICY') || other === undefined) return follower.fail(job, error);
    if (specOf(job.record, { kind: 'container' }).mounts.length > 0) return follower.fail(job, error);
    const runnerNote = tell(RUNNER_NOTES, 'runs-in-backend', { reason: messageOf(error) });
    job.update({ state: 'running', runner: other.kind, startedAt: Date.now() }, { runnerNote });
    await other.start(specOf(job.record, other));
    await live.save(job);
    follower.follow(job, other);
  }
}
