import type { Assignment, Command, Redirection } from 'unbash';
import type { Guard, ShellAssignment, ShellCommand, ShellWord } from './script.ts';
import { shellWord } from './read-word.ts';

export interface CommandPlace {
  readonly offset: number;
  readonly index: number;
  readonly guards: readonly Guard[];
}

/** Programs that run the command named after them. */
const WRAPPERS: ReadonlySet<string> = new Set(['env', 'exec', 'command', 'nice', 'time', 'sudo', 'nohup']);

/** A simple command; what `env A=b` and the like run is taken for the command itself. */
export function readCommand(node: Command, { offset, index, guards }: CommandPlace): ShellCommand {
  const args = node.args.map((item) =>
    item.type === 'Word' ? shellWord(item, offset) : assignmentWord(item, offset),
  );
  const assignments = node.prefix
    .filter((item) => item.type === 'Assignment')
    .map((item) => readAssignment(item, offset));
  const name = node.name === undefined ? undefined : shellWord(node.name, offset);
  const span = { start: node.pos + offset, end: node.end + offset };
  const command: ShellCommand = {
    ...span,
    index,
    name: baseName(name?.value ?? ''),
    nameSpan: name === undefined ? span : { start: name.start, end: name.end },
    args,
    assignments,
    outputs: node.redirects.flatMap((redirect) => output(redirect, offset)),
    guards,
  };
  return unwrap(command);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function assignmentWord({ text, pos, end, value }: Assignment, offset: number): ShellWord {
  const inner = value.type === 'Word' ? shellWord(value, offset) : undefined;
  const unquoted = inner === undefined ? text : text.slice(0, text.indexOf('=') + 1) + inner.value;
  return {
    text,
    value: unquoted,
    isLiteral: inner?.isLiteral ?? false,
    hasSingleQuotes: inner?.hasSingleQuotes ?? false,
    start: pos + offset,
    end: end + offset,
  };
}

function readAssignment({ name, value, pos, end }: Assignment, offset: number): ShellAssignment {
  return {
    name,
    start: pos + offset,
    end: end + offset,
    ...(value.type === 'Word' && { value: shellWord(value, offset) }),
  };
}

function output(redirect: Redirection, offset: number): readonly ShellWord[] {
  if (redirect.type !== 'Redirect' || !redirect.operator.includes('>')) return [];
  if (redirect.operator === '>&' || redirect.target === undefined) return [];
  return [shellWord(redirect.target, offset)];
}

function unwrap(command: ShellCommand): ShellCommand {
  if (!WRAPPERS.has(command.name)) return command;
  const at = command.args.findIndex(({ value }) => !value.startsWith('-') && !/^[A-Za-z_]\w*=/.test(value));
  const name = command.args[at];
  if (name === undefined) return command;
  const before = command.args.slice(0, at).flatMap(assignmentOf);
  return unwrap({
    ...command,
    name: baseName(name.value),
    nameSpan: { start: name.start, end: name.end },
    args: command.args.slice(at + 1),
    assignments: [...command.assignments, ...before],
  });
}

function assignmentOf(word: ShellWord): readonly ShellAssignment[] {
  const assignment = asAssignment(word);
  return assignment === undefined ? [] : [assignment];
}

/** `NAME=value` as an argument of `env`, `export` and the like. */
export function asAssignment(word: ShellWord): ShellAssignment | undefined {
  const [matched, name] = /^([A-Za-z_]\w*)=/.exec(word.text) ?? [];
  if (matched === undefined || name === undefined) return undefined;
  const { start, end } = word;
  const value = { ...word, text: word.text.slice(matched.length), value: word.value.slice(matched.length) };
  return { name, start, end, value: { ...value, start: start + matched.length } };
}
