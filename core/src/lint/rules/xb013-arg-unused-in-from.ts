import type { LintContext } from '../context.ts';
import { findReferences } from '../dockerfile/expand.ts';
import { declarations, type Assignment, type DockerfileTree } from '../dockerfile/tree.ts';
import { declareArgs } from '../fixes/edits.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import { isPlatformName } from '../scope/platform-names.ts';

export const argUnusedInFrom: Rule = {
  id: 'XB013',
  name: 'arg-unused-in-from',
  severity: 'warning',
  title: 'An ARG before FROM is never used',
  documentation:
    'An ARG before the first FROM is seen by FROM lines only, and by stages that declare it again. One that no FROM line names and no stage declares does nothing: `ARG GO_IMAGE=…` above `FROM golang:alpine` gives a build that ignores the image that was asked for, and a step that uses such an ARG without declaring it finds it empty.',
  bad: 'ARG GO_IMAGE=golang:1.24\nFROM golang:alpine AS build\nRUN go version\n',
  good: 'ARG GO_IMAGE=golang:1.24\nFROM ${GO_IMAGE} AS build\nRUN go version\n',
  check: (context) =>
    context.tree.globals
      .flatMap(({ assignments }) => assignments)
      .filter(({ name }) => !isPlatformName(name) && !SEEN_BY_BUILDKIT.test(name))
      .filter(({ name }) => !isUsedByFrom(name, context.tree) && !isRedeclared(name, context.tree))
      .map((assignment) => describe(assignment, context)),
};

const SEEN_BY_BUILDKIT =
  /^(BUILDKIT_|SOURCE_DATE_EPOCH$|(HTTPS?|FTP|NO|ALL)_PROXY$|(https?|ftp|no|all)_proxy$)/;

function isUsedByFrom(name: string, { stages, globals, escape }: DockerfileTree): boolean {
  const words = [
    ...stages.flatMap(({ from }) => [...from.words, ...from.flags.map(({ value }) => value)]),
    ...globals.flatMap(({ assignments }) => assignments.flatMap(({ value }) => value ?? [])),
  ];
  return words.some(({ text }) =>
    findReferences(text, 0, { escape }).some((reference) => reference.name === name),
  );
}

function isRedeclared(name: string, { stages }: DockerfileTree): boolean {
  return declarations(stages).some((each) => each.name === name);
}

function describe({ name, start, end }: Assignment, context: LintContext): Found {
  const run = context.runs.find((each) => context.unsetIn(each).some((variable) => variable.name === name));
  if (run === undefined)
    return {
      span: { start, end },
      message: `ARG ${name} before FROM is never used`,
      fix: advice(`Use $${name} in a FROM line, or remove the ARG`),
    };
  return {
    span: { start, end },
    message: `ARG ${name} before FROM is not seen in stages, and a RUN step uses it: it is empty there`,
    fix: {
      kind: 'suggested',
      title: `Declare ARG ${name} before that step`,
      edits: declareArgs(context, run, [name]),
    },
  };
}
