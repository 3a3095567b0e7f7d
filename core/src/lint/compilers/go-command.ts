import type { LintContext } from '../context.ts';
import type { Run } from '../stages/runs.ts';
import { withParents } from '../stages/stage-facts.ts';
import type { ShellCommand } from '../shell/script.ts';

/** `go build`, or `go install` of packages that lie in the build context. */
export function isGoBuild({ name, args }: ShellCommand): boolean {
  const verb = args[0]?.value;
  if (name !== 'go' || verb === undefined) return false;
  if (verb === 'build') return true;
  return verb === 'install' && !args.some(({ value }) => /@/.test(value));
}

/** What `-o` says. */
export function goOutput({ args }: ShellCommand): string | undefined {
  const at = args.findIndex(({ value }) => /^--?o(=|$)/.test(value));
  const flag = args[at]?.value;
  if (flag === undefined) return undefined;
  return flag.includes('=') ? flag.slice(flag.indexOf('=') + 1) : args[at + 1]?.value;
}

/** Whether `go` is made to cross-compile before a step or in it: `xx-go --wrap`, or `go env -w GOARCH=…`. */
export function isGoWrapped(run: Run, { runs }: LintContext): boolean {
  const chain = withParents(run.stage);
  return runs.some(
    ({ stage, text, instruction }) =>
      chain.includes(stage) &&
      instruction.start <= run.instruction.start &&
      /\bxx-go\s+--wrap\b|\bgo\s+env\s+-w\b[^;&|]*\bGOARCH=/.test(text),
  );
}
