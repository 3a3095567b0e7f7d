import type { LintContext } from '../context.ts';
import { findReferences } from '../dockerfile/expand.ts';
import { declareArgs } from '../fixes/edits.ts';
import type { Severity } from '../finding.ts';
import type { Found, Rule } from '../rule.ts';
import type { Run } from '../stages/runs.ts';
import { isPlatformName } from '../scope/platform-names.ts';
import type { ShellVariable } from '../shell/script.ts';
import type { StageFacts } from '../stages/stage-facts.ts';

export const platformArgUndeclared: Rule = {
  id: 'XB002',
  name: 'platform-arg-undeclared',
  severity: 'error',
  title: 'A platform variable is used without its ARG',
  documentation:
    "BuildKit's platform variables are there in FROM lines by themselves, but a stage sees them only after its own `ARG TARGETARCH` (or one in a stage it is made from). Without it the shell puts in nothing: `GOARCH=$TARGETARCH go build` then builds for the machine it runs on, and `${TARGETARCH:-amd64}` is always amd64. BuildKit's checks do not look into RUN steps and heredocs. Declare the ARG before the first step that uses it.",
  bad: 'FROM golang:1.24 AS build\nCOPY . .\nRUN GOARCH=$TARGETARCH go build -o /app .\n',
  good: 'FROM golang:1.24 AS build\nCOPY . .\nARG TARGETARCH\nRUN GOARCH=$TARGETARCH go build -o /app .\n',
  check: (context) => context.stages.flatMap((stage) => checkStage(stage, context)),
};

/** The first use of each name; one ARG puts all of them right. */
function checkStage(stage: StageFacts, context: LintContext): readonly Found[] {
  const uses = [
    ...context.runs.filter((run) => run.stage === stage).flatMap((run) => usesInRun(run, context)),
    ...usesInHeredocs(stage, context),
  ];
  const names = [...new Set(uses.map(({ name }) => name))];
  return names.flatMap((name) => {
    const ofName = uses.filter((use) => use.name === name);
    const worst = ofName.find(({ severity }) => severity === 'error') ?? ofName[0];
    return worst === undefined ? [] : [worst.found];
  });
}

interface Use {
  readonly name: string;
  readonly severity: Severity;
  readonly found: Found;
}

function usesInRun(run: Run, context: LintContext): readonly Use[] {
  return context
    .unsetIn(run)
    .filter((variable) => isPlatformName(variable.name) && !fallsBack(variable))
    .map((variable) => {
      const severity: Severity = isOnlyPrinted(variable, run) ? 'info' : 'error';
      const edits = declareArgs(context, run, [variable.name]);
      return { name: variable.name, severity, found: describe(variable, severity, edits) };
    });
}

/** `${TARGETARCH:-$(uname -m)}` asks the machine on purpose, and `${TARGETARCH:?}` fails aloud. */
function fallsBack({ operator, fallback }: ShellVariable): boolean {
  if (operator === undefined) return false;
  return /^:?[?+]$/.test(operator) || (fallback !== undefined && /[$`]/.test(fallback));
}

function describe(
  { name, fallback, ...span }: Pick<ShellVariable, 'name' | 'fallback' | 'start' | 'end'>,
  severity: Severity,
  edits: ReturnType<typeof declareArgs>,
): Found {
  const result = fallback ? `always "${fallback}"` : 'empty';
  return {
    span: { start: span.start, end: span.end },
    severity,
    message: `$${name} is used here but ARG ${name} is not declared earlier in this stage, so it is ${result}`,
    fix: { kind: 'automatic', title: `Declare ARG ${name} before this step`, edits },
  };
}

/** A wrong line in the log makes no wrong image. */
function isOnlyPrinted({ command }: ShellVariable, { script }: Run): boolean {
  const holder = script.commands[command];
  return holder !== undefined && ['echo', 'printf'].includes(holder.name) && holder.outputs.length === 0;
}

function usesInHeredocs({ stage }: StageFacts, context: LintContext): readonly Use[] {
  const { tree, scopes, source } = context;
  return stage.instructions
    .filter(({ keyword }) => keyword === 'COPY' || keyword === 'ADD')
    .flatMap((instruction) => {
      const scope = scopes.before(instruction);
      const references = instruction.heredocs
        .filter(({ quoted }) => !quoted)
        .flatMap(({ body }) =>
          findReferences(source.slice(body), body.start, { escape: tree.escape, quotesAreText: true }),
        );
      return references
        .filter(({ name }) => isPlatformName(name) && !scope.has(name))
        .map((reference): Use => {
          const edits = declareArgs(context, { instruction }, [reference.name]);
          return { name: reference.name, severity: 'error', found: describe(reference, 'error', edits) };
        });
    });
}
