import { asAssignment } from './read-command.ts';
import type { ShellCommand, ShellScript, ShellWord } from './script.ts';

const DECLARES: ReadonlySet<string> = new Set(['export', 'declare', 'typeset', 'local', 'readonly']);

/** Names that a command sets for those after it. */
export function assignedBy(command: ShellCommand): readonly string[] {
  if (command.name === '') return command.assignments.map(({ name }) => name);
  const words = command.args.filter(({ value }) => !value.startsWith('-'));
  if (DECLARES.has(command.name))
    return words.flatMap((word) => asAssignment(word)?.name ?? (command.name === 'export' ? [] : word.value));
  if (['read', 'getopts', 'mapfile', 'readarray', 'unset'].includes(command.name))
    return words.map(({ value }) => value);
  return command.name === 'printf' && command.args[0]?.value === '-v' ? words.slice(0, 1).map(textOf) : [];
}

function textOf({ value }: ShellWord): string {
  return value;
}

/**
 * Whether a script sets a variable anywhere by itself: by assignment, `export`, `read`, `for`, `${NAME:=…}`, or by
 * reading another script, which may set anything.
 */
export function setsVariable(script: ShellScript, name: string, text: string): boolean {
  if (script.commands.some((command) => assignedBy(command).includes(name))) return true;
  if (script.commands.some(readsScript)) return true;
  if (script.variables.some((variable) => variable.name === name && /=$/.test(variable.operator ?? '')))
    return true;
  return new RegExp(`\\b(for|select)\\s+${name}\\b`).test(text);
}

/** `. file`, `source file` and `eval`. */
export function readsScript({ name }: ShellCommand): boolean {
  return name === '.' || name === 'source' || name === 'eval';
}
