import type { LintContext } from './context.ts';
import type { Scope, Scopes } from './scope/scopes.ts';

/**
 * The value of an ARG whose default is the same for every platform; undefined where it depends on the platform,
 * where the caller gives it, and for ENV. `scopeOf` picks the place.
 */
export function constantDefault(
  name: string,
  scopeOf: (scopes: Scopes) => Scope,
  context: LintContext,
): string | undefined {
  const variable = scopeOf(context.scopes).get(name);
  if (variable?.origin !== 'default') return undefined;
  const other = scopeOf(context.scopesFor({ os: 'linux', architecture: 'riscv64' })).get(name);
  return other?.value === variable.value ? variable.value : undefined;
}
