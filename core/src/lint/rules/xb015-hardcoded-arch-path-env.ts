import { findArchitectures, onlyArchitecture } from '../architectures.ts';
import { isForOneArchitecture, type LintContext } from '../context.ts';
import type { Assignment } from '../dockerfile/tree.ts';
import { advice, type Found, type Rule } from '../rule.ts';

export const hardcodedArchPathEnv: Rule = {
  id: 'XB015',
  name: 'hardcoded-arch-path-env',
  severity: 'warning',
  title: 'ENV holds a path of one architecture',
  documentation:
    'Debian keeps libraries in `/usr/lib/x86_64-linux-gnu` or `/usr/lib/aarch64-linux-gnu`, and Java in `/usr/lib/jvm/java-17-openjdk-amd64`: a path with one of them in LD_PRELOAD, LD_LIBRARY_PATH or JAVA_HOME is missing on every other platform. The loader finds a library by its name alone (`LD_PRELOAD=libjemalloc.so.2`); for other paths make a link in a RUN step: `ln -s /usr/lib/jvm/java-17-openjdk-$(dpkg --print-architecture) /usr/lib/jvm/default`.',
  bad: 'FROM debian:13\nARG TARGETPLATFORM\nENV JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64\n',
  good: 'FROM debian:13\nARG TARGETPLATFORM\nENV JAVA_HOME=/usr/lib/jvm/default\n',
  check: (context) =>
    context.stages
      .filter((stage) => stage.runsOn.kind === 'target' && !isForOneArchitecture(stage))
      .flatMap(({ stage }) => stage.instructions)
      .filter(({ keyword }) => keyword === 'ENV')
      .flatMap(({ assignments }) => assignments)
      .flatMap((assignment) => check(assignment, context)),
};

function check({ name, value }: Assignment, context: LintContext): readonly Found[] {
  const architecture = value && architectureOfPath(name, value.text);
  const severity = architecture && context.fixedTo(architecture);
  if (value === undefined || severity === undefined) return [];
  return [
    {
      span: { start: value.start, end: value.end },
      severity: severity === 'info' ? 'info' : 'warning',
      message: `ENV ${name} has a path that exists only on ${architecture ?? ''}`,
      fix: advice('Name the library alone, or link the path in a RUN step'),
    },
  ];
}

/** A variable that has the architecture in its own name is meant for it. */
function architectureOfPath(name: string, text: string): string | undefined {
  if (!text.includes('/') || text.includes('://')) return undefined;
  if (findArchitectures(name.replace(/_/g, '-')).length > 0) return undefined;
  const named = onlyArchitecture(text);
  return named?.text === 'arm' ? undefined : named?.architecture;
}
