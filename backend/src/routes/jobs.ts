import type { Handlers } from '../http/serve.ts';
import { cancelCell } from '../jobs/cancel-cell.ts';
import { readLogLine, readLogPage, searchLog } from '../jobs/log/read-log.ts';
import { feedTabJob } from '../jobs/tab/tab-job.ts';
import type { Services } from '../services.ts';

type JobHandlers = Pick<
  Handlers,
  | 'startJob'
  | 'jobs'
  | 'job'
  | 'jobEvents'
  | 'jobLog'
  | 'searchJobLog'
  | 'jobLogLine'
  | 'cancelJob'
  | 'cancelCell'
  | 'feedJob'
  | 'removeJob'
  | 'history'
  | 'setHistory'
  | 'clearHistory'
>;

export function jobHandlers(services: Services): JobHandlers {
  return { ...runningHandlers(services), ...historyHandlers(services) };
}

type HistoryHandlers = Pick<JobHandlers, 'removeJob' | 'history' | 'setHistory' | 'clearHistory'>;

function runningHandlers(services: Services): Omit<JobHandlers, keyof HistoryHandlers> {
  const { jobs, store } = services;
  return {
    startJob: ({ job, inTab, retryOf }) => jobs.start(job, { inTab, retryOf }),
    jobs: async ({ kind, state, search, before, limit }) => {
      const states = state === undefined ? undefined : [state];
      const page = await store.page({ kind, states, search, before, limit });
      // What runs is further than it was when it was last stored.
      const now = page.jobs.map((each) => jobs.live(each.id)?.record.summary ?? each);
      return { ...page, jobs: now };
    },
    job: ({ id }) => jobs.get(id),
    jobEvents: async ({ id, after, limit, waitMs }) => {
      const live = jobs.live(id);
      if (live === undefined) {
        await jobs.get(id);
        return { events: [], cursor: 0, reset: after !== 0, ended: true };
      }
      await live.events.wait(after, waitMs);
      return live.events.read(after, limit);
    },
    jobLog: async ({ id, ...selection }, { signal }) => readLogPage(await jobs.log(id, signal), selection),
    searchJobLog: async ({ id, ...search }, { signal }) =>
      searchLog(await jobs.log(id, signal), search, signal),
    jobLogLine: async ({ id, number, offset }, { signal }) =>
      readLogLine(await jobs.log(id, signal), number, offset),
    cancelJob: ({ id }) => jobs.cancel(id),
    cancelCell: (request, call) => cancelCell(request, services, call),
    feedJob: async ({ id, ...fed }) => {
      await feedTabJob(jobs, id, fed);
      return {};
    },
  };
}

function historyHandlers({ jobs, store }: Services): HistoryHandlers {
  return {
    removeJob: async ({ id }) => {
      await jobs.remove(id);
      return {};
    },
    history: async () => {
      const totals = await store.totals();
      return { jobs: totals.jobs, bytes: totals.logBytes, ...(await jobs.history.limits()) };
    },
    setHistory: async (limits) => {
      await jobs.history.setLimits(limits);
      await jobs.clear('beyond-limits');
      return {};
    },
    clearHistory: async () => ({ removed: await jobs.clear('ended') }),
  };
}
