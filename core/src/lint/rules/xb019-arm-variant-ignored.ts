import type { PlacedCommand } from '../stages/runs.ts';
import type { LintContext } from '../context.ts';
import { declareArgs, insertAt } from '../fixes/edits.ts';
import { isGiven, lastAssignment } from '../compilers/environment.ts';
import { isGoBuild } from '../compilers/go-command.ts';
import type { Found, Rule } from '../rule.ts';
import type { ShellAssignment } from '../shell/script.ts';

export const armVariantIgnored: Rule = {
  id: 'XB019',
  name: 'arm-variant-ignored',
  severity: 'warning',
  title: 'GOARM is not set from TARGETVARIANT',
  documentation:
    'TARGETARCH is `arm` for arm/v5, v6 and v7 alike; which of them is in TARGETVARIANT. Go needs it in GOARM, and without it builds for its own default, whose instructions an older processor (the first Raspberry Pi and the Zero) does not have: the program ends with "illegal instruction". Set `GOARM=${TARGETVARIANT#v}`: without its `v`, which Go refuses; on other architectures Go ignores it. A warning where arm/v5 or v6 is asked for, told where another arm is.',
  bad: 'FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nARG TARGETARCH\nRUN CGO_ENABLED=0 GOARCH=$TARGETARCH go build -o /app .\n',
  good: 'FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nARG TARGETARCH TARGETVARIANT\nRUN CGO_ENABLED=0 GOARM=${TARGETVARIANT#v} GOARCH=$TARGETARCH go build -o /app .\n',
  example: { platforms: ['linux/amd64', 'linux/arm/v6'] },
  check: (context) =>
    asksForArm(context) ? context.commands.flatMap((placed) => check(placed, context)) : [],
};

function asksForArm({ platforms, platformsAreGiven }: LintContext): boolean {
  return platformsAreGiven && platforms.some(({ architecture }) => architecture === 'arm');
}

function check(placed: PlacedCommand, context: LintContext): readonly Found[] {
  if (!isGoBuild(placed.command)) return [];
  if (isGiven('GOARM', placed, context)) return checkPrefix(placed);
  const assignment = lastAssignment('GOARCH', placed);
  if (!/TARGETARCH/.test(assignment?.value?.text ?? '')) return [];
  return assignment === undefined ? [] : [describe(assignment, placed, context)];
}

/** `GOARM=$TARGETVARIANT` is `v7`, which Go refuses. */
function checkPrefix(placed: PlacedCommand): readonly Found[] {
  const value = lastAssignment('GOARM', placed)?.value;
  if (value === undefined || !/^["']?\$(TARGETVARIANT|\{TARGETVARIANT\})["']?$/.test(value.text)) return [];
  const { start, text } = value;
  return [
    {
      span: { start, end: start + text.length },
      severity: 'warning',
      message: 'GOARM is set to "v6" or "v7", which Go refuses: it wants the number alone',
      fix: {
        kind: 'automatic',
        title: 'Leave the "v" out',
        edits: [
          { start, end: start + text.length, text: text.replace(/\$\w+|\$\{\w+\}/, '${TARGETVARIANT#v}') },
        ],
      },
    },
  ];
}

function describe(assignment: ShellAssignment, placed: PlacedCommand, context: LintContext): Found {
  const isOld = context.platforms.some(({ variant }) => variant === 'v5' || variant === 'v6');
  return {
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
  };
}
