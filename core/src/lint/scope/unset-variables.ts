import { setsVariable } from '../shell/assigned-names.ts';
import type { ShellVariable } from '../shell/script.ts';
import type { Run } from '../stages/runs.ts';
import type { Scopes } from './scopes.ts';

/** The variables that a RUN step reads and that neither ARG, ENV nor the step itself sets: the shell puts in nothing. */
export function unsetVariables({ script, text, instruction }: Run, scopes: Scopes): readonly ShellVariable[] {
  const scope = scopes.before(instruction);
  const isSet = new Map<string, boolean>();
  return script.variables.filter(({ name }) => {
    if (scope.has(name)) return false;
    const known = isSet.get(name) ?? setsVariable(script, name, text);
    isSet.set(name, known);
    return !known;
  });
}

/** Whether the script itself says what an unset variable means: `${A:-b}`, `${A:+b}`, `${A:?}`. */
export function expectsUnset({ operator }: ShellVariable): boolean {
  return operator !== undefined && /^:?[-=?+]$/.test(operator);
}
