import { EXIT_CODES, XbundleError, type ErrorCode } from '@xbundle/core';
import type { z } from 'zod';
import { errorSchema, jsonOf } from '../contract.ts';
import type { Call } from '../http/slow-answers.ts';
import type { Places } from '../jobs/command/places.ts';

/** A question that the command line answers with one document. */
export interface CliQuestion {
  /** For people: `reading the plan`. */
  readonly what: string;
  /** Called once; `places` says how the program sees the user's paths. */
  readonly args: (places: Places) => readonly string[];
  readonly cwd?: string | undefined;
  readonly needsEngine: boolean;
  /** Whether it asks the kernel for its emulators, at `places.binfmt`, which may turn out not to be there. */
  readonly needsBinfmt?: boolean;
}

/** What the command line printed. */
export interface CliPrinted {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Has the command line answer questions where the user's files are. */
export interface CliTasks {
  run(question: CliQuestion, call: Call): Promise<CliPrinted>;
}

/**
 * The document that answers a question. Throws the command line's own error, with its code; a document that says
 * that something is missing (exit code 3) is an answer.
 */
export async function askCli<T>(
  tasks: CliTasks,
  question: CliQuestion,
  { schema, call }: { readonly schema: z.ZodType<T>; readonly call: Call },
): Promise<T> {
  call.tell(question.what);
  const { exitCode, stdout, stderr } = await tasks.run(question, call);
  const value = jsonOf(stdout);
  const told = errorSchema.safeParse(value).data?.error;
  if (told !== undefined) throw new XbundleError(knownCode(told.code), told.message);
  const answer = schema.safeParse(value);
  if (answer.success) return answer.data;
  const words = stderr.trim().split('\n').at(-1) ?? '';
  const reason =
    value === undefined ? words : (answer.error.issues[0]?.message ?? 'another document than expected');
  throw new XbundleError('INTERNAL', `${question.what}: xbundle ended with exit code ${exitCode}: ${reason}`);
}

function knownCode(code: string): ErrorCode {
  return code in EXIT_CODES ? (code as ErrorCode) : 'INTERNAL';
}
