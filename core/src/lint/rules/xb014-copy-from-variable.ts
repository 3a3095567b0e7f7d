import type { Copied } from '../stages.ts';
import { insertAt } from '../edits.ts';
import type { LintContext } from '../context.ts';
import type { Found, Rule } from '../rule.ts';

export const copyFromVariable: Rule = {
  id: 'XB014',
  name: 'copy-from-variable',
  severity: 'error',
  title: 'COPY --from does not expand variables',
  documentation:
    'FROM lines may choose a stage by variable, `COPY --from` may not: the build fails with "variable expansion is not supported for --from". Give the choice a name of its own: `FROM build-${TARGETARCH} AS chosen`, then `COPY --from=chosen`.',
  bad: 'FROM alpine AS build-amd64\nFROM alpine AS build-arm64\nFROM alpine\nARG TARGETARCH\nCOPY --from=build-${TARGETARCH} /app /app\n',
  good: 'FROM alpine AS build-amd64\nFROM alpine AS build-arm64\nFROM build-${TARGETARCH} AS chosen\nFROM alpine\nCOPY --from=chosen /app /app\n',
  check: (context) =>
    context.stages.flatMap(({ copies, stage }) =>
      copies
        .filter(({ from }) => from.value.text.includes('$'))
        .map((copied) => describe(copied, stage.from.start, context)),
    ),
};

function describe({ from }: Copied, stageStart: number, { stages }: LintContext): Found {
  const name = freeName(new Set(stages.map(({ stage }) => stage.name)));
  return {
    span: { start: from.start, end: from.end },
    message: 'COPY --from does not expand variables',
    fix: {
      kind: 'suggested',
      title: `Choose the stage in a FROM line of its own, "${name}"`,
      edits: [
        insertAt(stageStart, `FROM ${from.value.text} AS ${name}\n\n`),
        { start: from.value.start, end: from.value.end, text: name },
      ],
    },
  };
}

function freeName(taken: ReadonlySet<string | undefined>): string {
  return ['chosen', 'chosen-stage', 'chosen-for-target'].find((name) => !taken.has(name)) ?? 'chosen-by-arg';
}
