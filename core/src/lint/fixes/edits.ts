import type { LintContext } from '../context.ts';
import type { Edit } from '../rule.ts';
import type { Run } from '../stages/runs.ts';

/** Puts text in before an offset. */
export function insertAt(offset: number, text: string): Edit {
  return { start: offset, end: offset, text };
}

/** Declares those of the ARGs that a step does not see, on lines of their own before it. */
export function declareArgs(
  context: LintContext,
  { instruction }: Pick<Run, 'instruction'>,
  names: readonly string[],
): readonly Edit[] {
  const scope = context.scopes.before(instruction);
  const missing = names.filter((name) => !scope.has(name));
  const { onBuild } = instruction;
  const [at, keyword] = onBuild === undefined ? [instruction.start, 'ARG'] : [onBuild.start, 'ONBUILD ARG'];
  return missing.map((name) => insertAt(at, `${keyword} ${name}\n`));
}
