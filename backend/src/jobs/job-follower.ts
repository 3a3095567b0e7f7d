import { setTimeout as sleep } from 'node:timers/promises';
import { isXbundleError, XbundleError } from '@xbundle/core';
import type { Failure } from '../contract.ts';
import { jobOutcome } from './output/job-result.ts';
import type { JobRunner, RunState } from './runners/job-runner.ts';
import type { LiveJob } from './live-job.ts';
import { OutputLines } from './output/output-lines.ts';

export interface FollowerOptions {
  /** Keeps an ended job for good, before its runner forgets it. */
  readonly settle: (job: LiveJob) => Promise<void>;
  /** A job that nobody has started yet is asked about; true: it may still be. */
  readonly mayStillStart: (job: LiveJob) => Promise<boolean>;
}

const RETRY_MS = 1_000;
const LOST: Failure = {
  code: 'INTERRUPTED',
  message: 'Its process or container is gone, and nobody saw how it ended. Run it again.',
};

/** Takes in what jobs say until they end, whatever becomes of the engine in between. */
export class JobFollower {
  readonly #options: FollowerOptions;
  readonly #following = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  follow(job: LiveJob, runner: JobRunner): void {
    const done = this.#toTheEnd(job, runner)
      .catch(async (error: unknown) => {
        if (!this.signal.aborted) await this.fail(job, error);
      })
      .finally(() => this.#following.delete(job.id));
    this.#following.set(job.id, done);
  }

  /** Stops following; the jobs go on. */
  async close(): Promise<void> {
    this.#closing.abort(new XbundleError('INTERRUPTED', 'the backend is ending'));
    await Promise.allSettled(this.#following.values());
  }

  async end(job: LiveJob, { exitCode, endedAt }: Extract<RunState, { state: 'ended' }>): Promise<void> {
    await job.flush();
    const { request, document, lastWords } = job;
    const { error, result, bundle } = jobOutcome({ request, exitCode, document, lastWords });
    const wasCancelled = job.record.cancelled && exitCode !== 0;
    job.update(
      {
        state: exitCode === 0 ? 'done' : wasCancelled ? 'cancelled' : 'failed',
        exitCode,
        endedAt: endedAt ?? Date.now(),
        ...(error !== undefined && !wasCancelled && { error }),
        ...(bundle !== undefined && { bundle }),
      },
      result === undefined ? {} : { result },
    );
    await this.#options.settle(job);
  }

  async fail(job: LiveJob, error: unknown): Promise<void> {
    const { code, message } = isXbundleError(error)
      ? error
      : new XbundleError('INTERNAL', `a bug in xbundle: ${String(error)}`, { cause: error });
    job.update({ state: 'failed', endedAt: Date.now(), error: { code, message } });
    await this.#options.settle(job);
  }

  async lose(job: LiveJob, error: Failure = LOST): Promise<void> {
    job.update({ state: 'lost', endedAt: Date.now(), error });
    await this.#options.settle(job);
  }

  async #toTheEnd(job: LiveJob, runner: JobRunner): Promise<void> {
    for (;;) {
      this.signal.throwIfAborted();
      const state = await this.#round(job, runner);
      if (state?.state === 'ended') {
        await this.end(job, state);
        return;
      }
      const isLost = state?.state === 'lost';
      if (isLost && !(job.state === 'waiting' && (await this.#options.mayStillStart(job)))) {
        await this.lose(job);
        return;
      }
      await sleep(RETRY_MS, undefined, { signal: this.signal });
    }
  }

  /** Undefined while the engine is away: whether the job is too, it will say when it is back. */
  async #round(job: LiveJob, runner: JobRunner): Promise<RunState | undefined> {
    try {
      await this.#replay(job, runner);
      return await runner.state(job.id, { signal: this.signal });
    } catch (error) {
      if (isXbundleError(error, 'REFUSED', 'UNREACHABLE', 'TIMEOUT')) return undefined;
      throw error;
    }
  }

  async #replay(job: LiveJob, runner: JobRunner): Promise<void> {
    const lines = new OutputLines();
    await job.begin();
    for await (const chunk of runner.follow(job.id, { signal: this.signal })) {
      for (const line of lines.add(chunk)) await job.take(chunk.stream, line);
    }
    for (const stream of ['stdout', 'stderr'] as const) {
      for (const line of lines.end(stream)) await job.take(stream, line);
    }
    await job.flush();
  }
}
