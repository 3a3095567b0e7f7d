import { familiarReference, NOTES, tell, type Told } from '../../model/index.ts';
import { hasIndexAnnotation } from '../annotations.ts';
import type { BuildCell } from '../build-plan.ts';
import type { PlanBuilder } from '../facts.ts';

/** What a person should know before a build, and what of the definition is not done as it says. */
export function planNotes(
  cells: readonly BuildCell[],
  leftOut: ReadonlyMap<string, readonly string[]>,
  builder: PlanBuilder,
): readonly Told[] {
  return [
    ...[...leftOut].map(([platform, names]) =>
      tell(NOTES, 'platform-left-out', { platform, components: names.join(', ') }),
    ),
    ...engineNote(cells, builder),
    ...cacheNotes(cells),
    ...annotationNote(cells),
  ];
}

function engineNote(cells: readonly BuildCell[], { name }: PlanBuilder): readonly Told[] {
  const first = cells.flatMap(({ settings }) =>
    settings.outputs.flatMap((output) => (output.kind === 'engine' ? output.tags : [])),
  )[0];
  if (first === undefined) return [];
  return [tell(NOTES, 'kept-in-engine', { builder: name, tag: familiarReference(first) })];
}

function cacheNotes(cells: readonly BuildCell[]): readonly Told[] {
  const writing = cells.filter(({ target }) => target.cacheTo.some(({ type }) => type !== 'inline'));
  const dropped = namesOf(writing.filter(({ settings }) => !settings.exportsCache));
  const split = namesOf(writing.filter(({ settings }) => settings.exportsCache && settings.ownCaches));
  return [
    ...(dropped === '' ? [] : [tell(NOTES, 'cache-not-written', { components: dropped })]),
    ...(split === '' ? [] : [tell(NOTES, 'caches-apart', { components: split })]),
  ];
}

function annotationNote(cells: readonly BuildCell[]): readonly Told[] {
  const alone = cells.filter(({ id, unit }) => unit === id);
  const names = namesOf(alone.filter(({ target }) => target.annotations.some(hasIndexAnnotation)));
  if (names === '') return [];
  return [tell(NOTES, 'index-annotations-left-out', { components: names })];
}

function namesOf(cells: readonly BuildCell[]): string {
  return [...new Set(cells.map(({ target }) => target.name))].join(', ');
}
