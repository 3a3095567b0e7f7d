import type { LintContext } from '../context.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import type { Span } from '../source-text.ts';

export const nativeCpuTuning: Rule = {
  id: 'XB023',
  name: 'native-cpu-tuning',
  severity: 'warning',
  title: 'The program is tuned for the processor that builds it',
  documentation:
    '`-march=native`, `-C target-cpu=native` and GOAMD64=v3 use instructions of the building machine\'s processor: the image ends with "illegal instruction" on older ones, and what it can run on changes with the machine that built it. Name the oldest processor that the image is for, such as `-march=x86-64-v2`, and only where TARGETARCH is that architecture.',
  bad: 'FROM gcc:14\nCOPY app.c .\nRUN gcc -O3 -march=native -o /app app.c\n',
  good: 'FROM gcc:14\nCOPY app.c .\nRUN gcc -O3 -o /app app.c\n',
  check: (context) => [
    ...context.commands
      .filter(({ command }) => !/^(sed|grep|perl|awk|echo)$/.test(command.name))
      .flatMap(({ command }) => [
        ...command.args.flatMap(checkText),
        ...command.assignments.flatMap(({ name, value }) => (value ? checkText(value, name) : [])),
      ]),
    ...inEnvironment(context),
  ],
};

const NATIVE = /-m(?:arch|cpu)=native|target-cpu[= ]native/;

function inEnvironment({ stages }: LintContext): readonly Found[] {
  return stages
    .flatMap(({ stage }) => stage.instructions)
    .filter(({ keyword }) => keyword === 'ENV' || keyword === 'ARG')
    .flatMap(({ assignments }) => assignments)
    .flatMap(({ name, value }) => (value ? checkText(value, name) : []));
}

function checkText(word: Span & { readonly text: string }, name: unknown = ''): readonly Found[] {
  const isLevel = name === 'GOAMD64' && /^["']?v[34]/.test(word.text);
  const match = NATIVE.exec(word.text) ?? (isLevel ? /.+/.exec(word.text) : null);
  if (match === null) return [];
  const start = word.start + match.index;
  return [
    {
      span: { start, end: start + match[0].length },
      message: `${isLevel ? 'GOAMD64=' : ''}${match[0]} ties the image to the processors that have what the build machine has`,
      fix: advice('Leave it out, or name the oldest processor that the image is for'),
    },
  ];
}
