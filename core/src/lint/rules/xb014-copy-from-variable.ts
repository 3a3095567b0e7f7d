import type { LintContext } from '../context.ts';
import type { Stage, Word } from '../dockerfile/tree.ts';
import { insertAt } from '../fixes/edits.ts';
import { optionValue } from '../stages/mounts.ts';
import type { Found, Rule } from '../rule.ts';
import type { Span } from '../source-text.ts';

export const copyFromVariable: Rule = {
  id: 'XB014',
  name: 'copy-from-variable',
  severity: 'error',
  title: 'COPY --from does not expand variables',
  documentation:
    'FROM lines may choose a stage by variable, `COPY --from` and `RUN --mount=from` may not: the build fails with "variable expansion is not supported for --from". Give the choice a name of its own: `FROM build-${TARGETARCH} AS chosen`, then `COPY --from=chosen`.',
  bad: 'FROM alpine AS build-amd64\nFROM alpine AS build-arm64\nFROM alpine\nARG TARGETARCH\nCOPY --from=build-${TARGETARCH} /app /app\n',
  good: 'FROM alpine AS build-amd64\nFROM alpine AS build-arm64\nFROM build-${TARGETARCH} AS chosen\nFROM alpine\nCOPY --from=chosen /app /app\n',
  check: (context) => [
    ...context.stages.flatMap(({ copies, stage }) =>
      copies.flatMap(({ from }) =>
        check({ what: 'COPY --from', value: from.value, span: from }, stage, context),
      ),
    ),
    ...context.runs.flatMap(({ mounts, stage: { stage } }) =>
      mounts.flatMap((mount) => {
        const value = optionValue(mount, 'from');
        return value ? check({ what: 'RUN --mount=from', value, span: mount.flag }, stage, context) : [];
      }),
    ),
  ],
};

interface From {
  readonly what: string;
  readonly value: Word;
  readonly span: Span;
}

function check({ what, value, span }: From, stage: Stage, { stages }: LintContext): readonly Found[] {
  const { text, start, end } = value;
  if (!text.includes('$')) return [];
  const name = freeName(new Set(stages.map((each) => each.stage.name)));
  return [
    {
      span: { start: span.start, end: span.end },
      message: `${what} does not expand variables`,
      fix: {
        kind: 'suggested',
        title: `Choose the stage in a FROM line of its own, "${name}"`,
        edits: [insertAt(stage.from.start, `FROM ${text} AS ${name}\n\n`), { start, end, text: name }],
      },
    },
  ];
}

function freeName(taken: ReadonlySet<string | undefined>): string {
  return ['chosen', 'chosen-stage', 'chosen-for-target'].find((name) => !taken.has(name)) ?? 'chosen-by-arg';
}
