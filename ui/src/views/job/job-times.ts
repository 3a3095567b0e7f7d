import { hasEnded, type JobSummary } from '@xbundle/backend/contract';

/** How long a job has run, or took. */
export function elapsedMs({ state, startedAt, createdAt, endedAt }: JobSummary, now: number): number {
  const start = startedAt ?? createdAt;
  return Math.max(0, (hasEnded(state) ? (endedAt ?? start) : now) - start);
}
