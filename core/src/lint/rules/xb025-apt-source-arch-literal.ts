import { architectureOf } from '../architectures.ts';
import { isForOneArchitecture, type LintContext } from '../context.ts';
import { isForSomePlatforms } from '../compilers/environment.ts';
import type { Found, Rule } from '../rule.ts';
import type { ShellWord } from '../shell/script.ts';

export const aptSourceArchLiteral: Rule = {
  id: 'XB025',
  name: 'apt-source-arch-literal',
  severity: 'warning',
  title: 'An apt source is fixed to one architecture',
  documentation:
    '`deb [arch=amd64 …]` tells apt to look for amd64 packages only, so on another platform the packages of that source are not found. Leave `arch=` out, or ask for the architecture: `arch=$(dpkg --print-architecture)`, in double quotes.',
  bad: 'FROM debian:13\nARG TARGETARCH\nRUN echo "deb [arch=amd64] https://example.com/apt stable main" > /etc/apt/sources.list.d/x.list\n',
  good: 'FROM debian:13\nARG TARGETARCH\nRUN echo "deb [arch=$(dpkg --print-architecture)] https://example.com/apt stable main" > /etc/apt/sources.list.d/x.list\n',
  check: (context) =>
    context.commands
      .filter(({ command, run }) => !isForSomePlatforms(command) && !isForOneArchitecture(run.stage))
      .flatMap(({ command }) => command.args.flatMap((word) => check(word, context))),
};

/** One architecture after `arch=`, among the options of a source. */
const SOURCE = /\bdeb(?:-src)?\s+\[[^\]]*\barch=([\w-]+)(?=[\s\]])/;

function check(word: ShellWord, context: LintContext): readonly Found[] {
  const match = SOURCE.exec(word.text);
  const name = match?.[1] ?? '';
  const architecture = architectureOf(name);
  const severity = architecture && context.fixedTo(architecture);
  if (match === null || severity === undefined) return [];
  const end = word.start + match.index + match[0].length;
  const span = { start: end - name.length, end };
  const canAsk = word.text.startsWith('"') && !word.hasSingleQuotes;
  return [
    {
      span,
      severity: severity === 'info' ? 'info' : 'warning',
      message: `The apt source is only for ${name}`,
      fix: {
        kind: canAsk ? 'automatic' : 'suggested',
        title: 'Ask for the architecture: $(dpkg --print-architecture)',
        edits: canAsk ? [{ ...span, text: '$(dpkg --print-architecture)' }] : [],
      },
    },
  ];
}
