import type { LintContext } from '../context.ts';
import type { Flag } from '../dockerfile/tree.ts';
import type { Found, Rule } from '../rule.ts';
import { withParents, type StageFacts } from '../stages/stage-facts.ts';

export const finalStageBuildPlatform: Rule = {
  id: 'XB003',
  name: 'final-stage-build-platform',
  severity: 'error',
  title: 'The last stage runs on the build machine',
  documentation:
    "A last stage on `--platform=$BUILDPLATFORM`, or made from one, takes its base image for the building machine. BuildKit labels the result with the platform that was asked for all the same, and neither the build nor BuildKit's checks say a word: the image is called arm64 and holds amd64 files. Use BUILDPLATFORM for stages that compile, and copy from them into a last stage without `--platform`. Without CMD or ENTRYPOINT the image may hold files that fit any machine, so that is only told.",
  bad: 'FROM --platform=$BUILDPLATFORM python:3.13-slim AS base\nRUN pip install flask\nFROM base\nCOPY . /srv\nCMD ["python", "/srv/app.py"]\n',
  good: 'FROM python:3.13-slim AS base\nRUN pip install flask\nFROM base\nCOPY . /srv\nCMD ["python", "/srv/app.py"]\n',
  check: (context) =>
    context.stages.filter(({ isFinal }) => isFinal).flatMap((stage) => check(stage, context)),
};

function check(final: StageFacts, { source }: LintContext): readonly Found[] {
  const { runsOn, platformFlag } = final;
  const chain = withParents(final);
  // `scratch` has no files of any platform: what it holds is what was copied.
  if (runsOn.kind !== 'build' || platformFlag === undefined || chain.at(-1)?.base === 'scratch') return [];
  const runs = chain.some(({ stage }) =>
    stage.instructions.some(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT'),
  );
  return [
    {
      span: final.stage.platform ?? final.stage.base,
      severity: runs ? 'error' : 'info',
      message:
        "The last stage runs on the build machine's platform; the image will be labelled with the target platform but hold the build machine's files",
      fix: fixOf(final, platformFlag, source.text),
    },
  ];
}

/** The flag and the blank after it; a parent's flag may serve other stages, which only its author knows. */
function fixOf(final: StageFacts, flag: Flag, text: string): Found['fix'] {
  const isOwn = final.stage.platform !== undefined;
  const blank = /^[ \t]*/.exec(text.slice(flag.end))?.[0].length ?? 0;
  return {
    kind: 'suggested',
    title: isOwn ? `Remove ${flag.name}` : 'Make the last stage from an image without --platform',
    edits: isOwn ? [{ start: flag.start, end: flag.end + blank, text: '' }] : [],
  };
}
