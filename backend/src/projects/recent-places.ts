import type { JobRecord } from '../jobs/store/job-record.ts';
import type { JobStore } from '../jobs/store/job-store.ts';

export interface RecentPlace {
  readonly path: string;
  readonly lastUsed: number;
  readonly job: string;
}

/** Jobs that are looked through. */
const DEPTH = 100;

/** Paths that the last jobs were about, each once, the latest first. */
export async function recentPlaces(
  store: JobStore,
  pathOf: (record: JobRecord) => string | undefined,
): Promise<readonly RecentPlace[]> {
  const places = new Map<string, RecentPlace>();
  const { jobs } = await store.page({ limit: DEPTH });
  for (const { id, createdAt } of jobs) {
    const record = await store.get(id);
    const path = record === undefined ? undefined : pathOf(record);
    if (path !== undefined && !places.has(path)) places.set(path, { path, lastUsed: createdAt, job: id });
  }
  return [...places.values()];
}
