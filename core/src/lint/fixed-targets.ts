import { architectureOf, findArchitectures } from './architectures.ts';
import { constantArchitecture } from './constant-architecture.ts';
import type { LintContext } from './context.ts';
import { isForSomePlatforms, standing } from './environment.ts';
import type { Edit } from './rule.ts';
import type { PlacedCommand, Run } from './runs.ts';
import { setsVariable } from './shell/assigned-names.ts';
import { wholeVariable } from './shell/read-variable.ts';
import type { ShellCommand, ShellWord } from './shell/script.ts';
import type { Span } from './source-text.ts';
import type { StageFacts } from './stages.ts';

/** One place that fixes an architecture. */
export interface FixedTarget {
  readonly stage: StageFacts;
  readonly what: string;
  readonly text: string;
  readonly architecture: string;
  readonly span: Span;
  readonly edits: readonly Edit[];
  /** The ARG whose default it is. */
  readonly by?: string;
}

/** Every place that tells a compiler an architecture. */
export function findFixedTargets(context: LintContext): readonly FixedTarget[] {
  return [
    ...context.commands.flatMap((placed) => inCommand(placed, context)),
    ...context.stages.flatMap((stage) => inEnvironment(stage, context)),
  ];
}

function inCommand({ command, run }: PlacedCommand, context: LintContext): readonly FixedTarget[] {
  const given = command.name === '' || command.name === 'export' ? standing(command) : command.assignments;
  const found = [
    ...given.map(({ name, value }) =>
      name === 'GOARCH' && value !== undefined ? givenGoarch(value, run, context) : undefined,
    ),
    compilerFlag({ command, run }),
  ].flatMap((each) => each ?? []);
  return found.length === 0 || isForSomePlatforms(command) || isForOtherSystem(command, run) ? [] : found;
}

/** Programs for macOS or Windows are not what runs in the image. */
function isForOtherSystem({ assignments }: ShellCommand, { script }: Run): boolean {
  return [...assignments, ...script.commands.flatMap(standing)].some(
    ({ name, value }) => name === 'GOOS' && /darwin|windows|js|wasi/.test(value?.value ?? ''),
  );
}

/** `GOARCH=amd64`, or `GOARCH=$ARCH` after `ARG ARCH=amd64`. */
function givenGoarch(word: ShellWord, run: Run, context: LintContext): FixedTarget | undefined {
  const { start, end, value, isLiteral } = word;
  if (isLiteral) return goarch(value, { start, end }, run.stage);
  const by = wholeVariable(value);
  if (by === undefined || setsVariable(run.script, by, run.text)) return undefined;
  const text = constantArchitecture(by, (scopes) => scopes.before(run.instruction), context);
  const found = text === undefined ? undefined : goarch(text, { start, end }, run.stage);
  return found && { ...found, by };
}

function goarch(text: string, span: Span, stage: StageFacts): FixedTarget | undefined {
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
function compilerFlag({ command, run }: PlacedCommand): FixedTarget | undefined {
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

/** ENV and ARG, both of which `go` finds in its environment. */
function inEnvironment(stage: StageFacts, context: LintContext): readonly FixedTarget[] {
  return stage.stage.instructions.flatMap(({ keyword, assignments }) =>
    assignments
      .filter(({ name }) => name === 'GOARCH')
      .flatMap(({ value, nameSpan }) => {
        if (keyword === 'ARG') return argGoarch(nameSpan, stage, context);
        const text = value?.text.replace(/["']/g, '') ?? '';
        return (value && goarch(text, { start: value.start, end: value.end }, stage)) ?? [];
      }),
  );
}

function argGoarch(span: Span, stage: StageFacts, context: LintContext): readonly FixedTarget[] {
  const text = constantArchitecture('GOARCH', (scopes) => scopes.after(stage.stage), context);
  const found = text === undefined ? undefined : goarch(text, span, stage);
  return found === undefined ? [] : [{ ...found, edits: [], by: 'GOARCH' }];
}
