import type { PlacedCommand } from '../stages/runs.ts';
import type { LintContext } from '../context.ts';

import type { Severity } from '../finding.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import type { ShellCommand } from '../shell/script.ts';
import type { StageFacts } from '../stages/stage-facts.ts';

export const emulatedToolchain: Rule = {
  id: 'XB026',
  name: 'emulated-toolchain',
  severity: 'warning',
  title: 'A toolchain runs under emulation',
  documentation:
    'A stage without `--platform` runs under QEMU for every platform that the building machine is not. Compilers are many times slower there, the .NET SDK is not supported under QEMU and crashes or hangs, and so does Node.js for arm/v6 and v7. Run the compiler in a stage on `--platform=$BUILDPLATFORM` and tell it the target (`dotnet publish -a $TARGETARCH`, `GOARCH=$TARGETARCH`). Where every platform has a builder of its own, leave it as it is.',
  bad: 'FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build\nARG TARGETARCH\nCOPY . .\nRUN dotnet publish -o /app\nFROM mcr.microsoft.com/dotnet/aspnet:9.0\nCOPY --from=build /app /app\n',
  good: 'FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:9.0 AS build\nARG TARGETARCH\nCOPY . .\nRUN dotnet publish -a $TARGETARCH -o /app\nFROM mcr.microsoft.com/dotnet/aspnet:9.0\nCOPY --from=build /app /app\n',
  check: (context) => {
    if (!context.isMultiPlatform) return [];
    const seen = new Set<StageFacts>();
    return context.commands.flatMap((placed) => check(placed, seen, context));
  },
};

const VERBS: Readonly<Record<string, RegExp>> = {
  dotnet: /^(build|publish|restore)$/,
  cargo: /^(build|install)$/,
  go: /^(build|install)$/,
  npm: /^(build|ci|install)$/,
  yarn: /^(build|install)$/,
  pnpm: /^(build|install)$/,
};

/** One finding for a stage: the answer is the same for all its steps. */
function check(
  { command, run }: PlacedCommand,
  seen: Set<StageFacts>,
  context: LintContext,
): readonly Found[] {
  const { stage } = run;
  if (stage.runsOn.kind !== 'target' || stage.ships || seen.has(stage) || !isToolchain(command)) return [];
  seen.add(stage);
  return [
    {
      span: { start: command.nameSpan.start, end: command.args[0]?.end ?? command.nameSpan.end },
      severity: severityOf(command, context),
      message: `This build step runs under emulation for other platforms, where ${command.name} is slow or fails`,
      fix: advice('Run it in a stage on --platform=$BUILDPLATFORM, told the target'),
    },
  ];
}

function isToolchain({ name, args }: ShellCommand): boolean {
  const verbs = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  return verbs !== undefined && args.some(({ value }) => verbs.test(value)) && !installsTool(args);
}

/** `npm install -g pnpm` is done once, and compiles nothing. */
function installsTool(args: ShellCommand['args']): boolean {
  return args.some(({ value }) => /^(-g|--global|--location=global)$/.test(value));
}

function severityOf({ name }: ShellCommand, { platforms, platformsAreGiven }: LintContext): Severity {
  if (name === 'dotnet') return 'warning';
  const hasOldArm = platformsAreGiven && platforms.some(({ architecture }) => architecture === 'arm');
  return hasOldArm && /^(npm|yarn|pnpm)$/.test(name) ? 'warning' : 'info';
}
