import { formatPlatform } from '../../model/index.ts';
import { architectureOfImage } from '../architectures.ts';
import { constantArchitecture } from '../scope/constant-architecture.ts';
import type { LintContext } from '../context.ts';
import { findReferences } from '../dockerfile/expand.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import { isPlatformName } from '../scope/platform-names.ts';
import type { StageFacts } from '../stages/stage-facts.ts';

export const hiddenConstantPlatform: Rule = {
  id: 'XB029',
  name: 'hidden-constant-platform',
  severity: 'warning',
  title: 'The platform of a stage is a constant behind an ARG',
  documentation:
    "`ARG PLATFORM=linux/amd64` with `FROM --platform=$PLATFORM` is a fixed platform that BuildKit's own check does not see: built for arm64, the image is labelled arm64 and holds amd64 files. So is `ARG ARCH=amd64` with `FROM ${ARCH}/debian`. Leave `--platform` out and use the multi-platform name, which mean the platform that is built, or use `$BUILDPLATFORM` for stages that compile. For a stage that does not get into the image this is only told.",
  bad: 'ARG PLATFORM=linux/amd64\nFROM --platform=$PLATFORM debian:13\nCMD ["bash"]\n',
  good: 'FROM debian:13\nCMD ["bash"]\n',
  check: (context) =>
    context.stages.flatMap((stage) => [...checkFlag(stage, context), ...checkBase(stage, context)]),
};

function checkFlag({ stage, runsOn, ships }: StageFacts, context: LintContext): readonly Found[] {
  const { platforms, platformsAreGiven } = context;
  const flag = stage.platform;
  if (flag === undefined || runsOn.kind !== 'constant') return [];
  const [name] = namesIn(flag.value.text, context);
  if (name === undefined || isPlatformName(name)) return [];
  const constant = formatPlatform(runsOn.platform);
  const isOnly = platformsAreGiven && platforms.every((platform) => formatPlatform(platform) === constant);
  if (isOnly) return [];
  return [
    {
      span: { start: flag.start, end: flag.end },
      severity: ships ? 'warning' : 'info',
      message: `--platform comes from ARG ${name}, which is always ${constant} unless the caller sets it`,
      fix: advice(ships ? 'Leave --platform out' : 'Use --platform=$BUILDPLATFORM for stages that compile'),
    },
  ];
}

/** `FROM ${ARCH}/debian` */
function checkBase({ stage, base, ships, parent }: StageFacts, context: LintContext): readonly Found[] {
  const { start, end, text } = stage.base;
  const names = namesIn(text, context);
  if (parent !== undefined || names.some(isPlatformName)) return [];
  const architecture = architectureOfImage(base);
  const name = names.find((each) => constantArchitecture(each, ({ globals }) => globals, context));
  if (architecture === undefined || name === undefined) return [];
  const fixed = context.fixedTo(architecture);
  if (fixed === undefined) return [];
  return [
    {
      span: { start, end },
      severity: ships && fixed !== 'info' ? 'warning' : 'info',
      message: `The base image is for the architecture of ARG ${name}, which is always ${architecture} unless the caller sets it`,
      fix: advice('Use the multi-platform name of the image, or TARGETARCH'),
    },
  ];
}

function namesIn(text: string, { tree }: LintContext): readonly string[] {
  return findReferences(text, 0, { escape: tree.escape }).map(({ name }) => name);
}
