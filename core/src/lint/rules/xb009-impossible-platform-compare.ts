import { formatPlatform } from '../../model/index.ts';
import { architectureOf, TARGET_ARCHITECTURES } from '../architectures.ts';
import type { LintContext } from '../context.ts';
import type { Found, Rule } from '../rule.ts';
import { setsVariable, type Run } from '../stages/runs.ts';
import { isPlatformName } from '../scope/platform-names.ts';
import type { Comparison, ShellWord } from '../shell/script.ts';
import { readPlatform } from '../stages/stage-facts.ts';

export const impossiblePlatformCompare: Rule = {
  id: 'XB009',
  name: 'impossible-platform-compare',
  severity: 'error',
  title: 'A platform variable is compared with a value it never has',
  documentation:
    'BuildKit normalises platforms: TARGETARCH is `arm64`, never `aarch64`; `amd64`, never `x86_64`; `arm`, never `armv7`, with `v7` in TARGETVARIANT; TARGETPLATFORM is `linux/arm/v7`, never `linux/arm`, and `linux/arm64`, never `linux/arm64/v8`. A branch for such a value is never taken, so another one quietly serves that platform, or none. A spelling that stands beside the right one is left alone.',
  bad: 'FROM alpine\nARG TARGETARCH\nRUN if [ "$TARGETARCH" = "aarch64" ]; then apk add libfoo-arm; fi\n',
  good: 'FROM alpine\nARG TARGETARCH\nRUN if [ "$TARGETARCH" = "arm64" ]; then apk add libfoo-arm; fi\n',
  check: (context) => context.runs.flatMap((run) => checkRun(run, context)),
};

function checkRun(run: Run, context: LintContext): readonly Found[] {
  const { comparisons } = run.script;
  return comparisons
    .filter(({ variable }) => isAutomatic(variable, run, context))
    .flatMap((comparison) => checkComparison(comparison, comparisons));
}

function isAutomatic(name: string, run: Run, { scopes }: LintContext): boolean {
  return (
    isPlatformName(name) &&
    scopes.before(run.instruction).get(name)?.origin === 'automatic' &&
    !setsVariable(run, name)
  );
}

/** A branch is dead when none of its values is possible, and the step asks for the right one nowhere. */
function checkComparison({ variable, values }: Comparison, all: readonly Comparison[]): readonly Found[] {
  if (values.some((value) => isPossible(variable, value))) return [];
  const asked = all
    .filter((other) => other.variable === variable)
    .flatMap((other) => other.values.map(({ value }) => value));
  return values.flatMap((word) => {
    const good = usualSpelling(variable, word.value);
    if (good !== undefined && asked.includes(good)) return [];
    return [describe(variable, word, good)];
  });
}

function describe(variable: string, { start, end, text, value }: ShellWord, good: string | undefined): Found {
  const says = good === undefined ? '' : `; BuildKit uses "${good}"`;
  return {
    span: { start, end },
    message: `${variable} is never "${value}"${says}`,
    ...(good !== undefined && {
      fix: {
        kind: 'automatic',
        title: `Compare with "${good}"`,
        edits: [{ start, end, text: text.replace(value, good) }],
      },
    }),
  };
}

function isPossible(variable: string, { value, isLiteral, text }: ShellWord): boolean {
  const isPattern = /[*?[\]+()|]/.test(text);
  if (!isLiteral || isPattern || value === '') return true;
  if (variable.endsWith('ARCH')) return TARGET_ARCHITECTURES.has(value);
  if (variable.endsWith('VARIANT')) return /^v\d+$/.test(value);
  if (!variable.endsWith('PLATFORM')) return true;
  const platform = readPlatform(value);
  return platform !== undefined && formatPlatform(platform) === value;
}

function usualSpelling(variable: string, value: string): string | undefined {
  if (variable.endsWith('ARCH')) return architectureOf(value) ?? readPlatform(value)?.architecture;
  if (variable.endsWith('VARIANT')) return /^\d+$/.test(value) ? `v${value}` : undefined;
  const platform = readPlatform(value);
  return platform === undefined ? undefined : formatPlatform(platform);
}
