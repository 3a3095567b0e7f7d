import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onPath } from '@xbundle/core';
import { z } from 'zod';
import type { JobRecord } from './store/job-record.ts';
import type { JobStore } from './store/job-store.ts';

/** Of a job's folder. */
export const RECORD_FILE = 'record.json';
const LOG_FILE = 'log';

export interface HistoryLimits {
  readonly maxJobs: number;
  readonly maxBytes: number;
}

const DEFAULT_LIMITS: HistoryLimits = { maxJobs: 500, maxBytes: 2_000_000_000 };
const LIMITS_SETTING = 'limits';
const limitsSchema = z.object({ maxJobs: z.number(), maxBytes: z.number() });

/** What is kept of jobs that have ended: records in the store, and a folder for each with its log. */
export class JobHistory {
  readonly #store: JobStore;
  readonly #directory: string;

  constructor(store: JobStore, directory: string) {
    this.#store = store;
    this.#directory = directory;
  }

  logPath(id: string): string {
    return join(this.#directory, id, LOG_FILE);
  }

  /** Puts the record of an ended job beside its log too, from where a damaged history is read back. */
  async keep(record: JobRecord): Promise<void> {
    await this.#store.put(record);
    const folder = join(this.#directory, record.summary.id);
    await onPath('writing', folder, async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, RECORD_FILE);
      await writeFile(`${file}.partial`, JSON.stringify(record), { mode: 0o600 });
      await rename(`${file}.partial`, file);
    });
  }

  async limits(): Promise<HistoryLimits> {
    return limitsSchema.catch(DEFAULT_LIMITS).parse(await this.#store.setting(LIMITS_SETTING));
  }

  async setLimits(limits: HistoryLimits): Promise<void> {
    await this.#store.setSetting(LIMITS_SETTING, limits);
  }

  /** The oldest ended jobs that are beyond the limits. */
  async beyondLimits(): Promise<readonly string[]> {
    const { maxJobs, maxBytes } = await this.limits();
    const totals = await this.#store.totals();
    let [jobs, bytes] = [totals.jobs, totals.logBytes];
    const beyond: string[] = [];
    for (const { id, logBytes } of await this.#store.ended()) {
      if (jobs <= maxJobs && bytes <= maxBytes) break;
      beyond.push(id);
      jobs -= 1;
      bytes -= logBytes;
    }
    return beyond;
  }

  async forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#store.remove(ids);
    for (const id of ids) await rm(join(this.#directory, id), { recursive: true, force: true });
  }
}
