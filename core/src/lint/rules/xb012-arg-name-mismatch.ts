import type { LintContext } from '../context.ts';
import { declarations, type Assignment } from '../dockerfile/tree.ts';
import { declareArgs } from '../fixes/edits.ts';
import { advice, type Edit, type Found, type Rule } from '../rule.ts';
import type { Run } from '../stages/runs.ts';
import { PLATFORM_NAMES } from '../scope/platform-names.ts';
import type { ShellVariable } from '../shell/script.ts';
import { withParents, type StageFacts } from '../stages/stage-facts.ts';
import { isMentioned } from '../scope/mentions.ts';
import { expectsUnset } from '../scope/unset-variables.ts';

export const argNameMismatch: Rule = {
  id: 'XB012',
  name: 'arg-name-mismatch',
  severity: 'error',
  title: 'An ARG is declared under one name and used under another',
  documentation:
    'A variable that nobody sets is empty in a RUN step, without a word from BuildKit. Where an ARG or ENV of almost the same name is declared and never used, one of the two is misspelt: `ARG CGOENABLED=0` with `CGO_ENABLED=$CGO_ENABLED` leaves CGO_ENABLED empty, which means "on". The fix uses the name that is declared, because callers may pass it. The names that BuildKit sets, such as TARGETARCH, are meant by `$TARGET_ARCH` whether they are declared or not.',
  bad: 'FROM golang:1.24\nARG CGOENABLED=0\nCOPY . .\nRUN CGO_ENABLED=$CGO_ENABLED go build -o /app .\n',
  good: 'FROM golang:1.24\nARG CGO_ENABLED=0\nCOPY . .\nRUN CGO_ENABLED=$CGO_ENABLED go build -o /app .\n',
  check: (context) => [...context.runs.flatMap((run) => checkRun(run, context)), ...checkBuildArgs(context)],
};

function checkRun(run: Run, context: LintContext): readonly Found[] {
  const unset = context
    .unsetIn(run)
    .filter((variable) => variable.name.length >= SHORTEST && !expectsUnset(variable));
  if (unset.length === 0) return [];
  const unused = unusedDeclarations(run.stage, context);
  return unset.flatMap((variable) => {
    const declared = unused.find(({ name }) => isMisspelt(name, variable.name));
    if (declared !== undefined) return [describe(variable, declared.name)];
    const meant = PLATFORM_NAMES.find((name) => isMeant(name, variable.name));
    return meant === undefined ? [] : [describePlatform(variable, meant, declareArgs(context, run, [meant]))];
  });
}

/** Shorter names are one slip apart from each other too often. */
const SHORTEST = 5;

function unusedDeclarations(stage: StageFacts, context: LintContext): readonly Assignment[] {
  return withParents(stage)
    .flatMap(({ stage: { instructions } }) => instructions)
    .filter(({ keyword }) => keyword === 'ARG' || keyword === 'ENV')
    .flatMap(({ assignments }) => assignments)
    .filter((assignment) => !isMentioned(assignment.name, context, [assignment.nameSpan]));
}

function describe({ name, nameSpan }: ShellVariable, declared: string): Found {
  return {
    span: nameSpan,
    message: `ARG ${declared} is declared but $${name} is used, which nothing sets`,
    fix: { kind: 'automatic', title: `Use $${declared}`, edits: [{ ...nameSpan, text: declared }] },
  };
}

/** The names that BuildKit sets need no ARG of nearly the same name to be meant. */
function describePlatform({ name, nameSpan }: ShellVariable, meant: string, declare: readonly Edit[]): Found {
  return {
    span: nameSpan,
    message: `$${name} is used, which nothing sets; BuildKit sets ${meant}`,
    fix: {
      kind: 'automatic',
      title: `Use $${meant}, which BuildKit sets`,
      edits: [...declare, { ...nameSpan, text: meant }],
    },
  };
}

/** What the caller passes under a name that no ARG has, while the ARG of nearly that name is passed nothing. */
function checkBuildArgs({ tree, buildArgs }: LintContext): readonly Found[] {
  const declared = [...tree.globals.flatMap(({ assignments }) => assignments), ...declarations(tree.stages)];
  const names = new Set(declared.map(({ name }) => name));
  return Object.keys(buildArgs)
    .filter((given) => !names.has(given))
    .flatMap((given) => {
      const meant = declared.find(({ name }) => !Object.hasOwn(buildArgs, name) && isMisspelt(name, given));
      return meant === undefined ? [] : [describeBuildArg(given, meant)];
    });
}

function describeBuildArg(given: string, { name, nameSpan }: Assignment): Found {
  return {
    span: nameSpan,
    message: `ARG ${name} is declared but the build argument ${given} is passed, which no ARG takes`,
    fix: advice(`Pass it as ${name}`),
  };
}

/** A slip within a short name may as well be a name of its own: `$TARGETS` is not TARGETOS. */
function isMeant(platformName: string, used: string): boolean {
  if (platformName.length >= 'TARGETARCH'.length) return isMisspelt(platformName, used);
  return platformName !== used && plain(platformName) === plain(used);
}

/** The same but for underscores and case, or one letter more, less, changed or swapped; never another number. */
function isMisspelt(a: string, b: string): boolean {
  if (a === b || a.replace(/\D/g, '') !== b.replace(/\D/g, '')) return false;
  const [left, right] = [plain(a), plain(b)];
  return left === right || (Math.min(a.length, b.length) >= 6 && isOneSlipApart(left, right));
}

function plain(name: string): string {
  return name.replace(/_/g, '').toUpperCase();
}

function isOneSlipApart(a: string, b: string): boolean {
  if (a.length > b.length) return isOneSlipApart(b, a);
  if (b.length - a.length > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  if (a.length < b.length) return restA === restB.slice(1);
  const isSwapped = restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
  return restA.slice(1) === restB.slice(1) || isSwapped;
}
