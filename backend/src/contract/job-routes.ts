import { z } from 'zod';
import { DEFAULT_PAGE, MAX_PAGE, nothing, queryNumber, WAIT_MS } from './basics.ts';
import { JOB_KINDS, jobRequestSchema } from './job-request.ts';
import { jobEventSchema, jobSchema, jobStateSchema, jobSummarySchema, logLineSchema } from './jobs.ts';
import { tabCommandSchema } from './projects.ts';
import { route } from './route.ts';

export const jobId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
const onlyId = z.strictObject({ id: jobId });

/** What a build in the tab says in one request. A line of BuildKit may have 1 MiB of output, which it tells as base64. */
export const FEED_CHARACTERS = 2_000_000;
export const FEED_LINES = 1_000;

const limit = queryNumber.min(1).max(MAX_PAGE).default(DEFAULT_PAGE);

export const jobRoutes = {
  /** Starts a job. Where the tab has to start it, the answer is `waiting` with `run`. */
  startJob: route({
    method: 'POST',
    path: '/api/jobs',
    request: z.strictObject({
      job: jobRequestSchema,
      /**
       * What `tabCommands` answered: a build with the credentials, builders or ssh of the host, which the tab runs and
       * tells of by `feedJob`.
       */
      inTab: z.array(tabCommandSchema).min(1).max(1_000).exactOptional(),
      retryOf: jobId.exactOptional(),
    }),
    response: jobSchema,
  }),
  /** The latest first. */
  jobs: route({
    method: 'GET',
    path: '/api/jobs',
    request: z.strictObject({
      kind: z.enum(JOB_KINDS).exactOptional(),
      state: jobStateSchema.exactOptional(),
      /** In title, kind, error. */
      search: z.string().max(200).exactOptional(),
      /** `next` of the page before. */
      before: z.string().max(100).exactOptional(),
      limit,
    }),
    response: z.object({
      jobs: z.array(jobSummarySchema),
      total: z.number().int(),
      next: z.string().exactOptional(),
    }),
  }),
  job: route({ method: 'GET', path: '/api/jobs/:id', request: onlyId, response: jobSchema }),
  /** What happened after an event. With `waitMs` it waits for the first. */
  jobEvents: route({
    method: 'GET',
    path: '/api/jobs/:id/events',
    request: z.strictObject({
      id: jobId,
      after: queryNumber.default(0),
      limit,
      waitMs: queryNumber.max(WAIT_MS).default(0),
    }),
    response: z.object({
      events: z.array(z.object({ cursor: z.number().int(), event: jobEventSchema })),
      /** The last event given, or `after`. */
      cursor: z.number().int(),
      /** Events after `after` are no longer kept, or the backend was restarted: read the job again. */
      reset: z.boolean(),
      /** The job has ended and all of its events are given. */
      ended: z.boolean(),
    }),
  }),
  /** Lines of the log, by number among those that match. */
  jobLog: route({
    method: 'GET',
    path: '/api/jobs/:id/log',
    request: z.strictObject({
      id: jobId,
      /** Of one cell. */
      cell: z.string().max(600).exactOptional(),
      /** The first line wanted, counted from 0 among the lines of the cell or job. Negative numbers: see `tail`. */
      from: queryNumber.default(0),
      /** Instead of `from`: the last so many lines. */
      tail: queryNumber.max(MAX_PAGE).exactOptional(),
      limit,
    }),
    response: z.object({
      /** Position of the first line among those of the cell or job. */
      from: z.number().int(),
      lines: z.array(logLineSchema),
      /** Lines of the cell or job so far. */
      total: z.number().int(),
    }),
    slow: true,
  }),
  /** Where a text stands: positions among the lines of the cell or job, case aside. */
  searchJobLog: route({
    method: 'GET',
    path: '/api/jobs/:id/log/search',
    request: z.strictObject({
      id: jobId,
      text: z.string().min(1).max(200),
      cell: z.string().max(600).exactOptional(),
      from: queryNumber.default(0),
      limit,
    }),
    response: z.object({
      matches: z.array(z.number().int()),
      /** Where to go on; absent when the end was reached. */
      next: z.number().int().exactOptional(),
    }),
    slow: true,
  }),
  /** A part of one long line. */
  jobLogLine: route({
    method: 'GET',
    path: '/api/jobs/:id/log/:number',
    request: z.strictObject({ id: jobId, number: queryNumber, offset: queryNumber.default(0) }),
    response: z.object({
      text: z.string(),
      length: z.number().int(),
      next: z.number().int().exactOptional(),
    }),
    slow: true,
  }),
  cancelJob: route({ method: 'POST', path: '/api/jobs/:id/cancel', request: onlyId, response: jobSchema }),
  /**
   * Asks a running build to do without a cell: others go on, and those that need it are blocked. NOT_FOUND (404)
   * when nothing is being built any more, UNSUPPORTED (501) for what is no build, or runs in the tab.
   */
  cancelCell: route({
    method: 'POST',
    path: '/api/jobs/:id/cells/cancel',
    request: z.strictObject({ id: jobId, cell: z.string().min(1).max(600) }),
    response: nothing,
    slow: true,
  }),
  /** What a build in the tab said, in order. NOT_FOUND (404) when the job has ended: the tab then stops it. */
  feedJob: route({
    method: 'POST',
    path: '/api/jobs/:id/feed',
    request: z.strictObject({
      id: jobId,
      /** Forgets what was told so far: it comes again, out of the builder's history. */
      again: z.boolean().default(false),
      /** Of whose command the rest is; none: the tab only says that it is there. */
      component: z.string().max(300).exactOptional(),
      /** Complete lines of `--progress=rawjson`, and plain ones. */
      lines: z.array(z.string().max(FEED_CHARACTERS)).max(FEED_LINES).default([]),
      /** The component's command has ended; 130: it was stopped, or never started. */
      exitCode: z.number().int().exactOptional(),
      /** The whole job has. */
      ended: z.boolean().default(false),
    }),
    response: nothing,
  }),
  /** Forgets a job that has ended, and its log. LOCKED (409) for one that runs. */
  removeJob: route({ method: 'DELETE', path: '/api/jobs/:id', request: onlyId, response: nothing }),
  history: route({
    method: 'GET',
    path: '/api/history',
    request: nothing,
    response: z.object({
      jobs: z.number().int(),
      /** Of logs and records. */
      bytes: z.number().int(),
      maxJobs: z.number().int(),
      maxBytes: z.number().int(),
    }),
  }),
  /** Limits; what is over them goes, the oldest first. */
  setHistory: route({
    method: 'PUT',
    path: '/api/history',
    request: z.strictObject({
      maxJobs: z.number().int().min(10).max(10_000),
      maxBytes: z.number().int().min(1_000_000).max(100_000_000_000),
    }),
    response: nothing,
  }),
  /** Forgets every job that has ended. */
  clearHistory: route({
    method: 'DELETE',
    path: '/api/history',
    request: nothing,
    response: z.object({ removed: z.number().int() }),
  }),
};
