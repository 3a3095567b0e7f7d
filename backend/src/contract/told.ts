import { NOTES } from '@xbundle/core/model';
import { z } from 'zod';

/**
 * A sentence for people. Who tells it in another language has one for its `code`, with the same `values`; without a
 * code, or with one that is not known, it is told as it is.
 */
export const toldSchema = z.object({
  message: z.string(),
  code: z.string().exactOptional(),
  values: z.record(z.string(), z.string()).exactOptional(),
});
export type ToldText = z.infer<typeof toldSchema>;

/** Why a job does not run as it should. */
export const RUNNER_NOTES = {
  'runs-in-backend': "It runs inside the extension's backend: {reason}",
  'all-run-in-backend':
    "Jobs run inside the extension's backend, which sees no folders of this machine: {reason}",
  'found-again':
    'The tab was left while this build ran in it, which stops a build. What became of it was read from the history of the builder.',
} as const;

/** What happened to a job, beside what core tells. */
export const JOB_NOTES = {
  retry: 'trying {what} again: {reason}',
  'service-starting': '{name}: starting',
  'service-ready': '{name}: ready',
  'service-removed': '{name}: removed',
} as const;

/** Everything that is told in this way. */
export const SENTENCES = { ...NOTES, ...RUNNER_NOTES, ...JOB_NOTES } as const;
