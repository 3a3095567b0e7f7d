import type { JobRequest } from '../contract.ts';
import { jobCommand, jobTitle } from './command/job-command.ts';
import type { JobRecord } from './store/job-record.ts';
import type { JobRunner, JobSpec } from './runners/job-runner.ts';
import { containerPlaces, localPlaces } from './command/places.ts';

export interface NewJob {
  readonly id: string;
  readonly createdAt: number;
  readonly runner: JobRecord['summary']['runner'];
  readonly retryOf?: string | undefined;
}

/** A job that was just asked for. */
export function makeRecord(request: JobRequest, { id, createdAt, runner, retryOf }: NewJob): JobRecord {
  return {
    summary: {
      id,
      kind: request.kind,
      title: jobTitle(request),
      state: 'running',
      runner,
      createdAt,
      startedAt: createdAt,
      ...(retryOf !== undefined && { retryOf }),
    },
    request,
    command: [],
    cells: [],
    notes: [],
    logLines: 0,
    logBytes: 0,
    cancelled: false,
  };
}

/** What a runner runs for a job. Throws USAGE for a request that no command line can say. */
export function specOf({ summary, request }: JobRecord, runner: Pick<JobRunner, 'kind'>): JobSpec {
  const places = runner.kind === 'container' ? containerPlaces() : localPlaces();
  const command = jobCommand(request, places);
  return { ...command, id: summary.id, mounts: places.mounts, createdAt: summary.createdAt, request };
}
