import { isCargoForMachine } from '../compilers/cargo-command.ts';
import type { LintContext } from '../context.ts';
import { declareArgs, insertAt } from '../fixes/edits.ts';
import { isGiven } from '../compilers/environment.ts';
import { goOutput, isGoBuild, isGoWrapped } from '../compilers/go-command.ts';
import { mayBeTaken, takenFrom } from '../stages/outcome.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import type { PlacedCommand } from '../stages/runs.ts';
import { describePlatform } from '../stages/stage-facts.ts';

export const goBuildNoGoarch: Rule = {
  id: 'XB004',
  name: 'go-build-no-goarch',
  severity: 'error',
  title: 'A compiler on the build machine is not told the target',
  documentation:
    'In a stage on `$BUILDPLATFORM` Go compiles for the building machine unless GOARCH says otherwise, and the copied binary then has the wrong architecture on every other platform. A GOARCH in front of another command, such as `go mod download`, does not reach `go build`. Cargo does the same without `--target`, and what is copied from `target/release` is always for the building machine. Tools that stay in the stage, and `go install NAME@VERSION`, are left alone.',
  bad: 'FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nCOPY . .\nRUN go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n',
  good: 'FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nCOPY . .\nARG TARGETOS TARGETARCH\nRUN GOOS=$TARGETOS GOARCH=$TARGETARCH go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n',
  check: (context) =>
    context.commands.flatMap((placed) => {
      if (isGoForMachine(placed, context)) return [describe(placed, 'GOARCH', goFix(placed, context))];
      return isCargoForMachine(placed, context) ? [describe(placed, '--target', CARGO_FIX)] : [];
    }),
};

function isGoForMachine(placed: PlacedCommand, context: LintContext): boolean {
  const { command, run } = placed;
  if (!isGoBuild(command) || run.stage.runsOn.kind === 'target') return false;
  if (isGiven('GOARCH', placed, context) || isGoWrapped(run, context)) return false;
  if (run.stage.runsOn.kind === 'constant' && !context.isMultiPlatform) return false;
  const taken = takenFrom(run.stage, context.stages);
  const output = goOutput(command);
  return output === undefined && isWarmUp(placed) ? false : mayBeTaken(output, taken);
}

/** `go build ./...` without an output compiles into the cache and throws the rest away. */
function isWarmUp({ command }: PlacedCommand): boolean {
  return (
    command.args[0]?.value === 'build' && command.args.some(({ value }) => /^(std|\.\/\.\.\.)$/.test(value))
  );
}

function describe({ command, run }: PlacedCommand, missing: string, fix: Found['fix']): Found {
  const verb = command.args[0];
  return {
    span: { start: command.nameSpan.start, end: verb?.end ?? command.nameSpan.end },
    message: `${command.name} ${verb?.value ?? 'build'} in a stage on ${describePlatform(run.stage.runsOn)} without ${missing} makes a binary for that machine, which is copied into the image`,
    fix,
  };
}

function goFix({ command, run }: PlacedCommand, context: LintContext): Found['fix'] {
  return {
    kind: 'suggested',
    title: 'Give GOOS and GOARCH of the target platform',
    edits: [
      ...declareArgs(context, run, ['TARGETOS', 'TARGETARCH']),
      insertAt(command.nameSpan.start, 'GOOS=$TARGETOS GOARCH=$TARGETARCH '),
    ],
  };
}

const CARGO_FIX = advice('Give --target a triple mapped from TARGETARCH, and copy from target/TRIPLE');
