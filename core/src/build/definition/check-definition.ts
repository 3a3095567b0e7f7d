import { Buffer } from 'node:buffer';
import { definitionInvalid } from '../../definition/index.ts';
import { XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { formatReference } from '../../model/index.ts';
import type { BuildDefinition, BuildTarget } from '../target.ts';
import { neededTargets } from '../needed-targets.ts';

/**
 * The definition, checked: components that others refer to exist and wait for each other in no circle, no two make
 * the same image or are the same host, and every argument is one that a process can get.
 */
export function checkDefinition(definition: BuildDefinition): BuildDefinition {
  const { targets } = definition;
  if (targets.length > LIMITS.buildTargets) {
    throw new XbundleError(
      'LIMIT_EXCEEDED',
      `reading ${definition.directory}: ${targets.length} components, want at most ${LIMITS.buildTargets}`,
    );
  }
  const byName = new Map(targets.map((target) => [target.name, target]));
  for (const target of targets) {
    checkTexts(target);
    checkNeeds(target, byName);
  }
  refuseSharedNames(targets);
  refuseCircles(targets, byName);
  return definition;
}

type Targets = ReadonlyMap<string, BuildTarget>;

function checkNeeds(target: BuildTarget, byName: Targets): void {
  const unknown = neededTargets(target).find((name) => !byName.has(name));
  if (unknown === undefined) return;
  throw definitionInvalid(
    target.place,
    `${target.name} needs ${JSON.stringify(unknown)}, and there is no such component`,
  );
}

/** Two builds under one name: one image would take the other's place, and nobody could say which. */
function refuseSharedNames(targets: readonly BuildTarget[]): void {
  refuseTwice(targets, 'make the image', ({ tags }) => new Set(tags.map(formatReference)));
  refuseTwice(targets, 'serve as', ({ serve }) => (serve === undefined ? [] : [serve.name]));
}

function refuseTwice(
  targets: readonly BuildTarget[],
  deed: string,
  keysOf: (target: BuildTarget) => Iterable<string>,
): void {
  const owners = new Map<string, string>();
  for (const target of targets) {
    for (const key of keysOf(target)) {
      const other = owners.get(key);
      if (other !== undefined)
        throw definitionInvalid(target.place, `${other} and ${target.name} both ${deed} ${key}`);
      owners.set(key, target.name);
    }
  }
}

/** Depth first, without recursion: a chain may be as long as there are components. */
function refuseCircles(targets: readonly BuildTarget[], byName: Targets): void {
  const done = new Set<string>();
  for (const start of targets) {
    const path: string[] = [];
    const pending: { readonly name: string; readonly depth: number }[] = [{ name: start.name, depth: 0 }];
    for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
      const { name, depth } = step;
      for (const left of path.splice(depth)) done.add(left);
      const at = path.indexOf(name);
      if (at !== -1) throw circle([...path.slice(at), name], byName);
      if (done.has(name)) continue;
      path.push(name);
      const target = byName.get(name);
      const next = target === undefined ? [] : neededTargets(target);
      pending.push(...next.toReversed().map((each) => ({ name: each, depth: depth + 1 })));
    }
    for (const left of path) done.add(left);
  }
}

function circle(chain: readonly string[], byName: Targets): XbundleError {
  const place = byName.get(chain[0] ?? '')?.place ?? { file: '' };
  return definitionInvalid(place, `components need each other in a circle: ${chain.join(' -> ')}`);
}

/** What stands in arguments: keys that buildx splits at "=", and lengths that the system takes. */
function checkTexts(target: BuildTarget): void {
  const { name, args, labels, contexts, extraHosts, place } = target;
  const keys = [args, labels, contexts, extraHosts].flatMap((map) => Object.keys(map));
  const badKey = keys.find((key) => key === '' || key.includes('='));
  if (badKey !== undefined)
    throw definitionInvalid(place, `${name}: ${JSON.stringify(badKey)} is no name: want text without "="`);
  const badHost = Object.entries(extraHosts).find(
    ([key, value]) => /[\s,"]/.test(key + value) || key.includes(':'),
  );
  if (badHost !== undefined)
    throw definitionInvalid(place, `${name}: ${JSON.stringify(badHost.join('='))} is no host and address`);
  const badPath = target.ssh.flatMap(({ paths }) => paths).find((path) => path.includes(','));
  if (badPath !== undefined)
    throw definitionInvalid(
      place,
      `${name}: the ssh path ${JSON.stringify(badPath)} has a comma, which buildx takes for two`,
    );
  for (const text of textsOf(target)) checkText(text, target);
}

function textsOf(target: BuildTarget): readonly string[] {
  const { args, labels, annotations, context, contexts, dockerfile = '', stage = '' } = target;
  const pairs = [args, labels].flatMap((map) => Object.entries(map).map(([key, value]) => `${key}=${value}`));
  const values = Object.values(contexts).flatMap((named) => (named.kind === 'value' ? [named.value] : []));
  return [...pairs, ...annotations, context, ...values, dockerfile, stage];
}

/** Room for the option's own name. */
const LONGEST = LIMITS.argumentBytes - 64;

function checkText(text: string, { name, place }: BuildTarget): void {
  const shown = JSON.stringify(text.slice(0, 60));
  if (text.includes('\0'))
    throw definitionInvalid(place, `${name}: ${shown} has a NUL, which no argument can hold`);
  if (Buffer.byteLength(text) <= LONGEST) return;
  throw new XbundleError(
    'LIMIT_EXCEEDED',
    `reading ${place.file}: ${name}: ${shown}… has more than ${LONGEST} bytes, the longest argument a process gets. Put it into a file of the context`,
  );
}
