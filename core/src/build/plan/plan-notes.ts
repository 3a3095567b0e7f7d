import { familiarReference } from '../../model/index.ts';
import { hasIndexAnnotation } from '../annotations.ts';
import type { BuildCell } from '../build-plan.ts';
import type { PlanBuilder } from '../facts.ts';

/** What a person should know before a build, and what of the definition is not done as it says. */
export function planNotes(
  cells: readonly BuildCell[],
  leftOut: ReadonlyMap<string, readonly string[]>,
  builder: PlanBuilder,
): readonly string[] {
  return [
    ...[...leftOut].map(
      ([platform, names]) =>
        `not for ${platform}, because the definition gives them other platforms: ${names.join(', ')}`,
    ),
    ...engineNote(cells, builder),
    ...cacheNotes(cells),
    ...annotationNote(cells),
  ];
}

function engineNote(cells: readonly BuildCell[], { name }: PlanBuilder): readonly string[] {
  const first = cells.flatMap(({ settings }) =>
    settings.outputs.flatMap((output) => (output.kind === 'engine' ? output.tags : [])),
  )[0];
  if (first === undefined) return [];
  return [
    `the builder ${name} has a classic image store, without OCI exporter and indexes: each result is kept in the engine under an arch tag such as ${familiarReference(first)}`,
  ];
}

function cacheNotes(cells: readonly BuildCell[]): readonly string[] {
  const writing = cells.filter(({ target }) => target.cacheTo.some(({ type }) => type !== 'inline'));
  const dropped = namesOf(writing.filter(({ settings }) => !settings.exportsCache));
  const split = namesOf(writing.filter(({ settings }) => settings.exportsCache && settings.ownCaches));
  return [
    ...(dropped === '' ? [] : [`no cache is written for ${dropped}: the builder cannot`]),
    ...(split === '' ? [] : [`caches of ${split} are written for each platform under a name of its own`]),
  ];
}

function annotationNote(cells: readonly BuildCell[]): readonly string[] {
  const alone = cells.filter(({ id, unit }) => unit === id);
  const names = namesOf(alone.filter(({ target }) => target.annotations.some(hasIndexAnnotation)));
  if (names === '') return [];
  return [`annotations of the index are left out for ${names}: platforms are built each on its own`];
}

function namesOf(cells: readonly BuildCell[]): string {
  return [...new Set(cells.map(({ target }) => target.name))].join(', ');
}
