import type { Flag, Instruction, Word } from '../dockerfile/tree.ts';

/** `--mount=type=cache,target=/c` of a RUN step. */
export interface Mount {
  readonly flag: Flag;
  /** `bind` when nothing is said. */
  readonly type: string;
  /** As it is written; undefined when it has none. */
  readonly target?: string;
  /** By name, in small letters; `''` for an option without a value. */
  readonly options: ReadonlyMap<string, string>;
}

export function readMounts({ flags }: Instruction): readonly Mount[] {
  return flags.filter(({ name }) => name === 'mount').map(readMount);
}

function readMount(flag: Flag): Mount {
  const text = flag.value.text.replace(/^"|"$/g, '');
  const options = new Map(
    text.split(',').map((part): readonly [string, string] => {
      const equals = part.indexOf('=');
      if (equals === -1) return [part.toLowerCase(), ''];
      return [part.slice(0, equals).toLowerCase(), part.slice(equals + 1).replace(/^"|"$/g, '')];
    }),
  );
  const target = options.get('target') ?? options.get('dst') ?? options.get('destination');
  return { flag, options, type: options.get('type') ?? 'bind', ...(target !== undefined && { target }) };
}

/** Where the value of an option stands; undefined without one. */
export function optionValue({ flag, options }: Mount, name: string): Word | undefined {
  const text = options.get(name);
  const at = text === undefined ? -1 : flag.value.text.indexOf(`${name}=${text}`);
  if (text === undefined || at === -1) return undefined;
  const start = flag.value.start + at + name.length + 1;
  return { text, start, end: start + text.length };
}
