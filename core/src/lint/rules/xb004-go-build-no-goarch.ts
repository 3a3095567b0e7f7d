import type { PlacedCommand } from '../runs.ts';
import type { LintContext } from '../context.ts';
import { declareArgs, insertAt } from '../edits.ts';
import { isGiven } from '../environment.ts';
import { mayBeTaken, takenFrom } from '../outcome.ts';
import type { Found, Rule } from '../rule.ts';
import { describePlatform } from '../stages.ts';
import { goOutput, isGoBuild, isGoWrapped } from '../go-command.ts';

export const goBuildNoGoarch: Rule = {
  id: 'XB004',
  name: 'go-build-no-goarch',
  severity: 'error',
  title: 'go build on the build machine without GOARCH',
  documentation:
    'In a stage on `$BUILDPLATFORM` Go compiles for the building machine unless GOARCH says otherwise, and the copied binary then has the wrong architecture on every other platform. A GOARCH in front of another command, such as `go mod download`, does not reach `go build`. Tools that stay in the stage, and `go install NAME@VERSION`, are left alone.',
  bad: 'FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nCOPY . .\nRUN go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n',
  good: 'FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nCOPY . .\nARG TARGETOS TARGETARCH\nRUN GOOS=$TARGETOS GOARCH=$TARGETARCH go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n',
  check: (context) =>
    context.commands.filter((placed) => isWrong(placed, context)).map((placed) => describe(placed, context)),
};

function isWrong(placed: PlacedCommand, context: LintContext): boolean {
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

function describe({ command, run }: PlacedCommand, context: LintContext): Found {
  const verb = command.args[0]?.value ?? 'build';
  return {
    span: { start: command.nameSpan.start, end: command.args[0]?.end ?? command.nameSpan.end },
    message: `go ${verb} in a stage on ${describePlatform(run.stage.runsOn)} without GOARCH makes a binary for that machine, which is copied into the image`,
    fix: {
      kind: 'suggested',
      title: 'Give GOOS and GOARCH of the target platform',
      edits: [
        ...declareArgs(context, run, ['TARGETOS', 'TARGETARCH']),
        insertAt(command.nameSpan.start, 'GOOS=$TARGETOS GOARCH=$TARGETARCH '),
      ],
    },
  };
}
