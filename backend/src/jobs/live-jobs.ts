import { hasEnded } from '../contract.ts';
import type { JobHistory } from './job-history.ts';
import type { JobRecord } from './store/job-record.ts';
import type { JobStore } from './store/job-store.ts';
import { LiveJob } from './live-job.ts';

const SAVE_MS = 2_000;
/** Ended jobs that are kept in memory, for those who still follow them. */
const KEPT_ENDED = 20;

/** Jobs that run or have just ended, in memory; what changes of them is stored every few seconds. */
export class LiveJobs {
  readonly #store: JobStore;
  readonly #history: JobHistory;
  readonly #jobs = new Map<string, LiveJob>();
  readonly #saver: NodeJS.Timeout;

  constructor(store: JobStore, history: JobHistory) {
    this.#store = store;
    this.#history = history;
    this.#saver = setInterval(() => {
      void this.#saveDirty();
    }, SAVE_MS);
    this.#saver.unref();
  }

  get(id: string): LiveJob | undefined {
    return this.#jobs.get(id);
  }

  adopt(record: JobRecord): LiveJob {
    const { id } = record.summary;
    const job = new LiveJob(record, this.#history.logPath(id));
    this.#jobs.set(id, job);
    return job;
  }

  async save(job: LiveJob): Promise<void> {
    job.isDirty = false;
    await this.#store.put(job.record);
  }

  forget(id: string): void {
    this.#jobs.delete(id);
  }

  /** Lets go of the oldest of those that have ended. */
  forgetEnded(): void {
    const ended = [...this.#jobs.values()].filter(({ state }) => hasEnded(state));
    for (const { id } of ended.slice(0, -KEPT_ENDED)) this.forget(id);
  }

  async close(): Promise<void> {
    clearInterval(this.#saver);
    await this.#saveDirty();
    for (const job of this.#jobs.values()) await job.close();
  }

  async #saveDirty(): Promise<void> {
    for (const job of this.#jobs.values()) {
      if (!job.isDirty) continue;
      await job.flush();
      await this.save(job);
    }
  }
}
