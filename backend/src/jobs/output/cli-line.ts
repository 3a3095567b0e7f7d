import { z } from 'zod';
import { howSchema, jsonOf, phaseSchema, toldSchema } from '../../contract.ts';

/** What `--progress=json` of the command line prints, as far as it is shown. Unknown members are left alone. */
const stepSchema = z.looseObject({ text: z.string(), state: z.string(), number: z.number().optional() });

const excerptSchema = z.looseObject({
  file: z.string(),
  line: z.number().int(),
  source: z.array(z.string()),
});

const failureSchema = z.looseObject({
  message: z.string(),
  cause: z.string().optional(),
  step: z.string().optional(),
  suggestion: z.string().optional(),
  at: excerptSchema.optional(),
});

const cellSchema = z.looseObject({
  id: z.string(),
  component: z.string(),
  platform: z.string(),
  wanted: z.boolean(),
  how: howSchema,
  node: z.string().optional(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'wrong', 'blocked', 'canceled']),
  cached: z.boolean().optional(),
  kept: z.boolean().optional(),
  durationMs: z.number().optional(),
  failure: failureSchema.optional(),
  reason: z.string().optional(),
});
export type CliCell = z.infer<typeof cellSchema>;

const buildEventSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('step'), step: stepSchema }),
  z.looseObject({ type: z.literal('progress'), step: stepSchema }),
  z.looseObject({ type: z.literal('log'), text: z.string(), stream: z.number().optional() }),
  z.looseObject({ type: z.literal('warning'), warning: z.looseObject({ text: z.string() }) }),
  z.looseObject({ type: z.literal('text'), text: z.string() }),
]);

const transferSchemas = [
  z.looseObject({
    type: z.literal('phase'),
    phase: phaseSchema,
    bytes: z.number().optional(),
    blobs: z.number().optional(),
  }),
  z.looseObject({ type: z.literal('blob'), digest: z.string(), bytes: z.number(), size: z.number() }),
  z.looseObject({ type: z.literal('blob-done'), digest: z.string(), size: z.number(), how: z.string() }),
  z.looseObject({ type: z.literal('bytes'), bytes: z.number(), total: z.number().optional() }),
  z.looseObject({ ...toldSchema.shape, type: z.literal('note'), level: z.enum(['info', 'warning']) }),
] as const;

const transferRetry = z.looseObject({ type: z.literal('retry'), what: z.string(), reason: z.string() });
const transferSchema = z.union([...transferSchemas, transferRetry]);
export type CliTransfer = z.infer<typeof transferSchema>;

const lineSchema = z.union([
  z.looseObject({ type: z.literal('cell'), cell: cellSchema }),
  z.looseObject({
    type: z.literal('build'),
    cell: z.string(),
    event: buildEventSchema,
    counts: z.looseObject({ total: z.number().int(), ended: z.number().int() }),
  }),
  z.looseObject({
    type: z.literal('retry'),
    cell: z.string(),
    attempt: z.number(),
    reason: z.string(),
  }),
  z.looseObject({ type: z.literal('service'), name: z.string(), state: z.string() }),
  z.looseObject({ type: z.literal('output'), output: z.string(), event: transferSchema }),
  transferSchema,
]);

/** `seconds`: since the command was started. */
export type CliLine = z.infer<typeof lineSchema> & { readonly time?: unknown };

/** A line of progress; undefined for a line of plain text, which anything else is. */
export function parseCliLine(text: string): CliLine | undefined {
  if (!text.startsWith('{')) return undefined;
  return lineSchema.safeParse(jsonOf(text)).data;
}
