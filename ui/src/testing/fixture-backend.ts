import { jobSummarySchema, type Job, type JobEvent, type ResponseOf } from '@xbundle/backend/contract';
import { BackendError } from '../client/backend-error.ts';
import type { Handlers } from './fixture-transport.ts';
import { buildAt, sampleLogLine } from './sample-build.ts';
import { DOCTOR, LINT, PLAN, PROJECT, DIRECTORY } from './sample-project.ts';
import { otherHandlers } from './sample-others.ts';
import { transferAt } from './sample-transfer.ts';

export interface FixtureOptions {
  readonly now: () => number;
  /** How long an answer takes, in milliseconds. */
  readonly latencyMs?: number;
}

export const FACTS: ResponseOf<'facts'> = {
  version: '0.1.0',
  host: 'local',
  root: '/home/dev',
  engine: {
    version: '28.5.2',
    apiVersion: '1.51',
    store: 'containerd',
    platform: 'linux/amd64',
    freeBytes: 8.1e9,
  },
  docker: { version: '28.5.2' },
  buildx: { version: '0.29.1' },
  jobs: { runner: 'container', startedBy: 'backend' },
  notices: [],
};

/** Answers every route with made-up data that fits the contract; jobs go on by the clock. */
export function createFixtureBackend({ now, latencyMs = 0 }: FixtureOptions): Handlers {
  const jobs = new Map<string, (at: number) => Job>();
  const stopped = new Map<string, number>();
  const start = (id: string, kind: string, startedAt: number): void => {
    jobs.set(id, (at) =>
      kind === 'build' ? buildAt({ id, startedAt, now: at }) : transferAt({ id, kind, startedAt, now: at }),
    );
  };
  start('build-1', 'build', now() - 3_600_000);
  start('export-1', 'export', now() - 3_400_000);
  start('verify-1', 'verify', now() - 3_300_000);
  start('import-1', 'import', now() - 3_200_000);

  const read = (id: string): Job => {
    const job = jobs.get(id)?.(stopped.get(id) ?? now());
    if (job === undefined) throw new BackendError('NOT_FOUND', `there is no job ${id}`);
    return stopped.has(id) && job.state === 'running'
      ? { ...job, state: 'cancelled', endedAt: stopped.get(id) ?? 0 }
      : job;
  };

  return {
    ...otherHandlers(),
    facts: () => FACTS,
    project: ({ directory }) => ({ ...PROJECT, directory }),
    plan: () => PLAN,
    doctor: () => DOCTOR,
    lint: () => LINT,
    recentProjects: () => ({
      projects: [{ directory: DIRECTORY, name: 'ai-infra', lastUsed: now() - 7_200_000 }],
    }),
    forgetProject: () => ({}),
    startJob: ({ job }) => {
      const id = `${job.kind}-${jobs.size + 1}`;
      start(id, job.kind, now());
      return { ...read(id), request: job };
    },
    job: ({ id }) => read(id),
    jobs: ({ kind, state, search }) => {
      const all = [...jobs.keys()].map(read).filter((job) => kind === undefined || job.kind === kind);
      const found = all.filter(
        (job) => (state === undefined || job.state === state) && job.title.includes(search ?? ''),
      );
      return { jobs: found.toSorted((one, other) => other.createdAt - one.createdAt), total: found.length };
    },
    jobEvents: async ({ id, after }) => {
      await new Promise((resolve) => setTimeout(resolve, latencyMs + 250));
      const job = read(id);
      const { cells } = job;
      const events: JobEvent[] = [
        { type: 'job', job: jobSummarySchema.parse(job) },
        ...cells.map((cell) => ({ type: 'cell', cell }) as const),
        { type: 'log', lines: job.logLines },
      ];
      const cursor = after + 1;
      return {
        events: events.map((event) => ({ cursor, event })),
        cursor,
        reset: false,
        ended: job.state !== 'running',
      };
    },
    jobLog: ({ id, cell, from, limit }) => {
      const job = read(id);
      const total = job.cells.find((each) => each.id === cell)?.logLines ?? job.logLines;
      const count = Math.max(0, Math.min(limit, total - from));
      return { from, total, lines: Array.from({ length: count }, (_, at) => sampleLogLine(from + at, cell)) };
    },
    searchJobLog: ({ id, cell, text }) => {
      const total = read(id).cells.find((each) => each.id === cell)?.logLines ?? read(id).logLines;
      const matches = Array.from({ length: total }, (_, at) => at).filter((at) =>
        sampleLogLine(at).text.includes(text),
      );
      return { matches };
    },
    jobLogLine: ({ offset }) => ({
      text: 'y'.repeat(20_000),
      length: 60_000,
      ...(offset < 40_000 && { next: offset + 20_000 }),
    }),
    cancelCell: () => ({}),
    cancelJob: ({ id }) => {
      stopped.set(id, now());
      return read(id);
    },
    removeJob: ({ id }) => {
      jobs.delete(id);
      return {};
    },
  };
}
