import type { PlacedCommand } from '../stages/runs.ts';
import type { LintContext } from '../context.ts';

import { mayBeTaken, takenFrom } from '../stages/outcome.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import type { ShellCommand } from '../shell/script.ts';

export const buildArchProbe: Rule = {
  id: 'XB007',
  name: 'build-arch-probe',
  severity: 'error',
  title: 'A build stage asks the machine for its architecture',
  documentation:
    '`uname -m`, `dpkg --print-architecture` and the like tell on which machine a step runs. In a stage on `$BUILDPLATFORM` that is the building machine, so what is fetched or built by it has the wrong architecture in every other image. Use TARGETARCH there. In a stage without `--platform` such a question is right, and for a tool that only runs during the build it is right in any stage: where nothing shows that the file gets into the image, this is only told.',
  bad: 'FROM --platform=$BUILDPLATFORM alpine AS fetch\nRUN wget -O /tini https://example.com/tini-$(uname -m)\nFROM alpine\nCOPY --from=fetch /tini /tini\n',
  good: 'FROM --platform=$BUILDPLATFORM alpine AS fetch\nARG TARGETARCH\nRUN wget -O /tini https://example.com/tini-${TARGETARCH}\nFROM alpine\nCOPY --from=fetch /tini /tini\n',
  check: (context) =>
    context.commands
      .filter(({ command, run }) => isProbe(command) && run.stage.runsOn.kind === 'build')
      .map((placed) => describe(placed, context)),
};

function isProbe({ name, args }: ShellCommand): boolean {
  const values = args.map(({ value }) => value);
  if (name === 'uname') return values.some((value) => /^-[a-z]*[mpi]|^--(machine|processor)$/.test(value));
  if (name === 'dpkg') return values.includes('--print-architecture');
  if (name === 'apk') return values.includes('--print-arch');
  return (name === 'arch' && args.length === 0) || (name === 'rpm' && values.includes('%{_arch}'));
}

function describe({ command, run }: PlacedCommand, context: LintContext): Found {
  const text = context.source.slice(command);
  return {
    span: command,
    severity: getsIntoImage({ command, run }, context) ? 'error' : 'info',
    message: `${text} in a $BUILDPLATFORM stage reports the build machine, not the platform that is built`,
    fix: advice('Use $TARGETARCH, mapped to the names that are wanted, with ARG TARGETARCH'),
  };
}

/** Whether the step names a path that a target stage copies, or stands in the image itself. */
function getsIntoImage({ run }: PlacedCommand, context: LintContext): boolean {
  if (run.stage.ships) return true;
  const taken = takenFrom(run.stage, context.stages);
  const paths = run.script.commands.flatMap(({ args, outputs }) => [...args, ...outputs]);
  return paths.some(({ value }) => /^\/[^$*?`]+$/.test(value) && mayBeTaken(value, taken));
}
