import type { LintContext } from '../context.ts';
import type { Flag } from '../dockerfile/tree.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import type { StageFacts } from '../stages.ts';

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
      .flatMap((stage) => [...copies(stage), ...mounts(stage, context)]),
};

function copies({ copies: all }: StageFacts): readonly Found[] {
  return all
    .filter(({ stage, from }) => stage === undefined && isImage(from.value.text))
    .map(({ from }) => describe(from, from.value.text));
}

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

/** A plain name may be a build context that the caller gives; xx is scripts. */
function isImage(name: string): boolean {
  return /[/:@]/.test(name) && !/^tonistiigi\/xx\b/.test(name);
}

function describe({ start, end }: Flag, image: string): Found {
  return {
    span: { start, end },
    message: `--from=${image} in a $BUILDPLATFORM stage fetches the target platform's files`,
    fix: advice(`Add a stage: FROM --platform=$BUILDPLATFORM ${image} AS tool`),
  };
}
