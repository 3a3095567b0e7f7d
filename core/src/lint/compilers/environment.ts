import type { LintContext } from '../context.ts';
import type { PlacedCommand } from '../stages/runs.ts';
import { assignedBy, readsScript } from '../shell/assigned-names.ts';
import { asAssignment } from '../shell/read-command.ts';
import type { ShellAssignment, ShellCommand, ShellWord } from '../shell/script.ts';

/** Whether a command may find a variable set: by ENV, ARG, the script before it, or itself. */
export function isGiven(name: string, { command, run }: PlacedCommand, context: LintContext): boolean {
  if (command.assignments.some((assignment) => assignment.name === name)) return true;
  if (context.scopes.before(run.instruction).has(name)) return true;
  return run.script.commands
    .slice(0, command.index)
    .some((earlier) => readsScript(earlier) || assignedBy(earlier).includes(name));
}

/** What sets a variable for a command last, in its own RUN step. */
export function lastAssignment(name: string, { command, run }: PlacedCommand): ShellAssignment | undefined {
  const own = command.assignments.findLast((assignment) => assignment.name === name);
  if (own !== undefined) return own;
  return run.script.commands
    .slice(0, command.index)
    .flatMap(standing)
    .findLast((each) => each.name === name);
}

/** Assignments that hold for the commands after this one. */
export function standing(command: ShellCommand): readonly ShellAssignment[] {
  if (command.name === '') return command.assignments;
  if (command.name !== 'export') return [];
  return command.args.flatMap((word: ShellWord) => asAssignment(word) ?? []);
}

/** Whether the command runs only for some platforms: its branch asks for one. */
export function isForSomePlatforms({ guards }: ShellCommand): boolean {
  return guards.some(({ condition }) => asksForPlatform(condition));
}

/** Whether a text asks for an architecture or platform, by a variable or a program that tells it. */
export function asksForPlatform(text: string): boolean {
  return /arch|platform|machine|uname|variant|target|amd64|arm64|aarch64|x86/i.test(text);
}
