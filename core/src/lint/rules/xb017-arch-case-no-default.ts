import type { Platform } from '../../model/index.ts';
import { formatPlatform } from '../../model/index.ts';
import { findArchitectures, onlyArchitecture } from '../architectures.ts';
import type { LintContext } from '../context.ts';
import { insertAt } from '../edits.ts';
import type { Severity } from '../finding.ts';
import { advice, type Found, type FoundFix, type Rule } from '../rule.ts';
import type { Run } from '../runs.ts';
import type { Branch, Choice } from '../shell/script.ts';

export const archCaseNoDefault: Rule = {
  id: 'XB017',
  name: 'arch-case-no-default',
  severity: 'warning',
  title: 'A choice by platform has no branch for other platforms',
  documentation:
    'A `case` on TARGETARCH without `*)`, or an `if` and `elif` without `else`, does nothing for a platform that it does not name, and an `else` that means one architecture gives every other platform the files of that one. Both build without a word. End such a choice with a branch that fails: `*) echo "unsupported: $TARGETARCH" >&2; exit 1 ;;`. A warning where a platform that was asked for has no branch of its own, else only told.',
  bad: 'FROM alpine\nARG TARGETARCH\nRUN case "$TARGETARCH" in amd64) echo x86_64 ;; arm64) echo aarch64 ;; esac > /arch\n',
  good: 'FROM alpine\nARG TARGETARCH\nRUN case "$TARGETARCH" in amd64) echo x86_64 ;; arm64) echo aarch64 ;; *) exit 1 ;; esac > /arch\n',
  example: { platforms: ['linux/amd64', 'linux/arm64', 'linux/riscv64'] },
  check: (context) =>
    context.runs.flatMap((run) =>
      run.script.choices.flatMap((choice) =>
        choice.kind === 'case' ? checkCase(choice, run, context) : checkIf(choice, run, context),
      ),
    ),
};

function checkCase(choice: Choice, { text, textStart }: Run, context: LintContext): readonly Found[] {
  const head = text.slice(
    choice.start - textStart,
    (choice.branches[0]?.conditionSpan.start ?? choice.end) - textStart,
  );
  if (!/TARGET(ARCH|PLATFORM)/.test(head)) return [];
  const conditions = choice.branches.map(({ condition }) => condition);
  if (conditions.some((condition) => /(^|\|)\s*\*\s*($|\|)/.test(condition))) return [];
  const served = conditions.join(' ');
  // A choice of what is done besides, for one platform alone, needs no branch for the rest.
  if (choice.branches.length < 2) return [];
  return [
    {
      span: { start: choice.start, end: choice.start + 'case'.length },
      severity: isServed(served, context) ? 'info' : 'warning',
      message: 'No branch for other platforms',
      fix: addDefault(choice, context),
    },
  ];
}

function addDefault({ end, branches }: Choice, { source }: LintContext): FoundFix {
  const esac = end - 'esac'.length;
  const before = source.text.slice(branches.at(-1)?.body.end ?? esac, esac);
  const separator = before.includes(';;') ? '' : ';; ';
  return {
    kind: 'suggested',
    title: 'End with a branch that fails',
    edits: [insertAt(esac, `${separator}*) echo "unsupported platform" >&2; exit 1 ;; `)],
  };
}

/** Whether every platform that was asked for is named; nothing asked for is served. */
function isServed(conditions: string, { platforms, platformsAreGiven }: LintContext): boolean {
  return !platformsAreGiven || platforms.every((platform) => isNamed(platform, conditions));
}

function isNamed(platform: Platform, conditions: string): boolean {
  if (conditions.includes(formatPlatform(platform))) return true;
  return findArchitectures(conditions).some(({ architecture }) => architecture === platform.architecture);
}

function checkIf(choice: Choice, run: Run, context: LintContext): readonly Found[] {
  const { branches, start } = choice;
  const conditions = branches.map(({ condition }) => condition);
  if (conditions.some((condition) => condition !== '' && !asksForOne(condition))) return [];
  if (conditions.at(-1) === '') return checkElse(choice, run, context);
  if (branches.length < 2) return [];
  return [
    {
      span: { start, end: start + 'if'.length },
      severity: isServed(conditions.join(' '), context) ? 'info' : 'warning',
      message: 'No branch for other platforms',
      fix: advice('End with an else branch that fails'),
    },
  ];
}

/** `[ "$TARGETARCH" = arm64 ]` and the like. */
function asksForOne(condition: string): boolean {
  return /TARGET(ARCH|PLATFORM)/.test(condition) && !/!=|^!/.test(condition);
}

/** `if [ "$TARGETARCH" = arm64 ]; then …aarch64…; else …x86_64…; fi` */
function checkElse({ branches }: Choice, { text, textStart }: Run, context: LintContext): readonly Found[] {
  const last = branches.at(-1);
  if (last === undefined) return [];
  const architecture = onlyArchitecture(
    text.slice(last.body.start - textStart, last.body.end - textStart),
  )?.architecture;
  if (architecture === undefined) return [];
  return [
    {
      span: { start: last.body.start, end: last.body.end },
      severity: elseSeverity(architecture, branches, context),
      message: `Every platform without a branch is taken for ${architecture}`,
      fix: advice('Name each platform, and fail for the rest'),
    },
  ];
}

function elseSeverity(architecture: string, branches: readonly Branch[], context: LintContext): Severity {
  const conditions = branches.map(({ condition }) => condition).join(' ');
  return isServed(`${conditions} ${architecture}`, context) ? 'info' : 'warning';
}
