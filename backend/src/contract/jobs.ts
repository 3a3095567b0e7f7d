import { z } from 'zod';
import { bytes, cellSchema, digestText, failureSchema, hostCommandSchema, timeMs } from './basics.ts';
import { JOB_KINDS, jobRequestSchema } from './job-request.ts';
import { sourceLineSchema } from './lint.ts';
import { howSchema, tabCommandSchema } from './projects.ts';
import { toldSchema } from './told.ts';

/**
 * `waiting`: the tab has to run its start (`HostCommand`). `lost`: its container or process is gone, and nobody saw
 * how it ended.
 */
export const jobStateSchema = z.enum(['waiting', 'running', 'done', 'failed', 'cancelled', 'lost']);
export type JobState = z.infer<typeof jobStateSchema>;

export function hasEnded(state: JobState): boolean {
  return state !== 'waiting' && state !== 'running';
}

export const phaseSchema = z.enum([
  'resolve',
  'save',
  'fetch',
  'verify',
  'load',
  'push',
  'read-back',
  'build',
]);

/** How far a transfer is. */
export const progressSchema = z.object({
  phase: phaseSchema.exactOptional(),
  /** Bytes of the phase. */
  done: bytes,
  total: bytes.exactOptional(),
  blobsDone: z.number().int(),
  blobs: z.number().int().exactOptional(),
  /** Bytes in a second, over the last few. */
  rate: bytes,
  secondsLeft: z.number().nonnegative().exactOptional(),
});
export type JobProgress = z.infer<typeof progressSchema>;

export const cellStateSchema = z.enum([
  'queued',
  'building',
  /** Built, with every step from the cache. */
  'cached',
  'done',
  'failed',
  /** Not built, because a cell it needs failed. */
  'blocked',
  'cancelled',
  'impossible',
]);
export type BuildCellState = z.infer<typeof cellStateSchema>;

/** Where in a Dockerfile a cell failed. */
export const excerptSchema = z.object({
  file: z.string().exactOptional(),
  line: z.number().int().exactOptional(),
  lines: z.array(sourceLineSchema),
});

/** One cell of a build, as far as it is. */
export const buildCellSchema = z.object({
  /** `backend@linux/arm64`. */
  id: z.string(),
  component: z.string(),
  platform: z.string(),
  /** False: only other cells need it. */
  wanted: z.boolean(),
  how: howSchema.exactOptional(),
  node: z.string().exactOptional(),
  state: cellStateSchema,
  /** The step it is at. */
  step: z.string().exactOptional(),
  stepsDone: z.number().int().exactOptional(),
  stepsTotal: z.number().int().exactOptional(),
  percent: z.number().min(0).max(100).exactOptional(),
  startedAt: timeMs.exactOptional(),
  endedAt: timeMs.exactOptional(),
  /** Why it failed, is blocked or impossible. */
  reason: z.string().exactOptional(),
  /** One of core's causes of failures, such as `emulation-missing`. */
  cause: z.string().exactOptional(),
  suggestion: z.string().exactOptional(),
  excerpt: excerptSchema.exactOptional(),
  digest: digestText.exactOptional(),
  /** Lines of the job's log that are its own. */
  logLines: z.number().int(),
});
export type BuildCellReport = z.infer<typeof buildCellSchema>;

export const bundleMadeSchema = z.object({
  path: z.string(),
  id: digestText.exactOptional(),
  size: bytes.exactOptional(),
  complete: z.boolean(),
});

export const countsSchema = z.object({
  cells: z.number().int(),
  done: z.number().int(),
  failed: z.number().int(),
  running: z.number().int(),
});

/** A job in a list. */
export const jobSummarySchema = z.object({
  id: z.string(),
  kind: z.enum(JOB_KINDS),
  /** For people: the folder, file or image it is about. */
  title: z.string(),
  state: jobStateSchema,
  /** `tab`: it runs through the host's CLI, and leaving the tab ends it. */
  runner: z.enum(['container', 'process', 'tab']),
  createdAt: timeMs,
  startedAt: timeMs.exactOptional(),
  endedAt: timeMs.exactOptional(),
  /** Of the command line: 0, 3 for missing cells, … */
  exitCode: z.number().int().exactOptional(),
  error: failureSchema.exactOptional(),
  counts: countsSchema.exactOptional(),
  progress: progressSchema.exactOptional(),
  bundle: bundleMadeSchema.exactOptional(),
  /** The job that this one repeats. */
  retryOf: z.string().exactOptional(),
});
export type JobSummary = z.infer<typeof jobSummarySchema>;

/** What an ended job found, by its kind; what the command line printed as its document. */
export const jobResultSchema = z.object({
  complete: z.boolean().exactOptional(),
  cells: z.array(cellSchema).exactOptional(),
  /** Verify. */
  integrity: z.enum(['ok', 'failed']).exactOptional(),
  signed: z.boolean().exactOptional(),
  problems: z
    .array(
      z.object({
        code: z.string(),
        message: z.string(),
        image: z.string().exactOptional(),
        platform: z.string().exactOptional(),
        digest: digestText.exactOptional(),
        offset: z.number().exactOptional(),
      }),
    )
    .exactOptional(),
  /** Import: the receipt's names. */
  names: z
    .array(
      z.object({
        image: z.string(),
        name: z.string(),
        action: z.string(),
        wanted: digestText,
        found: digestText.exactOptional(),
      }),
    )
    .exactOptional(),
  /** Import: where it went. */
  target: z.object({ kind: z.string(), label: z.string() }).exactOptional(),
  /** Manifest: the index that was made. */
  digest: digestText.exactOptional(),
  /** Lists were cut to fit a response; the log holds the document. */
  cut: z.boolean().exactOptional(),
});
export type JobResult = z.infer<typeof jobResultSchema>;

export const noteSchema = toldSchema.extend({ time: timeMs, level: z.enum(['info', 'warning']) });

/** A job in full: enough to draw its page after a reload, before the first event. */
export const jobSchema = jobSummarySchema.extend({
  request: jobRequestSchema,
  /** Why it does not run as it should, to be told to the user. */
  runnerNote: toldSchema.exactOptional(),
  /** What the tab runs instead. */
  inTab: z.array(tabCommandSchema).exactOptional(),
  /** The command line that is run, to copy. */
  command: z.array(z.string()),
  /** Of a build. */
  cells: z.array(buildCellSchema),
  /** The last ones. */
  notes: z.array(noteSchema),
  result: jobResultSchema.exactOptional(),
  logLines: z.number().int(),
  /** The last event that this account includes: ask for events after it. */
  cursor: z.number().int(),
  /** While `waiting`: what the tab has to run. */
  run: hostCommandSchema.exactOptional(),
});
export type Job = z.infer<typeof jobSchema>;

/** What happens to a job. Each is whole: `cell` replaces the cell of that id. */
export const jobEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('job'), job: jobSummarySchema }),
  z.object({ type: z.literal('progress'), progress: progressSchema }),
  z.object({ type: z.literal('cell'), cell: buildCellSchema }),
  z.object({ type: z.literal('note'), note: noteSchema }),
  /** The log has grown to this, by a line of this cell when one is named, of which there are so many now. */
  z.object({
    type: z.literal('log'),
    lines: z.number().int(),
    cell: z.object({ id: z.string(), lines: z.number().int() }).exactOptional(),
  }),
]);
export type JobEvent = z.infer<typeof jobEventSchema>;

export const logLineSchema = z.object({
  /** Of the whole log, from 0. */
  number: z.number().int(),
  time: timeMs.exactOptional(),
  /** Id of the cell it belongs to. */
  cell: z.string().exactOptional(),
  stream: z.enum(['stdout', 'stderr']),
  /** With control characters and escape sequences as they came: never to be rendered as HTML. */
  text: z.string(),
  /** Characters of the whole line, where `text` is only its start. */
  length: z.number().int().exactOptional(),
});
export type LogLine = z.infer<typeof logLineSchema>;
