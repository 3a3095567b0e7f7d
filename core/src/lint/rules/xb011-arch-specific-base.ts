import { architectureOfImage } from '../architectures.ts';
import { isForOneArchitecture, type LintContext } from '../context.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import type { StageFacts } from '../stages.ts';

export const archSpecificBase: Rule = {
  id: 'XB011',
  name: 'arch-specific-base',
  severity: 'error',
  title: 'The base image is for one architecture',
  documentation:
    'Names such as `arm64v8/python` or tags such as `7.0-alpine-arm64v8` are images of one architecture. Built for another platform, BuildKit takes them all the same and labels the result as asked. Use the multi-platform name (`python`), which gives each platform its own image. Stages named after an architecture, chosen by `FROM base-${TARGETARCH}`, are left alone. An error where a platform that was asked for differs, else a warning.',
  bad: 'FROM arm64v8/python:3.13\nCOPY app.py /\nCMD ["python", "/app.py"]\n',
  good: 'FROM python:3.13\nCOPY app.py /\nCMD ["python", "/app.py"]\n',
  example: { platforms: ['linux/amd64', 'linux/arm64'] },
  check: (context) =>
    context.stages
      .filter((stage) => stage.parent === undefined && stage.isNeeded && !isForOneArchitecture(stage))
      .flatMap((stage) => checkBase(stage, context)),
};

function checkBase({ stage }: StageFacts, context: LintContext): readonly Found[] {
  const text = stage.base.text;
  const architecture = architectureOfBase(text);
  if (architecture === undefined) return [];
  const severity = context.fixedTo(architecture);
  if (severity === undefined) return [];
  const { start, end } = stage.base;
  return [
    {
      span: { start, end },
      severity,
      message: `Base image ${text} is only for ${architecture}`,
      fix: advice('Use the multi-platform name of the image'),
    },
  ];
}

/** Undefined where a variable may decide. */
function architectureOfBase(text: string): string | undefined {
  return /\$\{?\w*(ARCH|PLATFORM|VARIANT)/i.test(text) ? undefined : architectureOfImage(text);
}
