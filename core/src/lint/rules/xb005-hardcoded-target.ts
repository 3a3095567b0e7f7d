import { isForOneArchitecture, type LintContext } from '../context.ts';
import type { Severity } from '../finding.ts';
import { findFixedTargets, type FixedTarget } from '../compilers/fixed-targets.ts';
import { reachesImage } from '../stages/outcome.ts';
import { advice, type Found, type Rule } from '../rule.ts';

export const hardcodedTarget: Rule = {
  id: 'XB005',
  name: 'hardcoded-target',
  severity: 'error',
  title: 'The compiler is told one fixed architecture',
  documentation:
    'GOARCH, `cargo build --target`, CARGO_BUILD_TARGET or `dotnet publish -r` with a fixed architecture makes the same binary for every platform, so all but one of the images hold a binary that cannot start. Take the architecture from TARGETARCH; for names that differ, such as Rust triples, map it with `case` and fail for what is not known. The default of an ARG such as `ARG GOARCH=amd64`, is fixed too: callers may give another, but one for all platforms. Steps in a branch for one platform, stages named after an architecture, and binaries for macOS or Windows are left alone.',
  bad: 'FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nCOPY . .\nRUN GOOS=linux GOARCH=amd64 go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n',
  good: 'FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nCOPY . .\nARG TARGETARCH\nRUN GOOS=linux GOARCH=$TARGETARCH go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n',
  check: (context) => {
    const fixed = findFixedTargets(context);
    return fixed.filter((each) => isWrong(each, fixed, context)).flatMap((each) => describe(each, context));
  },
};

/** A stage that is made for several architectures one by one builds them on purpose. */
function isWrong(fixed: FixedTarget, all: readonly FixedTarget[], context: LintContext): boolean {
  if (isForOneArchitecture(fixed.stage) || !reachesImage(fixed.stage, context.stages)) return false;
  const together = all.filter(({ stage }) => stage === fixed.stage);
  return new Set(together.map(({ architecture }) => architecture)).size === 1;
}

function describe(fixed: FixedTarget, context: LintContext): readonly Found[] {
  const { what, text, architecture, span, edits, by } = fixed;
  const severity = context.fixedTo(architecture);
  if (severity === undefined) return [];
  const title = 'Take the architecture from ARG TARGETARCH';
  const where =
    by === undefined ? 'in a multi-platform build' : `for every platform by the default of ARG ${by}`;
  return [
    {
      span: { start: span.start, end: span.end },
      severity: gravest(severity, by),
      message: `${what} is fixed to ${text} ${where}`,
      fix: edits.length > 0 ? { kind: 'suggested', title, edits } : advice(`${title}, mapped to ${what}`),
    },
  ];
}

/** A file that speaks of platforms and fixes the compiler contradicts itself; a default may be replaced by callers. */
function gravest(severity: Severity, by: string | undefined): Severity {
  if (severity === 'info') return severity;
  return by === undefined ? 'error' : 'warning';
}
