import type { Platform } from '../../model/index.ts';
import { formatPlatform } from '../../model/index.ts';
import { findArchitectures, onlyArchitecture } from '../architectures.ts';
import type { LintContext } from '../context.ts';
import { insertAt } from '../fixes/edits.ts';
import type { Severity } from '../finding.ts';
import { advice, type Found, type FoundFix, type Rule } from '../rule.ts';
import type { Run } from '../stages/runs.ts';
import type { Branch, Choice } from '../shell/script.ts';

export const archCaseNoDefault: Rule = {
  id: 'XB017',
  name: 'arch-case-no-default',
  severity: 'warning',
  title: 'A choice by platform has no branch for other platforms',
  documentation:
    'A `case` on TARGETARCH without `*)`, or an `if` and `elif` without `else`, does nothing for a platform that it does not name, and an `else` or `*)` that means one architecture gives every other platform the files of that one. Both build without a word. End such a choice with a branch that fails: `*) echo "unsupported: $TARGETARCH" >&2; exit 1 ;;`. A warning where a platform that was asked for has no branch of its own, else only told.',
  bad: 'FROM alpine\nARG TARGETARCH\nRUN case "$TARGETARCH" in amd64) echo x86_64 ;; arm64) echo aarch64 ;; esac > /arch\n',
  good: 'FROM alpine\nARG TARGETARCH\nRUN case "$TARGETARCH" in amd64) echo x86_64 ;; arm64) echo aarch64 ;; *) exit 1 ;; esac > /arch\n',
  example: { platforms: ['linux/amd64', 'linux/arm64', 'linux/riscv64'] },
  check: (context) =>
    context.runs.flatMap((run) => run.script.choices.flatMap((choice) => check(choice, run, context))),
};

function check(choice: Choice, run: Run, context: LintContext): readonly Found[] {
  const { kind, branches, start } = choice;
  if (!isByPlatform(choice, run)) return [];
  const rest = branches.find(({ condition }) => takesRest(condition));
  if (rest !== undefined) return checkRest(rest, choice, { run, context });
  // A choice of what is done besides, for one platform alone, needs no branch for the rest.
  if (branches.length < 2) return [];
  return [
    {
      span: { start, end: start + kind.length },
      severity: severityOf(conditionsOf(choice), context),
      message: 'No branch for other platforms',
      fix: kind === 'case' ? addDefault(choice, context) : advice('End with an else branch that fails'),
    },
  ];
}

function isByPlatform({ kind, start, end, branches }: Choice, { text, textStart }: Run): boolean {
  const head = text.slice(start - textStart, (branches[0]?.conditionSpan.start ?? end) - textStart);
  if (kind === 'case') return /TARGET(ARCH|PLATFORM)/.test(head);
  return branches.every(({ condition }) => takesRest(condition) || asksForOne(condition));
}

/** `[ "$TARGETARCH" = arm64 ]` and the like. */
function asksForOne(condition: string): boolean {
  return /TARGET(ARCH|PLATFORM)/.test(condition) && !/!=|^!/.test(condition);
}

/** `else`, or `*)` of a case. */
function takesRest(condition: string): boolean {
  return condition === '' || /(^|\|)\s*\*\s*($|\|)/.test(condition);
}

function conditionsOf({ branches }: Choice): string {
  return branches.map(({ condition }) => condition).join(' ');
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

/** Grave where a platform that was asked for is not served; nothing asked for is served. */
function severityOf(served: string, { platforms, platformsAreGiven }: LintContext): Severity {
  const isServed = !platformsAreGiven || platforms.every((platform) => isNamed(platform, served));
  return isServed ? 'info' : 'warning';
}

function isNamed(platform: Platform, conditions: string): boolean {
  if (conditions.includes(formatPlatform(platform))) return true;
  return findArchitectures(conditions).some(({ architecture }) => architecture === platform.architecture);
}

interface Place {
  readonly run: Run;
  readonly context: LintContext;
}

/** `if [ "$TARGETARCH" = arm64 ]; then …aarch64…; else …x86_64…; fi` */
function checkRest({ body }: Branch, choice: Choice, { run, context }: Place): readonly Found[] {
  const text = run.text.slice(body.start - run.textStart, body.end - run.textStart);
  const architecture = onlyArchitecture(text)?.architecture;
  if (architecture === undefined || /\b(exit|return|false)\b/.test(text)) return [];
  return [
    {
      span: { start: body.start, end: body.end },
      severity: severityOf(`${conditionsOf(choice)} ${architecture}`, context),
      message: `Every platform without a branch is taken for ${architecture}`,
      fix: advice('Name each platform, and fail for the rest'),
    },
  ];
}
