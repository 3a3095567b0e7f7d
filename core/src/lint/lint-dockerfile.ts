import type { Platform } from '../model/index.ts';
import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { LintConfig } from './config/lint-config.ts';
import { createContext, type LintContext } from './context.ts';
import { compareFindings, type Finding, type Severity } from './finding.ts';
import { findIgnore, readIgnoreComments } from './config/ignore-comments.ts';
import type { Found } from './rule.ts';
import { RULES } from './rules/index.ts';

export interface LintOptions {
  /** The name that findings carry. Default: `Dockerfile`. */
  readonly file?: string | undefined;
  /** What is built. Default: nothing is known, and rules take it for amd64 and arm64 where that matters. */
  readonly platforms?: readonly Platform[] | undefined;
  /** What callers pass as `--build-arg`. */
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
  /** The stage that is built. Default: the last. */
  readonly target?: string | undefined;
  readonly config?: LintConfig | undefined;
}

export interface LintReport {
  readonly file: string;
  /** By their places. */
  readonly findings: readonly Finding[];
  /** Taken out by a comment, with its reason. */
  readonly ignored: readonly { readonly finding: Finding; readonly reason: string }[];
}

/**
 * Finds what makes images of one platform hold files of another, in the text of one Dockerfile. Pure: reads no file
 * and asks nobody; what needs an image's index is found by `lintBases`. Throws LIMIT_EXCEEDED for a text over
 * `LIMITS.dockerfileBytes`; a text that is no Dockerfile has no findings.
 */
export function lintDockerfile(text: string, options: LintOptions = {}): LintReport {
  const context = createContext(checkSize(text, options), options);
  return makeReport(context, runRules(context), options);
}

/** Throws LIMIT_EXCEEDED for a text that no Dockerfile is as long as. */
export function checkSize(text: string, { file = 'Dockerfile' }: LintOptions): string {
  if (text.length <= LIMITS.dockerfileBytes) return text;
  throw new XbundleError(
    'LIMIT_EXCEEDED',
    `linting ${file}: it has ${text.length} characters, and at most ${LIMITS.dockerfileBytes} are read`,
  );
}

/** What a rule found, with the rule it is of. */
export interface RuleFound extends Found {
  readonly rule: string;
}

function runRules(context: LintContext): readonly RuleFound[] {
  return RULES.flatMap((rule) =>
    rule.check(context).map((found) => ({ severity: rule.severity, ...found, rule: rule.id })),
  );
}

/** Puts findings into the terms of the file, without those that the configuration or a comment takes out. */
export function makeReport(
  context: LintContext,
  found: readonly RuleFound[],
  { file = 'Dockerfile', config }: LintOptions,
): LintReport {
  const comments = readIgnoreComments(context.tree, context.source);
  const findings = found
    .flatMap((each) => toFinding(each, context, { file, config }))
    .toSorted(compareFindings);
  const judged = findings.map((finding) => ({ finding, ignore: findIgnore(finding, comments) }));
  return {
    file,
    findings: judged.flatMap(({ finding, ignore }) => (ignore === undefined ? [finding] : [])),
    ignored: judged.flatMap(({ finding, ignore }) =>
      ignore === undefined ? [] : [{ finding, reason: ignore.reason }],
    ),
  };
}

interface Naming {
  readonly file: string;
  readonly config: LintConfig | undefined;
}

function toFinding(found: RuleFound, { source }: LintContext, { file, config }: Naming): readonly Finding[] {
  const { rule, message, span, fix } = found;
  const severity: Severity | 'off' = config?.rules.get(rule) ?? found.severity ?? 'warning';
  if (severity === 'off') return [];
  return [
    {
      rule,
      severity,
      message,
      file,
      range: source.rangeOf(span),
      ...(fix !== undefined && {
        fix: {
          kind: fix.kind,
          title: fix.title,
          edits: fix.edits.map(({ text, ...at }) => ({ range: source.rangeOf(at), text })),
        },
      }),
    },
  ];
}
