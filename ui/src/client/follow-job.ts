import { hasEnded, WAIT_MS, type BackendClient, type Job } from '@xbundle/backend/contract';
import { applyEvents } from './job-feed.ts';

const EVENTS_AT_ONCE = 500;

export interface FollowOptions {
  readonly signal: AbortSignal;
  readonly onJob: (job: Job) => void;
}

/**
 * Reads a job and tells of each change until it has ended; rejects when the backend cannot be asked, or does not
 * know the job.
 */
export async function followJob(client: BackendClient, id: string, options: FollowOptions): Promise<void> {
  const { signal, onJob } = options;
  const read = (): Promise<Job> => client.job({ id }, { signal });
  let job = await read();
  onJob(job);
  while (!hasEnded(job.state)) {
    const batch = await client.jobEvents(
      { id, after: job.cursor, waitMs: WAIT_MS, limit: EVENTS_AT_ONCE },
      { signal },
    );
    signal.throwIfAborted();
    // The result of an ended job is part of its full account only.
    const isWhole = batch.reset || batch.ended;
    job = isWhole ? await read() : applyEvents(job, batch.events, batch.cursor);
    onJob(job);
  }
  // The last event may come before the account of what was found is written.
  onJob(await read());
}
