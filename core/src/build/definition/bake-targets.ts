import { resolve } from 'node:path';
import {
  definitionInvalid,
  readShape,
  type LocatedValue,
  type Place,
  type XbundleComponent,
} from '../../definition/index.ts';
import { LIMITS } from '../../limits.ts';
import type { BuildTarget } from '../target.ts';
import { printedBakeSchema, type PrintedBake, type PrintedGroup, type PrintedTarget } from './bake-schema.ts';
import { readComponent } from './component-targets.ts';
import { serveFromLabels, withoutServeLabels } from './serve-labels.ts';
import type { PartContext } from './target-parts.ts';

export interface BakedTargets {
  readonly targets: readonly BuildTarget[];
  /** Names of what was asked for, groups put out into their targets. */
  readonly selected: readonly string[];
}

export interface BakedOptions {
  /** What relative paths start from. */
  readonly directory: string;
  /** Where a target stands, as far as it is known. */
  readonly placeOf: (target: string) => Place;
}

/** Reads what `docker buildx bake --print` says. Throws DEFINITION_INVALID. */
export function readBakedTargets(source: LocatedValue, options: BakedOptions): BakedTargets {
  const bake = readShape<PrintedBake>(printedBakeSchema, source);
  const targets = Object.entries(bake.target).map(([name, target]) => {
    return readBakedTarget(name, target, { place: options.placeOf(name), directory: options.directory });
  });
  return { targets, selected: selectedTargets(bake, source) };
}

/** bake puts what was asked for into the group `default`. */
function selectedTargets({ group = {}, target }: PrintedBake, source: LocatedValue): readonly string[] {
  const asked = group['default'];
  if (asked === undefined) return Object.keys(target);
  const found = new Set<string>();
  const pending: { readonly names: PrintedGroup['targets']; readonly depth: number }[] = [
    { names: asked.targets, depth: 0 },
  ];
  for (const { names, depth } of pending) {
    if (depth > LIMITS.jsonDepth) throw definitionInvalid({ file: source.file }, 'groups contain each other');
    for (const name of names) {
      const inner = Object.hasOwn(group, name) && name !== 'default' ? group[name] : undefined;
      if (Object.hasOwn(target, name)) found.add(name);
      else if (inner !== undefined) pending.push({ names: inner.targets, depth: depth + 1 });
    }
  }
  return [...found];
}

function readBakedTarget(name: string, baked: PrintedTarget, part: PartContext): BuildTarget {
  const { place, directory } = part;
  if (baked.call !== undefined && baked.call !== 'build') {
    throw definitionInvalid(
      place,
      `the target ${name} has call = ${JSON.stringify(baked.call)}, which builds nothing`,
    );
  }
  const target = readComponent(name, toComponent(baked, directory), part);
  const serve = serveFromLabels(name, target.labels, part);
  return { ...target, labels: withoutServeLabels(target.labels), ...(serve !== undefined && { serve }) };
}

/** The same in the words of `xbundle.yaml`, which are bake's own but for a few. */
function toComponent(baked: PrintedTarget, directory: string): XbundleComponent {
  const { secret, ssh, dockerfile } = baked;
  return {
    ...same(baked),
    ...(dockerfile !== undefined && { dockerfile: fromCwd(dockerfile, directory) }),
    ...unescaped(baked),
    secrets: secret ?? [],
    ssh: (ssh ?? []).map((each) => (typeof each === 'string' ? each : formatSsh(each))),
  };
}

const OTHERWISE = [
  'args',
  'labels',
  'annotations',
  'dockerfile-inline',
  'secret',
  'ssh',
  'dockerfile',
  'call',
  'output',
  'description',
  'name',
] as const;

/** The attributes that a component has under the same name and in the same form. */
function same(baked: PrintedTarget): Omit<PrintedTarget, (typeof OTHERWISE)[number]> {
  const others: ReadonlySet<string> = new Set(OTHERWISE);
  const kept = Object.entries(baked).filter(([key]) => !others.has(key));
  return Object.fromEntries(kept);
}

const FROM_CWD = 'cwd://';

function fromCwd(dockerfile: string, directory: string): string {
  return dockerfile.startsWith(FROM_CWD) ? resolve(directory, dockerfile.slice(FROM_CWD.length)) : dockerfile;
}

function formatSsh({
  id = 'default',
  paths = [],
}: {
  readonly id?: string;
  readonly paths?: readonly string[];
}): string {
  return paths.length === 0 ? id : `${id}=${paths.join(',')}`;
}

/** buildx (0.29) escapes the values of these four, so that what it prints is a bake file again; no keys, no others. */
function unescaped(
  baked: PrintedTarget,
): Pick<XbundleComponent, 'args' | 'labels' | 'annotations' | 'dockerfile-inline'> {
  const { annotations = [], 'dockerfile-inline': inline } = baked;
  return {
    args: mapValues(withoutNulls(baked.args), unescapeTemplates),
    labels: mapValues(withoutNulls(baked.labels), unescapeTemplates),
    annotations: annotations.map(unescapeTemplates),
    ...(inline !== undefined && { 'dockerfile-inline': unescapeTemplates(inline) }),
  };
}

function unescapeTemplates(text: string): string {
  return text.replaceAll('$${', '${').replaceAll('%%{', '%{');
}

function mapValues(
  values: Readonly<Record<string, string>>,
  map: (value: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}

/** bake writes null for what stays unset. */
function withoutNulls(
  values: Readonly<Record<string, string | null>> | undefined,
): Readonly<Record<string, string>> {
  const set = Object.entries(values ?? {}).filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries(set);
}
