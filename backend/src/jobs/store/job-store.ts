import type { JobKind, JobState, JobSummary } from '../../contract.ts';
import type { JobRecord } from './job-record.ts';

export interface JobQuery {
  readonly kind?: JobKind | undefined;
  readonly states?: readonly JobState[] | undefined;
  /** Case aside. */
  readonly search?: string | undefined;
  /** `next` of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

export interface JobPage {
  /** The latest first. */
  readonly jobs: readonly JobSummary[];
  /** All that match, on every page. */
  readonly total: number;
  readonly next?: string;
}

export interface StoredSize {
  readonly id: string;
  readonly logBytes: number;
}

/** Where jobs are kept. What is put is there after a crash that follows. */
export interface JobStore {
  put(record: JobRecord): Promise<void>;
  get(id: string): Promise<JobRecord | undefined>;
  page(query: JobQuery): Promise<JobPage>;
  /** Jobs that have ended, the oldest first. */
  ended(): Promise<readonly StoredSize[]>;
  totals(): Promise<{ readonly jobs: number; readonly logBytes: number }>;
  remove(ids: readonly string[]): Promise<void>;
  setting(name: string): Promise<unknown>;
  setSetting(name: string, value: unknown): Promise<void>;
  close(): Promise<void>;
}

/** A store, and what is to be told of how it was opened: damaged files that were set aside. */
export interface OpenedStore {
  readonly store: JobStore;
  readonly notices: readonly string[];
}
