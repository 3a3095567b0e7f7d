import { isForOneArchitecture, type LintContext } from '../context.ts';
import type { PlacedCommand } from '../stages/runs.ts';
import { isForSomePlatforms } from '../compilers/environment.ts';
import { advice, type Found, type Rule } from '../rule.ts';

export const amd64OnlyPackage: Rule = {
  id: 'XB024',
  name: 'amd64-only-package',
  severity: 'warning',
  title: 'A Debian package exists only for amd64',
  documentation:
    'Some packages of Debian and Ubuntu, or of the vendors beside them, are built for amd64 alone: gcc-multilib, the lib32 packages, google-chrome-stable. On arm64 `apt-get install` stops with "Unable to locate package". Leave them out, use what exists everywhere (chromium), or install them in a branch for amd64.',
  bad: 'FROM debian:13\nARG TARGETARCH\nRUN apt-get update && apt-get install -y gcc-multilib\n',
  good: 'FROM debian:13\nARG TARGETARCH\nRUN apt-get update && apt-get install -y gcc && if [ "$TARGETARCH" = amd64 ]; then apt-get install -y gcc-multilib; fi\n',
  check: (context) =>
    context.commands
      .filter(({ command, run }) => !isForSomePlatforms(command) && !isForOneArchitecture(run.stage))
      .flatMap((placed) => check(placed, context)),
};

const ONLY_AMD64 =
  /^(gcc|g\+\+|gfortran|gobjc)(-\d+)?-multilib$|^google-chrome-(stable|beta|unstable)$|^lib32\w|^lib(c6|stdc\+\+6)-(dev-)?i386$|^ia32-libs$|^libc6-i386$|^microsoft-edge-stable$/;

function check({ command }: PlacedCommand, context: LintContext): readonly Found[] {
  if (!/^(apt|apt-get|aptitude)$/.test(command.name)) return [];
  const severity = context.fixedTo('amd64');
  if (severity === undefined || !command.args.some(({ value }) => value === 'install')) return [];
  return command.args
    .filter(({ value }) => ONLY_AMD64.test(value.replace(/[=:].*$/, '')))
    .map(({ value, start, end }) => ({
      span: { start, end },
      severity: severity === 'info' ? 'info' : 'warning',
      message: `apt package ${value} exists only on amd64`,
      fix: advice('Install it in a branch for amd64, or use one that exists everywhere'),
    }));
}
