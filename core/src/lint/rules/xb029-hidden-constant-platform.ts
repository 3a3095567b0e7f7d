import { formatPlatform } from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import { findReferences } from '../dockerfile/expand.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import { isPlatformName } from '../scope/platform-names.ts';
import type { StageFacts } from '../stages.ts';

export const hiddenConstantPlatform: Rule = {
  id: 'XB029',
  name: 'hidden-constant-platform',
  severity: 'warning',
  title: 'A --platform is a constant behind an ARG',
  documentation:
    "`ARG PLATFORM=linux/amd64` with `FROM --platform=$PLATFORM` is a fixed platform that BuildKit's own check does not see: built for arm64, the image is labelled arm64 and holds amd64 files. Leave `--platform` out, which means the platform that is built, or use `$BUILDPLATFORM` for stages that compile. For a stage that does not get into the image this is only told.",
  bad: 'ARG PLATFORM=linux/amd64\nFROM --platform=$PLATFORM debian:13\nCMD ["bash"]\n',
  good: 'FROM debian:13\nCMD ["bash"]\n',
  check: (context) => context.stages.flatMap((stage) => check(stage, context)),
};

function check(
  { stage, runsOn, ships }: StageFacts,
  { tree, platforms, platformsAreGiven }: LintContext,
): readonly Found[] {
  const flag = stage.platform;
  if (flag === undefined || runsOn.kind !== 'constant') return [];
  const [reference] = findReferences(flag.value.text, 0, { escape: tree.escape });
  if (reference === undefined || isPlatformName(reference.name)) return [];
  const constant = formatPlatform(runsOn.platform);
  const isOnly = platformsAreGiven && platforms.every((platform) => formatPlatform(platform) === constant);
  if (isOnly) return [];
  return [
    {
      span: { start: flag.start, end: flag.end },
      severity: ships ? 'warning' : 'info',
      message: `--platform comes from ARG ${reference.name}, which is always ${constant} unless the caller sets it`,
      fix: advice(ships ? 'Leave --platform out' : 'Use --platform=$BUILDPLATFORM for stages that compile'),
    },
  ];
}
