import type { PlacedCommand } from '../runs.ts';
import type { LintContext } from '../context.ts';
import { declareArgs, insertAt } from '../edits.ts';
import { isGiven, lastAssignment } from '../environment.ts';
import { isGoBuild } from '../go-command.ts';
import type { Found, Rule } from '../rule.ts';

export const armVariantIgnored: Rule = {
  id: 'XB019',
  name: 'arm-variant-ignored',
  severity: 'warning',
  title: 'GOARM is not set from TARGETVARIANT',
  documentation:
    'TARGETARCH is `arm` for arm/v5, v6 and v7 alike; which of them is in TARGETVARIANT. Go needs it in GOARM, and without it builds for its own default, whose instructions an older processor (the first Raspberry Pi and the Zero) does not have: the program ends with "illegal instruction". Set `GOARM=${TARGETVARIANT#v}`; Go ignores it on other architectures. A warning where arm/v5 or v6 is asked for, told where another arm is.',
  bad: 'FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nARG TARGETARCH\nRUN CGO_ENABLED=0 GOARCH=$TARGETARCH go build -o /app .\n',
  good: 'FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nARG TARGETARCH TARGETVARIANT\nRUN CGO_ENABLED=0 GOARM=${TARGETVARIANT#v} GOARCH=$TARGETARCH go build -o /app .\n',
  example: { platforms: ['linux/amd64', 'linux/arm/v6'] },
  check: (context) =>
    asksForArm(context)
      ? context.commands
          .filter((placed) => isWrong(placed, context))
          .flatMap((placed) => describe(placed, context))
      : [],
};

function asksForArm({ platforms, platformsAreGiven }: LintContext): boolean {
  return platformsAreGiven && platforms.some(({ architecture }) => architecture === 'arm');
}

function isWrong(placed: PlacedCommand, context: LintContext): boolean {
  if (!isGoBuild(placed.command) || isGiven('GOARM', placed, context)) return false;
  return /TARGETARCH/.test(lastAssignment('GOARCH', placed)?.value?.text ?? '');
}

function describe(placed: PlacedCommand, context: LintContext): readonly Found[] {
  const assignment = lastAssignment('GOARCH', placed);
  if (assignment === undefined) return [];
  const isOld = context.platforms.some(({ variant }) => variant === 'v5' || variant === 'v6');
  return [
    {
      span: { start: assignment.start, end: assignment.end },
      severity: isOld ? 'warning' : 'info',
      message: 'GOARM is not set from TARGETVARIANT, so all arm variants get the same binary',
      fix: {
        kind: 'automatic',
        title: 'Set GOARM from TARGETVARIANT',
        edits: [
          ...declareArgs(context, placed.run, ['TARGETVARIANT']),
          insertAt(assignment.start, 'GOARM=${TARGETVARIANT#v} '),
        ],
      },
    },
  ];
}
