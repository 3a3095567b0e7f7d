import type { PlacedCommand } from '../stages/runs.ts';
import type { LintContext } from '../context.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import type { Choice, ShellCommand } from '../shell/script.ts';

export const rustupTargetConditional: Rule = {
  id: 'XB016',
  name: 'rustup-target-conditional',
  severity: 'warning',
  title: 'rustup target add is skipped for one target',
  documentation:
    '`if [ "$TARGETARCH" != "amd64" ]; then rustup target add …; fi` takes it that the building machine is amd64. On an arm64 machine the standard library for amd64 is then missing, and the build for amd64 fails with E0463, "can\'t find crate for `std`". Add the target always: it does nothing where the target is there.',
  bad: 'FROM --platform=$BUILDPLATFORM rust:1 AS build\nARG TARGETARCH\nRUN if [ "$TARGETARCH" != "amd64" ]; then rustup target add aarch64-unknown-linux-gnu; fi\n',
  good: 'FROM --platform=$BUILDPLATFORM rust:1 AS build\nARG TARGETARCH\nRUN case "$TARGETARCH" in amd64) rustup target add x86_64-unknown-linux-gnu ;; arm64) rustup target add aarch64-unknown-linux-gnu ;; *) exit 1 ;; esac\n',
  check: (context) =>
    context.commands
      .filter(({ command, run }) => adds(command) && run.stage.runsOn.kind === 'build')
      .flatMap((placed) => check(placed, context)),
};

function adds({ name, args }: ShellCommand): boolean {
  return name === 'rustup' && args[0]?.value === 'target' && args[1]?.value === 'add';
}

function check({ command, run }: PlacedCommand, { source }: LintContext): readonly Found[] {
  const guard = command.guards.findLast(({ condition }) => /TARGET(ARCH|PLATFORM)/.test(condition));
  const architecture = guard && /!=\s*["']?([\w/]+)/.exec(guard.condition)?.[1];
  if (guard === undefined || architecture === undefined || guard.condition.startsWith('! ')) return [];
  const choice = run.script.choices.find(({ id }) => id === guard.choice);
  if (choice !== undefined && addsElsewhere(choice, command, run.script.commands)) return [];
  return [
    {
      span: { start: command.nameSpan.start, end: command.end },
      message: `${source.slice({ start: command.nameSpan.start, end: command.args[1]?.end ?? command.end })} is skipped when the target is ${architecture}; that fails on build machines of another architecture`,
      fix: advice('Add the target always: rustup does nothing where it is there'),
    },
  ];
}

/** Another branch of the same `if` that adds a target too. */
function addsElsewhere(
  { branches }: Choice,
  command: ShellCommand,
  commands: readonly ShellCommand[],
): boolean {
  return branches.some(
    ({ body }) =>
      !(body.start <= command.start && command.end <= body.end) &&
      commands.some((each) => adds(each) && body.start <= each.start && each.end <= body.end),
  );
}
