import type { LintContext } from '../context.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import type { Span } from '../source-text.ts';
import { copiedImages, isImage, type StageFacts } from '../stages/stage-facts.ts';

export const externalCopyInBuildStage: Rule = {
  id: 'XB028',
  name: 'external-copy-in-build-stage',
  severity: 'info',
  title: 'A build stage copies from an image of the target platform',
  documentation:
    '`COPY --from=IMAGE` and `RUN --mount=from=IMAGE` fetch the image for the platform that is built, also in a stage on `$BUILDPLATFORM`: a tool taken that way runs under emulation there, or not at all. Where it is to run during the build, give it a stage of its own: `FROM --platform=$BUILDPLATFORM IMAGE AS tool`. Where it goes on into the image, all is well.',
  bad: 'FROM --platform=$BUILDPLATFORM alpine AS build\nCOPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/uv\nRUN uv sync\n',
  good: 'FROM --platform=$BUILDPLATFORM ghcr.io/astral-sh/uv:0.9 AS uv\nFROM --platform=$BUILDPLATFORM alpine AS build\nCOPY --from=uv /uv /bin/uv\nRUN uv sync\n',
  check: (context) =>
    context.stages
      .filter(({ runsOn }) => runsOn.kind === 'build')
      .flatMap((stage) => [
        ...copiedImages(stage).map((value) => describe(value, value.text)),
        ...mounts(stage, context),
      ]),
};

function mounts(stage: StageFacts, { runs, stages }: LintContext): readonly Found[] {
  const names = new Set(stages.map(({ stage: { name } }) => name));
  return runs
    .filter((run) => run.stage === stage)
    .flatMap((run) => run.mounts)
    .flatMap(({ flag, options }) => {
      const from = options.get('from');
      return from === undefined || names.has(from.toLowerCase()) || !isImage(from)
        ? []
        : [describe(flag, from)];
    });
}

function describe({ start, end }: Span, image: string): Found {
  return {
    span: { start, end },
    message: `--from=${image} in a $BUILDPLATFORM stage fetches the target platform's files`,
    fix: advice(`Add a stage: FROM --platform=$BUILDPLATFORM ${image} AS tool`),
  };
}
