import type { Place } from '../../definition/index.ts';
import type { DefinitionFile } from './definition-files.ts';

/** Where a target stands in its files: the last that names it; undefined for one that a matrix made. */
export function findTarget(name: string, files: readonly DefinitionFile[]): Place | undefined {
  return files
    .toReversed()
    .map((file) => findIn(name, file))
    .find((place) => place !== undefined);
}

function findIn(name: string, file: DefinitionFile): Place | undefined {
  if (file.kind === 'hcl') {
    const lines = file.text.split('\n');
    const at = lines.findIndex((line) => /^\s*target\s+"?([^"\s{]+)/.exec(line)?.[1] === name);
    return at === -1 ? undefined : { file: file.path, line: at + 1 };
  }
  const section = file.kind === 'compose' ? 'services' : 'target';
  const { value } = file.source;
  const named: unknown = member(value, section);
  const key =
    named === undefined
      ? undefined
      : [name, name.replaceAll('_', '.')].find((each) => member(named, each) !== undefined);
  return key === undefined ? undefined : { file: file.path, line: file.source.lineOf([section, key]) };
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
