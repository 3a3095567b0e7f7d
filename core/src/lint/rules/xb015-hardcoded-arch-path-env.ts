import { findArchitectures, onlyArchitecture, type ArchitectureWord } from '../architectures.ts';
import { isForOneArchitecture, type LintContext } from '../context.ts';
import type { Assignment, Instruction, Word } from '../dockerfile/tree.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import type { Span } from '../source-text.ts';
import { withParents, type StageFacts } from '../stages/stage-facts.ts';

export const hardcodedArchPathEnv: Rule = {
  id: 'XB015',
  name: 'hardcoded-arch-path-env',
  severity: 'warning',
  title: 'A path of one architecture',
  documentation:
    'Debian keeps libraries in `/usr/lib/x86_64-linux-gnu` or `/usr/lib/aarch64-linux-gnu`, and Java in `/usr/lib/jvm/java-17-openjdk-amd64`: a path with one of them in LD_PRELOAD, LD_LIBRARY_PATH or JAVA_HOME is missing on every other platform. The loader finds a library by its name alone (`LD_PRELOAD=libjemalloc.so.2`); for other paths make a link in a RUN step: `ln -s /usr/lib/jvm/java-17-openjdk-$(dpkg --print-architecture) /usr/lib/jvm/default`. The same holds for COPY: `COPY --from=build /src/target/x86_64-unknown-linux-musl/release/app /app` fails for other platforms, or takes the same program for all of them. Put TARGETARCH into the path, or make the program under a name without the architecture.',
  bad: 'FROM debian:13\nARG TARGETPLATFORM\nENV JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64\n',
  good: 'FROM debian:13\nARG TARGETPLATFORM\nENV JAVA_HOME=/usr/lib/jvm/default\n',
  check: (context) =>
    context.stages
      .filter((stage) => stage.runsOn.kind === 'target' && !isForOneArchitecture(stage))
      .flatMap((stage) => [...checkEnvironment(stage, context), ...checkCopies(stage, context)]),
};

function checkEnvironment({ stage }: StageFacts, context: LintContext): readonly Found[] {
  return stage.instructions
    .filter(({ keyword }) => keyword === 'ENV')
    .flatMap(({ assignments }) => assignments)
    .flatMap(({ name, value }) => {
      const architecture = value && architectureOfPath(name, value.text);
      if (value === undefined || architecture === undefined) return [];
      const message = `ENV ${name} has a path that exists only on ${architecture}`;
      const title = 'Name the library alone, or link the path in a RUN step';
      return toFound(value, { architecture, message, title }, context);
    });
}

interface OneArchitecture {
  readonly architecture: string;
  readonly message: string;
  readonly title: string;
}

function toFound(span: Span, found: OneArchitecture, context: LintContext): readonly Found[] {
  const severity = context.fixedTo(found.architecture);
  if (severity === undefined) return [];
  return [
    {
      span: { start: span.start, end: span.end },
      severity: severity === 'info' ? 'info' : 'warning',
      message: found.message,
      fix: advice(found.title),
    },
  ];
}

/** A variable that has the architecture in its own name is meant for it. */
function architectureOfPath(name: Assignment['name'], text: string): string | undefined {
  if (!text.includes('/') || text.includes('://')) return undefined;
  if (findArchitectures(name.replace(/_/g, '-')).length > 0) return undefined;
  const named = onlyArchitecture(text);
  return named?.text === 'arm' ? undefined : named?.architecture;
}

interface NamedSource {
  readonly instruction: Instruction;
  readonly word: Word;
  readonly named: ArchitectureWord;
}

/** A stage that takes the files of several architectures chooses among them. */
function checkCopies(stage: StageFacts, context: LintContext): readonly Found[] {
  const sources = stage.stage.instructions
    .filter(({ keyword }) => /^(COPY|ADD)$/.test(keyword))
    .flatMap(namedSources);
  if (new Set(sources.map(({ named }) => named.architecture)).size !== 1) return [];
  return sources
    .filter((source) => !isMadeSo(source, stage, context))
    .flatMap(({ instruction, word, named: { architecture, text } }) => {
      const message = `${instruction.keyword} takes a path that is only for ${text}`;
      const title = 'Put TARGETARCH into the path, or leave the architecture out of it';
      return toFound(word, { architecture, message, title }, context);
    });
}

function namedSources(instruction: Instruction): readonly NamedSource[] {
  return instruction.words.slice(0, -1).flatMap((word) => {
    // Variables may choose, URLs are another rule's, and an emulator is for the machine it is named after.
    if (/\$|:\/\/|(^|\/)qemu-|darwin|windows|\.exe$/.test(word.text)) return [];
    const named = onlyArchitecture(word.text);
    return named === undefined || named.text === 'arm' ? [] : [{ instruction, word, named }];
  });
}

/** Where the stage it comes from fixes the architecture, the mistake is there. */
function isMadeSo(
  { instruction, named }: NamedSource,
  { copies }: StageFacts,
  context: LintContext,
): boolean {
  const from = copies.find((copied) => copied.instruction === instruction)?.stage;
  if (from === undefined) return false;
  const chain = withParents(from);
  return (
    isForOneArchitecture(from) ||
    context.runs.some((run) => chain.includes(run.stage) && run.text.includes(named.text))
  );
}
