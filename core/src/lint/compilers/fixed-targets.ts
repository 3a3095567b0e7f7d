import { architectureOf, findArchitectures } from '../architectures.ts';
import { constantArchitecture } from '../scope/constant-architecture.ts';
import type { LintContext } from '../context.ts';
import { isForSomePlatforms, standing } from './environment.ts';
import type { Edit } from '../rule.ts';
import { setsVariable, type PlacedCommand, type Run } from '../stages/runs.ts';
import { wholeVariable } from '../shell/read-variable.ts';
import type { ShellAssignment, ShellCommand, ShellWord } from '../shell/script.ts';
import type { Span } from '../source-text.ts';
import type { StageFacts } from '../stages/stage-facts.ts';

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
    ...given.map((assignment) => givenVariable(assignment, run, context)),
    compilerFlag({ command, run }),
  ].filter((each) => each !== undefined);
  return found.length === 0 || isForSomePlatforms(command) || isForOtherSystem(command, run) ? [] : found;
}

/** Programs for macOS or Windows are not what runs in the image. */
function isForOtherSystem({ assignments }: ShellCommand, { script }: Run): boolean {
  return [...assignments, ...script.commands.flatMap(standing)].some(
    ({ name, value }) => name === 'GOOS' && /darwin|windows|js|wasi/.test(value?.value ?? ''),
  );
}

/** `GOARCH=amd64`, or `GOARCH=$ARCH` after `ARG ARCH=amd64`. */
function givenVariable(
  { name, value: word }: ShellAssignment,
  run: Run,
  context: LintContext,
): FixedTarget | undefined {
  if (!isCompilerVariable(name) || word === undefined) return undefined;
  const { start, end, value, isLiteral } = word;
  const place = { name, span: { start, end }, stage: run.stage };
  if (isLiteral) return fixedBy(value, place);
  const by = wholeVariable(value);
  if (by === undefined || setsVariable(run, by)) return undefined;
  const text = constantArchitecture(by, (scopes) => scopes.before(run.instruction), context);
  const found = text === undefined ? undefined : fixedBy(text, place);
  return found && { ...found, by };
}

/** Variables that compilers find in their environment, and how they call architectures. */
const COMPILER_VARIABLES: Readonly<Record<string, (text: string) => string | undefined>> = {
  GOARCH: architectureOf,
  CARGO_BUILD_TARGET: architectureOfTarget,
};

function isCompilerVariable(name: string): boolean {
  return Object.hasOwn(COMPILER_VARIABLES, name);
}

/** The architecture of a triple or a runtime identifier; undefined for macOS and Windows, which is on purpose. */
function architectureOfTarget(text: string): string | undefined {
  if (/darwin|windows|osx|win-|^wasm/.test(text)) return undefined;
  return findArchitectures(text)[0]?.architecture;
}

interface VariablePlace {
  readonly name: string;
  readonly span: Span;
  readonly stage: StageFacts;
}

function fixedBy(text: string, { name, span, stage }: VariablePlace): FixedTarget | undefined {
  const architecture = COMPILER_VARIABLES[name]?.(text);
  if (architecture === undefined) return undefined;
  // Triples are called otherwise than TARGETARCH.
  const edits = name === 'GOARCH' ? [{ ...span, text: '$TARGETARCH' }] : [];
  return { stage, what: name, text, architecture, span, edits };
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
  const { flag, text, word } = given;
  const architecture = architectureOfTarget(text);
  if (architecture === undefined) return undefined;
  return { stage: run.stage, what: flag, text, architecture, span: word, edits: [] };
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

/** ENV and ARG, both of which a compiler finds in its environment. */
function inEnvironment(stage: StageFacts, context: LintContext): readonly FixedTarget[] {
  return stage.stage.instructions.flatMap(({ keyword, assignments }) =>
    assignments
      .filter(({ name }) => isCompilerVariable(name))
      .flatMap(({ name, value, nameSpan }) => {
        if (keyword === 'ARG') return fixedByArg({ name, span: nameSpan, stage }, context);
        if (value === undefined) return [];
        const { start, end, text } = value;
        return fixedBy(text.replace(/["']/g, ''), { name, span: { start, end }, stage }) ?? [];
      }),
  );
}

function fixedByArg(place: VariablePlace, context: LintContext): readonly FixedTarget[] {
  const { name, stage } = place;
  const text = constantArchitecture(name, (scopes) => scopes.after(stage.stage), context);
  const found = text === undefined ? undefined : fixedBy(text, place);
  return found === undefined ? [] : [{ ...found, edits: [], by: name }];
}
