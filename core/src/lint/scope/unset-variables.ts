import type { ShellVariable } from '../shell/script.ts';
import { setsVariable, type Run } from '../stages/runs.ts';
import type { Scopes } from './scopes.ts';

/** The variables that a RUN step reads and that neither ARG, ENV nor the step itself sets: the shell puts in nothing. */
export function unsetVariables(run: Run, scopes: Scopes): readonly ShellVariable[] {
  const scope = scopes.before(run.instruction);
  return run.script.variables.filter(({ name }) => !scope.has(name) && !setsVariable(run, name));
}

/** Whether the script itself says what an unset variable means: `${A:-b}`, `${A:+b}`, `${A:?}`. */
export function expectsUnset({ operator }: ShellVariable): boolean {
  return operator !== undefined && /^:?[-=?+]$/.test(operator);
}
