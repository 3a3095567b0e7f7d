import { asAssignment } from './read-command.ts';
import type { ShellCommand, ShellScript, ShellWord } from './script.ts';

const DECLARES: ReadonlySet<string> = new Set(['export', 'declare', 'typeset', 'local', 'readonly']);
const READS: ReadonlySet<string> = new Set(['read', 'getopts', 'mapfile', 'readarray', 'unset']);

/** Names that a command sets for those after it. */
export function assignedBy(command: ShellCommand): readonly string[] {
  const { name, args, assignments } = command;
  if (name === '') return assignments.map((assignment) => assignment.name);
  if (DECLARES.has(name)) return operands(args).flatMap((word) => declaredBy(word, name));
  if (READS.has(name)) return operands(args).map(({ value }) => value);
  return name === 'printf' && args[0]?.value === '-v' ? [args[1]?.value ?? ''] : [];
}

/** `export NAME` alone hands on what is there; other declarations set an empty variable. */
function declaredBy(word: ShellWord, command: string): readonly string[] {
  const assignment = asAssignment(word);
  if (assignment !== undefined) return [assignment.name];
  return command === 'export' ? [] : [word.value];
}

/** The words that are no options. */
function operands(args: readonly ShellWord[]): readonly ShellWord[] {
  return args.filter(({ value }) => !value.startsWith('-'));
}

/** The variables that a script sets for itself. */
export interface SetNames {
  readonly names: ReadonlySet<string>;
  /** It reads another script, which may set anything. */
  readonly mayBeAny: boolean;
}

/** What a script sets anywhere: by assignment, `export`, `read`, `for`, or `${NAME:=…}`. `text` is the script's own. */
export function namesSetBy({ commands, variables }: ShellScript, text: string): SetNames {
  const names = new Set<string>();
  for (const command of commands) for (const name of assignedBy(command)) names.add(name);
  for (const { name, operator } of variables) if (operator?.endsWith('=') === true) names.add(name);
  for (const [, name = ''] of text.matchAll(/\b(?:for|select)\s+([A-Za-z_]\w*)/g)) names.add(name);
  return { names, mayBeAny: commands.some(readsScript) };
}

/** `. file`, `source file` and `eval`. */
export function readsScript({ name }: ShellCommand): boolean {
  return name === '.' || name === 'source' || name === 'eval';
}
