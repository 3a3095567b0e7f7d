import { z } from 'zod';
import { jobSchema, jobSummarySchema, toldSchema, type Job, type JobSummary } from '../../contract.ts';

/** All that is kept of a job, apart from its log. */
export const jobRecordSchema = jobSchema
  .pick({
    request: true,
    inTab: true,
    command: true,
    cells: true,
    notes: true,
    result: true,
    logLines: true,
  })
  .extend({
    summary: jobSummarySchema,
    /** Jobs of earlier versions have the sentence alone. */
    runnerNote: z.union([toldSchema, z.string().transform((message) => ({ message }))]).exactOptional(),
    logBytes: z.number().int(),
    /** The user asked for its end. */
    cancelled: z.boolean(),
  });
export type JobRecord = z.infer<typeof jobRecordSchema>;

/** What a search looks through. */
export function searchText({ title, kind, error, bundle }: JobSummary): string {
  return [title, kind, error?.code, error?.message, bundle?.path].filter(Boolean).join('\n').toLowerCase();
}

/** Sorts by time of creation, and after that by id. */
export function orderKey({ createdAt, id }: Pick<JobSummary, 'createdAt' | 'id'>): string {
  return `${String(createdAt).padStart(15, '0')}-${id}`;
}

/** As the contract has it. `cursor`: the last event that it includes. */
export function jobOf(record: JobRecord, cursor: number): Job {
  const { summary, request, runnerNote, inTab, command, cells, notes, result, logLines } = record;
  return {
    ...summary,
    request,
    ...(runnerNote !== undefined && { runnerNote }),
    ...(inTab !== undefined && { inTab }),
    command,
    cells,
    notes,
    ...(result !== undefined && { result }),
    logLines,
    cursor,
  };
}
