import { architectureOf, findArchitectures } from '../architectures.ts';
import { isForOneArchitecture, type LintContext } from '../context.ts';
import type { PlacedCommand } from '../runs.ts';
import { isForSomePlatforms, standing } from '../environment.ts';
import { reachesImage } from '../outcome.ts';
import { advice, type Edit, type Found, type Rule } from '../rule.ts';
import type { ShellWord } from '../shell/script.ts';
import type { Span } from '../source-text.ts';
import type { StageFacts } from '../stages.ts';

export const hardcodedTarget: Rule = {
  id: 'XB005',
  name: 'hardcoded-target',
  severity: 'error',
  title: 'The compiler is told one fixed architecture',
  documentation:
    'GOARCH, `cargo build --target` or `dotnet publish -r` with a fixed architecture makes the same binary for every platform, so all but one of the images hold a binary that cannot start. Take the architecture from TARGETARCH; for names that differ, such as Rust triples, map it with `case` and fail for what is not known. Steps in a branch for one platform, stages named after an architecture, and binaries for macOS or Windows are left alone.',
  bad: 'FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nCOPY . .\nRUN GOOS=linux GOARCH=amd64 go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n',
  good: 'FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nCOPY . .\nARG TARGETARCH\nRUN GOOS=linux GOARCH=$TARGETARCH go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n',
  check: (context) => {
    const fixed = [
      ...context.commands.flatMap((placed) => inCommand(placed)),
      ...context.stages.flatMap(inEnvironment),
    ];
    return fixed.filter((each) => isWrong(each, fixed, context)).flatMap((each) => describe(each, context));
  },
};

/** One place that fixes an architecture. */
interface Fixed {
  readonly stage: StageFacts;
  readonly what: string;
  readonly text: string;
  readonly architecture: string;
  readonly span: Span;
  readonly edits: readonly Edit[];
}

function inCommand({ command, run }: PlacedCommand): readonly Fixed[] {
  if (isForSomePlatforms(command)) return [];
  const others = [...command.assignments, ...run.script.commands.flatMap(standing)];
  if (others.some(({ name, value }) => name === 'GOOS' && /darwin|windows|js|wasi/.test(value?.value ?? '')))
    return [];
  const given = command.name === '' || command.name === 'export' ? standing(command) : command.assignments;
  const found: readonly (Fixed | undefined)[] = [
    ...given.map(({ name, value }) =>
      name === 'GOARCH' && value?.isLiteral === true
        ? goarch(value.value, { start: value.start, end: value.end }, run.stage)
        : undefined,
    ),
    compilerFlag({ command, run }),
  ];
  return found.flatMap((each) => each ?? []);
}

function goarch(text: string, span: Span, stage: StageFacts): Fixed | undefined {
  const architecture = architectureOf(text);
  if (architecture === undefined) return undefined;
  const edits = [{ ...span, text: '$TARGETARCH' }];
  return { stage, what: 'GOARCH', text, architecture, span, edits };
}

const FLAGS: Readonly<Record<string, { readonly verbs: RegExp; readonly flag: RegExp }>> = {
  cargo: { verbs: /^(build|install|b|rustc|zigbuild)$/, flag: /^--target$/ },
  dotnet: { verbs: /^(build|publish|restore)$/, flag: /^(-r|--runtime|-a|--arch)$/ },
};

/** `--target TRIPLE` and the like. */
function compilerFlag({ command, run }: PlacedCommand): Fixed | undefined {
  const known = Object.hasOwn(FLAGS, command.name) ? FLAGS[command.name] : undefined;
  if (known === undefined || !command.args.some(({ value }) => known.verbs.test(value))) return undefined;
  const given = flagValue(command.args, known.flag);
  if (given === undefined) return undefined;
  const [named] = findArchitectures(given.text);
  if (named === undefined || /darwin|windows|osx|win-|^wasm/.test(given.text)) return undefined;
  const { flag, text, word } = given;
  return { stage: run.stage, what: flag, text, architecture: named.architecture, span: word, edits: [] };
}

interface FlagValue {
  readonly flag: string;
  readonly text: string;
  readonly word: ShellWord;
}

/** The literal value of a flag, after `=` or as the next word. */
function flagValue(args: readonly ShellWord[], flag: RegExp): FlagValue | undefined {
  const at = args.findIndex(({ value }) => flag.test(value.split('=')[0] ?? ''));
  const [name = '', inline] = args[at]?.value.split('=') ?? [];
  const word = inline === undefined ? args[at + 1] : args[at];
  if (at === -1 || word?.isLiteral !== true) return undefined;
  return { flag: name, text: inline ?? word.value, word };
}

function inEnvironment(stage: StageFacts): readonly Fixed[] {
  return stage.stage.instructions
    .filter(({ keyword }) => keyword === 'ENV')
    .flatMap(({ assignments }) => assignments)
    .flatMap(({ name, value }) =>
      name === 'GOARCH' && value !== undefined
        ? (goarch(value.text.replace(/["']/g, ''), { start: value.start, end: value.end }, stage) ?? [])
        : [],
    );
}

/** A stage that is made for several architectures one by one builds them on purpose. */
function isWrong(fixed: Fixed, all: readonly Fixed[], context: LintContext): boolean {
  if (isForOneArchitecture(fixed.stage) || !reachesImage(fixed.stage, context.stages)) return false;
  const together = all.filter(({ stage }) => stage === fixed.stage);
  return new Set(together.map(({ architecture }) => architecture)).size === 1;
}

function describe({ what, text, architecture, span, edits }: Fixed, context: LintContext): readonly Found[] {
  const severity = context.fixedTo(architecture);
  if (severity === undefined) return [];
  const title = 'Take the architecture from ARG TARGETARCH';
  return [
    {
      span: { start: span.start, end: span.end },
      // A file that speaks of platforms and fixes the compiler contradicts itself.
      severity: severity === 'warning' ? 'error' : severity,
      message: `${what} is fixed to ${text} in a multi-platform build`,
      fix: edits.length > 0 ? { kind: 'suggested', title, edits } : advice(`${title}, mapped to ${what}`),
    },
  ];
}
