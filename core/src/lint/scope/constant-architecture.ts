import { findArchitectures } from '../architectures.ts';
import type { LintContext } from '../context.ts';
import type { Scope, Scopes } from './scopes.ts';

/**
 * The value of an ARG whose default names an architecture, the same for every platform; undefined where it depends
 * on the platform, where the caller gives it, and for ENV. `scopeOf` picks the place.
 */
export function constantArchitecture(
  name: string,
  scopeOf: (scopes: Scopes) => Scope,
  context: LintContext,
): string | undefined {
  const { origin, value = '' } = scopeOf(context.scopes).get(name) ?? {};
  if (origin !== 'default' || findArchitectures(value).length === 0) return undefined;
  const other = scopeOf(context.scopesFor({ os: 'linux', architecture: 'riscv64' })).get(name);
  return other?.value === value ? value : undefined;
}
