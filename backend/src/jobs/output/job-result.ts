import { z } from 'zod';
import {
  bundleMadeSchema,
  errorSchema,
  jobResultSchema,
  RESPONSE_BYTES,
  type Failure,
  type JobRequest,
  type JobResult,
  type JobSummary,
  jsonOf,
} from '../../contract.ts';

/** What an ended job says of itself. */
export interface JobOutcome {
  readonly error?: Failure;
  readonly result?: JobResult;
  readonly bundle?: z.infer<typeof bundleMadeSchema>;
}

export interface EndedProgram {
  readonly request: JobRequest;
  readonly exitCode: number;
  /** All that it printed on standard output. */
  readonly document: string;
  /** The last line of its standard error. */
  readonly lastWords: string | undefined;
}

const madeSchema = z.looseObject({
  complete: z.boolean().optional(),
  written: z.boolean().optional(),
  id: z.string().optional(),
  size: z.number().optional(),
  outputs: z
    .array(z.looseObject({ kind: z.string(), id: z.string().optional(), size: z.number().optional() }))
    .optional(),
});

/** Reads what the command line printed. Pure. */
export function jobOutcome(program: EndedProgram): JobOutcome {
  const value = jsonOf(program.document);
  const error = errorSchema.safeParse(value).data?.error ?? failureOf(program);
  const result = cutToFit(jobResultSchema.safeParse(value).data);
  const bundle = bundleOf(program.request, value);
  return {
    ...(error !== undefined && { error }),
    ...(result !== undefined && Object.keys(result).length > 0 && { result }),
    ...(bundle !== undefined && { bundle }),
  };
}

/** The documents of `import` and `verify` may hold many thousands of cells. */
function cutToFit(result: JobResult | undefined): JobResult | undefined {
  if (result === undefined || JSON.stringify(result).length < RESPONSE_BYTES / 2) return result;
  return {
    ...result,
    ...(result.cells !== undefined && { cells: result.cells.slice(0, 1_000) }),
    ...(result.names !== undefined && { names: result.names.slice(0, 500) }),
    ...(result.problems !== undefined && { problems: result.problems.slice(0, 500) }),
    cut: true,
  };
}

/** The meaning of exit codes: core's table. */
const MEANINGS: ReadonlyMap<number, Failure> = new Map([
  [3, { code: 'INCOMPLETE', message: 'Cells are missing.' }],
  [4, { code: 'DIGEST_MISMATCH', message: 'The bytes are not what their digests say.' }],
  [130, { code: 'INTERRUPTED', message: 'It was interrupted.' }],
  [137, { code: 'INTERRUPTED', message: 'It was killed, perhaps because memory ran out.' }],
  [143, { code: 'INTERRUPTED', message: 'It was ended.' }],
]);

function failureOf({ exitCode, lastWords }: EndedProgram): Failure | undefined {
  if (exitCode === 0) return undefined;
  const known = MEANINGS.get(exitCode);
  if (known !== undefined) return known;
  return {
    code: 'INTERNAL',
    message: lastWords ?? `It ended with exit code ${exitCode} and gave no reason.`,
  };
}

function bundleOf(request: JobRequest, value: unknown): JobSummary['bundle'] {
  const made = madeSchema.safeParse(value).data;
  const path = pathOf(request);
  if (made === undefined || path === undefined) return undefined;
  const complete = made.complete === true;
  if (request.kind === 'export' && made.written !== true) return undefined;
  const output = request.kind === 'build' ? made.outputs?.find(({ kind }) => kind === 'export') : made;
  if (output === undefined) return undefined;
  const parsed = bundleMadeSchema.safeParse({ path, id: output.id, size: output.size, complete });
  return parsed.success ? parsed.data : { path, complete };
}

function pathOf(request: JobRequest): string | undefined {
  switch (request.kind) {
    case 'export':
      return request.output;
    case 'build':
      return request.export;
    case 'manifest':
      return request.into;
    default:
      return undefined;
  }
}
