import type { PlacedCommand } from '../stages/runs.ts';
import type { LintContext } from '../context.ts';
import { isGiven, lastAssignment } from '../compilers/environment.ts';
import { isGoBuild, isGoWrapped } from '../compilers/go-command.ts';
import { advice, type Found, type Rule } from '../rule.ts';

export const cgoCrossNoCc: Rule = {
  id: 'XB018',
  name: 'cgo-cross-no-cc',
  severity: 'warning',
  title: 'CGO_ENABLED=1 without a cross compiler',
  documentation:
    'With CGO_ENABLED=1 Go calls a C compiler, and in a stage on `$BUILDPLATFORM` `gcc` compiles for the building machine: the build for another platform stops with "gcc: error: unrecognized command-line option \'-m64\'" or an error in `gcc_arm64.S`. Build with CGO_ENABLED=0 where nothing needs C, or use `xx-go` or a cross compiler given by CC.',
  bad: 'FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nARG TARGETARCH\nRUN CGO_ENABLED=1 GOARCH=$TARGETARCH go build -o /app .\n',
  good: 'FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nARG TARGETARCH\nRUN CGO_ENABLED=0 GOARCH=$TARGETARCH go build -o /app .\n',
  check: (context) => context.commands.filter((placed) => isWrong(placed, context)).map(describe),
};

function isWrong(placed: PlacedCommand, context: LintContext): boolean {
  const { command, run } = placed;
  if (!isGoBuild(command) || run.stage.runsOn.kind !== 'build') return false;
  return (
    cgoIsOn(placed, context) &&
    isGiven('GOARCH', placed, context) &&
    !isGiven('CC', placed, context) &&
    !usesCross(run.text) &&
    !isGoWrapped(run, context)
  );
}

function cgoIsOn(placed: PlacedCommand, { scopes }: LintContext): boolean {
  const assigned = lastAssignment('CGO_ENABLED', placed)?.value?.value;
  return (assigned ?? scopes.before(placed.run.instruction).get('CGO_ENABLED')?.value) === '1';
}

function usesCross(text: string): boolean {
  return /\bxx-|\bzig\b|\bgo env -w\b/.test(text);
}

function describe({ command }: PlacedCommand): Found {
  return {
    span: { start: command.nameSpan.start, end: command.args[0]?.end ?? command.nameSpan.end },
    message: 'CGO_ENABLED=1 cross build without CC or xx-go: gcc compiles for the build machine',
    fix: advice('Set CGO_ENABLED=0, or give CC, or use xx-go'),
  };
}
