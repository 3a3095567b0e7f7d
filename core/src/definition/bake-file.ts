import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { NOTES, tell, type OnProgress } from '../model/index.ts';
import type { Definition } from './definition.ts';
import { toDefinition } from './entries.ts';
import { definitionInvalid } from './place.ts';
import { readShape } from './shape.ts';
import type { LocatedValue } from './yaml-document.ts';

const names = z.array(z.string()).nullish();

const targetSchema = z.looseObject({
  tags: names,
  platforms: names,
  inherits: z.union([z.string(), z.array(z.string())]).nullish(),
});

const bakeSchema = z.looseObject({ target: z.record(z.string(), targetSchema) });

type Bake = z.infer<typeof bakeSchema>;
type Target = z.infer<typeof targetSchema>;
type Targets = Readonly<Record<string, Target>>;

/**
 * The tags of every target of a bake file in JSON, each for the target's platforms; `inherits` is followed.
 * Targets without tags have no image and are told through `onProgress`. Throws DEFINITION_INVALID.
 */
export function readBakeFile(source: LocatedValue, onProgress?: OnProgress): Definition {
  const { target: targets } = readShape<Bake>(bakeSchema, source);
  const { file, lineOf } = source;
  const inheritance: Inheritance = { targets, source, known: new Map() };
  const entries = Object.keys(targets).flatMap((target) => {
    const place = { file, line: lineOf(['target', target]) };
    const { tags, platforms } = resolveTarget(target, inheritance);
    if (tags.length === 0) noteUntagged(target, file, onProgress);
    return tags.map((name) => ({ name, place, ...(platforms.length > 0 && { platforms }) }));
  });
  return toDefinition({ place: { file } }, entries);
}

/** A template, matrix or function, which only buildx evaluates. */
export function needsEvaluation(text: string, { value }: LocatedValue): boolean {
  if (/[$%]\{/.test(text)) return true;
  if (!isRecord(value) || Array.isArray(value['target']) || 'function' in value) return true;
  const targets = value['target'];
  return isRecord(targets) && Object.values(targets).some((target) => isRecord(target) && 'matrix' in target);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a target has once inheritance is followed. */
interface Resolved {
  readonly tags: readonly string[];
  readonly platforms: readonly string[];
}

interface Inheritance {
  readonly targets: Targets;
  readonly source: LocatedValue;
  /** A target may be inherited on many ways; each is resolved once. */
  readonly known: Map<string, Resolved>;
}

/** A target's own lists win over inherited ones, and of several parents the last wins. */
function resolveTarget(name: string, inheritance: Inheritance, path: readonly string[] = []): Resolved {
  const known = inheritance.known.get(name);
  if (known !== undefined) return known;
  const { inherits, tags, platforms } = findTarget(name, inheritance, path);
  const parents = typeof inherits === 'string' ? [inherits] : (inherits ?? []);
  const inherited = parents.map((parent) => resolveTarget(parent, inheritance, [...path, name])).toReversed();
  const resolved = {
    tags: [tags, ...inherited.map((parent) => parent.tags)].find((list) => list?.length) ?? [],
    platforms: [platforms, ...inherited.map((parent) => parent.platforms)].find((list) => list?.length) ?? [],
  };
  inheritance.known.set(name, resolved);
  return resolved;
}

function findTarget(name: string, { targets, source }: Inheritance, path: readonly string[]): Target {
  const place = { file: source.file, line: source.lineOf(['target', path.at(-1) ?? name, 'inherits']) };
  if (path.includes(name))
    throw definitionInvalid(place, `targets inherit in a circle: ${[...path, name].join(' -> ')}`);
  if (path.length > LIMITS.jsonDepth)
    throw definitionInvalid(place, `targets inherit over more than ${LIMITS.jsonDepth} steps`);
  const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (target !== undefined) return target;
  throw definitionInvalid(place, `there is no target ${JSON.stringify(name)} to inherit from`);
}

function noteUntagged(target: string, file: string, onProgress: OnProgress | undefined): void {
  onProgress?.({ type: 'note', level: 'info', ...tell(NOTES, 'target-without-tags', { file, target }) });
}
