import type { BuildModel, BuildStep } from './build-model.ts';
import { parseErrorExcerpt, parseFinalError, type ErrorExcerpt } from './error-excerpt.ts';
import { CAUSE_RULES, type CauseContext, type FailureCause } from './failure-causes.ts';

/** Why a build failed, and what would help. Plain data. */
export interface BuildFailure {
  readonly cause: FailureCause;
  /** Whether the same build may go well the next time. */
  readonly transient: boolean;
  /** What was said, in one line. */
  readonly message: string;
  /** The step that failed, as the Dockerfile has it; absent when the build did not get that far. */
  readonly step?: string;
  /** Where in the Dockerfile. */
  readonly at?: ErrorExcerpt;
  readonly suggestion?: string;
  /** The last lines of the failed step's output; of a build that got to no step, what buildx said besides. */
  readonly log: readonly string[];
}

/**
 * Tells from a build's model why it failed. Steps that were stopped because another failed are no failures. To be
 * asked only of a build that did fail: a build that went well has no cause.
 */
export function diagnoseBuild(model: BuildModel, context: CauseContext = {}): BuildFailure {
  const failed = model.steps.find(({ state }) => state === 'failed');
  const errors = [parseFinalError(model.text), failed?.error].filter((each) => each !== undefined);
  const output = failed?.log ?? [];
  const at = parseErrorExcerpt(model.text);
  const message = messageOf(errors[0] ?? model.text.at(-1));
  const said = model.text.filter((line) => !line.endsWith(message));
  return {
    ...findCause(errors.map(withoutCommand).join('\n'), output.join('\n'), context),
    message,
    ...(failed !== undefined && { step: stepText(failed) }),
    ...(at !== undefined && { at }),
    log: (at === undefined && output.length === 0 ? said : output).slice(-LOG_LINES),
  };
}

const LOG_LINES = 20;

const MESSAGE_LENGTH = 400;

function messageOf(error = 'buildx gave no reason'): string {
  const line = withoutCommand(error).split('\n')[0] ?? '';
  return line.length <= MESSAGE_LENGTH ? line : `${line.slice(0, MESSAGE_LENGTH - 1)}…`;
}

/** A process that failed quotes its whole command: the step says it already, and it is no part of the error. */
function withoutCommand(error: string): string {
  return error.replace(/process "(?:[^"\\]|\\.)*" (did not complete successfully)/g, 'the command $1');
}

function stepText({ text, stage, step }: BuildStep): string {
  const where = [stage, step === undefined ? undefined : `${step.number}/${step.of}`];
  const brackets = where.filter((each) => each !== undefined).join(' ');
  return brackets === '' ? text : `[${brackets}] ${text}`;
}

interface FoundCause {
  readonly cause: FailureCause;
  readonly transient: boolean;
  readonly suggestion?: string;
}

function findCause(error: string, log: string, context: CauseContext): FoundCause {
  for (const { cause, transient, where, pattern, applies, suggest } of CAUSE_RULES) {
    if (applies?.(context) === false) continue;
    const texts = where === 'error' ? [error] : where === 'log' ? [log] : [error, log];
    const [match] = texts.map((text) => pattern.exec(text)).filter((each) => each !== null);
    if (match === undefined) continue;
    const suggestion = suggest?.(match, context);
    return { cause, transient, ...(suggestion !== undefined && { suggestion }) };
  }
  return { cause: 'unknown', transient: false };
}
