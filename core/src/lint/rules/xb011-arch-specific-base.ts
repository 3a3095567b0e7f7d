import { architectureOfImage } from '../architectures.ts';
import { isForOneArchitecture, type LintContext } from '../context.ts';
import type { Word } from '../dockerfile/tree.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import { namedImages } from '../stages/stage-facts.ts';

export const archSpecificBase: Rule = {
  id: 'XB011',
  name: 'arch-specific-base',
  severity: 'error',
  title: 'An image to build on or copy from is for one architecture',
  documentation:
    'Names such as `arm64v8/python` or tags such as `7.0-alpine-arm64v8` are images of one architecture. Built for another platform, BuildKit takes them all the same and labels the result as asked. Use the multi-platform name (`python`), which gives each platform its own image; `COPY --from=arm64v8/…` is the same mistake. Stages named after an architecture, chosen by `FROM base-${TARGETARCH}`, are left alone. An error where a platform that was asked for differs, else a warning.',
  bad: 'FROM arm64v8/python:3.13\nCOPY app.py /\nCMD ["python", "/app.py"]\n',
  good: 'FROM python:3.13\nCOPY app.py /\nCMD ["python", "/app.py"]\n',
  example: { platforms: ['linux/amd64', 'linux/arm64'] },
  check: (context) =>
    context.stages
      .filter((stage) => stage.isNeeded && !isForOneArchitecture(stage))
      .flatMap((stage) => namedImages(stage).flatMap((image) => checkImage(image, context))),
};

function checkImage({ text, start, end }: Word, context: LintContext): readonly Found[] {
  const architecture = architectureOfBase(text);
  if (architecture === undefined) return [];
  const severity = context.fixedTo(architecture);
  if (severity === undefined) return [];
  return [
    {
      span: { start, end },
      severity,
      message: `Image ${text} is only for ${architecture}`,
      fix: advice('Use the multi-platform name of the image'),
    },
  ];
}

/** Undefined where a variable may decide. */
function architectureOfBase(text: string): string | undefined {
  return /\$\{?\w*(ARCH|PLATFORM|VARIANT)/i.test(text) ? undefined : architectureOfImage(text);
}
