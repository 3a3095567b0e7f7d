import type { BuildDefinition, BuildTarget } from './target.ts';

/** Names of the components that must be done before this one: those it is made of, then those it waits for. */
export function neededTargets({ contexts, needs }: BuildTarget): readonly string[] {
  const linked = Object.values(contexts).flatMap((named) => (named.kind === 'target' ? [named.target] : []));
  return [...new Set([...linked, ...needs])];
}

/** Named contexts that no component makes, with what buildx is given for each. */
export function valueContexts({ contexts }: Pick<BuildTarget, 'contexts'>): Readonly<Record<string, string>> {
  const entries = Object.entries(contexts).flatMap(([name, context]) =>
    context.kind === 'value' ? [[name, context.value] as const] : [],
  );
  return Object.fromEntries(entries);
}

/** The selected components and all that these need, in the order of the definition. */
export function reachableTargets({ targets, selected }: BuildDefinition): readonly BuildTarget[] {
  const byName = new Map(targets.map((target) => [target.name, target]));
  const found = new Set<string>(selected);
  // A set's iterator also visits what is added meanwhile.
  for (const name of found) {
    const target = byName.get(name);
    for (const needed of target === undefined ? [] : neededTargets(target)) found.add(needed);
  }
  return targets.filter(({ name }) => found.has(name));
}
