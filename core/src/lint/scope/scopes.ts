import type { Platform } from '../../model/index.ts';
import { formatPlatform, normalizePlatform } from '../../model/index.ts';
import { expandWord } from '../dockerfile/expand.ts';
import type { Assignment, DockerfileTree, Instruction, Stage } from '../dockerfile/tree.ts';
import { BUILD_NAMES, TARGET_NAMES } from './platform-names.ts';

/** For which build values are asked. */
export interface ScopeOptions {
  readonly target: Platform;
  readonly build: Platform;
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
}

export interface Variable {
  /** Undefined for an ARG that nobody gave a value. */
  readonly value: string | undefined;
  /** Who gave the value: BuildKit for the platform, a default, `--build-arg`, ENV, or nobody. */
  readonly origin: 'automatic' | 'default' | 'build-arg' | 'env' | 'unset';
}

export type Scope = ReadonlyMap<string, Variable>;

/** What every instruction sees. */
export interface Scopes {
  /** Of `FROM` lines. */
  readonly globals: Scope;
  /** Before an instruction of a stage; for an ARG or ENV that is without what it sets itself. */
  before(instruction: Instruction): Scope;
  /** What stages made from this one begin with. */
  after(stage: Stage): Scope;
  /** The value of a word where an instruction stands, or in a FROM line without one. */
  expand(text: string, instruction?: Instruction): string;
}

/**
 * Predicts ARG and ENV as BuildKit resolves them for one platform. What a base image's own environment holds is not
 * known and counts as not set.
 */
export function evaluateScopes(tree: DockerfileTree, options: ScopeOptions): Scopes {
  const evaluation: Evaluation = { tree, options, before: new Map(), after: new Map() };
  const globals = evaluateGlobals(tree, options);
  for (const stage of tree.stages) evaluateStage(stage, globals, evaluation);
  const none: Scope = new Map();
  return {
    globals,
    before: (instruction) => evaluation.before.get(instruction) ?? none,
    after: (stage) => evaluation.after.get(stage) ?? none,
    expand: (text, instruction) =>
      expandIn(
        text,
        instruction === undefined ? globals : (evaluation.before.get(instruction) ?? none),
        tree.escape,
      ),
  };
}

interface Evaluation {
  readonly tree: DockerfileTree;
  readonly options: ScopeOptions;
  readonly before: Map<Instruction, Scope>;
  readonly after: Map<Stage, Scope>;
}

/** The value of a word with the variables of a scope. */
export function expandIn(text: string, scope: Scope, escape: string): string {
  return expandWord(text, (name) => scope.get(name)?.value, { escape });
}

/** Every automatic variable, as `TARGETARCH` and the like are called. */
export function platformVariables({ target, build }: Pick<ScopeOptions, 'target' | 'build'>): Scope {
  const entries = [
    ...variablesOf(TARGET_NAMES, target, 'TARGET'),
    ...variablesOf(BUILD_NAMES, build, 'BUILD'),
  ];
  return new Map(entries.map(([name, value]) => [name, { value, origin: 'automatic' }]));
}

function variablesOf(
  names: readonly string[],
  platform: Platform,
  prefix: string,
): readonly (readonly [string, string])[] {
  const { os, architecture, variant = '' } = normalizePlatform(platform);
  const parts: Readonly<Record<string, string>> = {
    PLATFORM: formatPlatform(platform),
    OS: os,
    ARCH: architecture,
    VARIANT: variant,
  };
  return names.map((name) => [name, parts[name.slice(prefix.length)] ?? '']);
}

/**
 * What FROM lines see. Automatic variables stand there without an ARG; a global ARG replaces them there and in bare
 * ARGs.
 */
export function evaluateGlobals(tree: DockerfileTree, options: ScopeOptions): Scope {
  const scope = new Map(platformVariables(options));
  const given = options.buildArgs ?? {};
  for (const name of [...scope.keys()]) {
    const value = given[name];
    if (value !== undefined) scope.set(name, { value, origin: 'build-arg' });
  }
  for (const { name, value } of tree.globals.flatMap(({ assignments }) => assignments)) {
    const fromCaller = given[name];
    const found: Variable | undefined =
      fromCaller !== undefined
        ? { value: fromCaller, origin: 'build-arg' }
        : value && { value: expandIn(value.text, scope, tree.escape), origin: 'default' };
    if (found === undefined) continue;
    scope.set(name, found);
  }
  return scope;
}

/** A stage begins with what the triggers of its parent make of the parent's scope. */
function evaluateStage(stage: Stage, globals: Scope, evaluation: Evaluation): void {
  const context: ArgContext = { globals, evaluation };
  const parent = parentOf(stage, globals, evaluation);
  const inherited: Scope = (parent && evaluation.after.get(parent)) ?? new Map();
  const own = evaluateAll([...(parent?.triggers ?? []), ...stage.instructions], inherited, context);
  evaluation.after.set(stage, own);
  // An image made from this one has its ENV, and no ARG.
  const kept = new Map([...own].filter(([, { origin }]) => origin === 'env'));
  evaluateAll(stage.triggers, kept, context);
}

function evaluateAll(instructions: readonly Instruction[], begin: Scope, context: ArgContext): Scope {
  const { before, tree } = context.evaluation;
  let scope = begin;
  for (const instruction of instructions) {
    before.set(instruction, scope);
    if (instruction.keyword === 'ARG') scope = withArg(instruction, scope, context);
    if (instruction.keyword === 'ENV') scope = withEnv(instruction, scope, tree.escape);
  }
  return scope;
}

function parentOf(stage: Stage, globals: Scope, { tree }: Evaluation): Stage | undefined {
  const base = expandIn(stage.base.text, globals, tree.escape).toLowerCase();
  return tree.stages.slice(0, stage.index).findLast(({ name }) => name === base);
}

interface ArgContext {
  readonly globals: Scope;
  readonly evaluation: Evaluation;
}

/** The parts of one ARG take effect one after the other. */
function withArg({ assignments }: Instruction, before: Scope, { globals, evaluation }: ArgContext): Scope {
  const scope = new Map(before);
  for (const assignment of assignments) {
    const variable = argValue(assignment, scope, { globals, evaluation });
    if (variable !== undefined) scope.set(assignment.name, variable);
    else if (!scope.has(assignment.name)) scope.set(assignment.name, { value: undefined, origin: 'unset' });
  }
  return scope;
}

/** `--build-arg` wins, then the default; a bare ARG takes the global or automatic value, or leaves what is there. */
function argValue(
  { name, value }: Assignment,
  scope: Scope,
  { globals, evaluation }: ArgContext,
): Variable | undefined {
  const given = evaluation.options.buildArgs?.[name];
  if (given !== undefined) return { value: given, origin: 'build-arg' };
  if (value === undefined) return globals.get(name);
  return { value: expandIn(value.text, scope, evaluation.tree.escape), origin: 'default' };
}

/** All values of one ENV see what was there before it. */
function withEnv({ assignments }: Instruction, before: Scope, escape: string): Scope {
  const scope = new Map(before);
  for (const { name, value } of assignments)
    scope.set(name, { value: expandIn(value?.text ?? '', before, escape), origin: 'env' });
  return scope;
}
