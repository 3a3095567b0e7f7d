import type { LintContext } from '../context.ts';
import { isForSomePlatforms, isGiven } from './environment.ts';
import { mayBeTaken, takenFrom, type Taken } from '../stages/outcome.ts';
import type { PlacedCommand, Run } from '../stages/runs.ts';
import type { ShellCommand } from '../shell/script.ts';

/** Where cargo puts programs for the machine it runs on; others lie below the name of their target. */
const FOR_MACHINE = /(^|\/)target\/(release|debug)(\/|$)/;

/**
 * Whether a command is `cargo build` without a target in a stage on the build machine, and the result takes what it
 * made: by COPY, or by way of a path that COPY takes.
 */
export function isCargoForMachine(placed: PlacedCommand, context: LintContext): boolean {
  const { command, run } = placed;
  if (run.stage.runsOn.kind !== 'build' || !isCargoBuild(command)) return false;
  if (hasTarget(command) || isGiven('CARGO_BUILD_TARGET', placed, context)) return false;
  // The branch of a choice by platform may be that of the machine itself.
  if (isForSomePlatforms(command)) return false;
  const taken = takenFrom(run.stage, context.stages);
  const runs = context.runs.filter(({ stage }) => stage === run.stage);
  return (
    taken.some(({ sources }) => sources.some((source) => FOR_MACHINE.test(source))) ||
    runs.some((each) => movesTo(each, taken))
  );
}

function isCargoBuild({ name, args }: ShellCommand): boolean {
  const verb = args.find(({ value }) => !value.startsWith('+'));
  return name === 'cargo' && /^(build|b)$/.test(verb?.value ?? '');
}

function hasTarget({ args }: ShellCommand): boolean {
  return args.some(({ value }) => /^--target(=|$)/.test(value));
}

/** `cp target/release/app /app` */
function movesTo({ script }: Run, taken: readonly Taken[]): boolean {
  return script.commands.some(
    ({ name, args }) =>
      /^(cp|mv|install)$/.test(name) &&
      args.some(({ value }) => FOR_MACHINE.test(value)) &&
      mayBeTaken(args.at(-1)?.value, taken),
  );
}
