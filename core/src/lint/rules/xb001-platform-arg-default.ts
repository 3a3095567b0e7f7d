import type { Platform } from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { Assignment, Instruction, Stage, Word } from '../dockerfile/tree.ts';
import { declarations } from '../dockerfile/tree.ts';
import { findReferences } from '../dockerfile/expand.ts';
import type { Severity } from '../finding.ts';
import type { Found, Rule } from '../rule.ts';
import { isPlatformName } from '../scope/platform-names.ts';

export const platformArgDefault: Rule = {
  id: 'XB001',
  name: 'platform-arg-default',
  severity: 'error',
  title: 'An automatic platform ARG has a default',
  documentation:
    'BuildKit sets TARGETARCH, TARGETPLATFORM and the other platform ARGs for each platform it builds, but a default in the Dockerfile wins over that value: `ARG TARGETARCH=amd64` is amd64 on every platform, and the arm64 image gets amd64 files. Declare the ARG without a default. Where a fallback for builders without BuildKit is wanted, give it in the shell: `${TARGETARCH:-$(dpkg --print-architecture)}`.',
  bad: 'FROM alpine\nARG TARGETARCH=amd64\nCOPY bin/app-${TARGETARCH} /app\n',
  good: 'FROM alpine\nARG TARGETARCH\nCOPY bin/app-${TARGETARCH} /app\n',
  check: (context) => [
    ...context.tree.globals.flatMap((instruction) => checkArg(instruction, context)),
    ...context.stages.flatMap(({ stage }) =>
      stage.instructions
        .filter(({ keyword }) => keyword === 'ARG')
        .flatMap((instruction) => checkArg(instruction, context, stage)),
    ),
  ],
};

function checkArg(instruction: Instruction, context: LintContext, stage?: Stage): readonly Found[] {
  return instruction.assignments.flatMap((assignment) => {
    const { name, value } = assignment;
    if (value === undefined || !isPlatformName(name)) return [];
    if (followsPlatform(assignment, instruction, { context, stage })) return [];
    const severity = stage === undefined && !isGlobalUsed(name, context) ? 'info' : severityOf(name, value);
    return [
      {
        span: assignment,
        severity,
        message: `ARG ${name} has a default, which hides the value BuildKit sets for each platform; remove "=${value.text}"`,
        fix: {
          kind: 'automatic',
          title: `Remove the default of ${name}`,
          edits: [{ start: assignment.nameSpan.end, end: assignment.end, text: '' }],
        },
      },
    ];
  });
}

function severityOf(name: string, value: Word): Severity {
  if (name === 'TARGETOS') return value.text.replace(/["']/g, '') === 'linux' ? 'info' : 'warning';
  if (name.startsWith('BUILD')) return 'warning';
  return value.text.replace(/["']/g, '') === '' && name === 'TARGETVARIANT' ? 'warning' : 'error';
}

const PROBES: readonly Platform[] = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
  { os: 'linux', architecture: 'arm', variant: 'v6' },
  { os: 'windows', architecture: 'amd64' },
];

interface ArgPlace {
  readonly context: LintContext;
  readonly stage: Stage | undefined;
}

/** A default made from the automatic value, such as `${TARGETARCH/amd64/x64}` after a bare ARG, is still one for each. */
function followsPlatform(
  { name, value }: Assignment,
  instruction: Instruction,
  { context, stage }: ArgPlace,
): boolean {
  const text = value?.text ?? '';
  const references = findReferences(text, 0, { escape: context.tree.escape });
  if (references.length === 0) return false;
  const [first] = PROBES;
  if (first === undefined) return false;
  const values = PROBES.map((probe) => {
    const scopes = name.startsWith('BUILD') ? context.scopesFor(first, probe) : context.scopesFor(probe);
    return stage === undefined ? globalValue(name, context, probe) : scopes.expand(text, instruction);
  });
  return new Set(values).size > 1;
}

function globalValue(name: string, context: LintContext, probe: Platform): string {
  const [first] = PROBES;
  const scopes =
    name.startsWith('BUILD') && first !== undefined
      ? context.scopesFor(first, probe)
      : context.scopesFor(probe);
  return scopes.globals.get(name)?.value ?? '';
}

/** Whether a FROM line, another ARG before it, or a bare ARG in a stage takes the value. */
function isGlobalUsed(name: string, { tree }: LintContext): boolean {
  const words = [
    ...tree.stages.flatMap(({ base, platform }) => [base, ...(platform ? [platform.value] : [])]),
    ...tree.globals.flatMap(({ assignments }) => assignments.flatMap(({ value }) => value ?? [])),
  ];
  const named = words.flatMap(({ text }) => findReferences(text, 0, { escape: tree.escape }));
  if (named.some((reference) => reference.name === name)) return true;
  const isBare = (each: Assignment): boolean => each.name === name && each.value === undefined;
  return declarations(tree.stages).some(isBare);
}
