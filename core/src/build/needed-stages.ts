import { isXbundleError } from '../errors.ts';
import { expandWord } from '../lint/index.ts';
import { formatPlatform, parsePlatform, type Platform } from '../model/index.ts';
import type { DockerfileFacts, DockerfileStage } from './facts.ts';

export interface StageQuestion {
  /** Build arguments that are given; others have their defaults. */
  readonly args: Readonly<Record<string, string>>;
  /** The stage to build, by name or number; undefined: the last. */
  readonly stage?: string | undefined;
  /** Names that the build gives a meaning of its own: each takes the place of the stage or image of that name. */
  readonly contexts: readonly string[];
  /** The wanted platform. */
  readonly platform: Platform;
  /** Of the node that builds; undefined where it is not known. */
  readonly buildPlatform?: Platform | undefined;
}

/** A stage that is built, for one platform. */
export interface NeededStage {
  /** Of its `FROM`; counts from 1. */
  readonly line: number;
  /** `invalid`: what `--platform` says is none. Undefined: that of a building machine that is not known. */
  readonly platform: Platform | 'invalid' | undefined;
  /** Lines of its `RUN` instructions. */
  readonly runs: readonly number[];
  /** Images that it starts from or takes files from; a name is empty where variables give none. */
  readonly images: readonly string[];
}

/**
 * The stages that the wanted one is made of, itself first. Those that BuildKit leaves out are left out, and so are
 * stages that a named context replaces. Undefined when the Dockerfile has no such stage.
 */
export function neededStages(
  facts: DockerfileFacts,
  question: StageQuestion,
): readonly NeededStage[] | undefined {
  const wanted = wantedStage(facts.stages, question.stage);
  if (wanted === undefined) return undefined;
  const walk = new StageWalk(facts, question);
  const needed: NeededStage[] = [];
  const used = new Set([wanted]);
  // A set's iterator also visits what is added meanwhile.
  for (const at of used) {
    const visited = walk.visit(at);
    if (visited === undefined) continue;
    needed.push(visited.stage);
    for (const other of visited.stages) used.add(other);
  }
  return needed;
}

/** By its name, or by its number as BuildKit takes it too. */
function wantedStage(stages: readonly DockerfileStage[], wanted: string | undefined): number | undefined {
  if (wanted === undefined) return stages.length === 0 ? undefined : stages.length - 1;
  return findStage(stages, wanted);
}

function findStage(stages: readonly DockerfileStage[], name: string): number | undefined {
  const named = stages.findLastIndex((stage) => stage.name === name.toLowerCase());
  if (named !== -1) return named;
  return /^\d+$/.test(name) && Number(name) < stages.length ? Number(name) : undefined;
}

class StageWalk {
  readonly #stages: readonly DockerfileStage[];
  readonly #question: StageQuestion;
  readonly #contexts: ReadonlySet<string>;
  readonly #lookup: Lookup;

  constructor(facts: DockerfileFacts, question: StageQuestion) {
    this.#stages = facts.stages;
    this.#question = question;
    this.#contexts = new Set(question.contexts.map((name) => name.toLowerCase()));
    this.#lookup = globalVariables(facts, question);
  }

  /** A stage and the positions of those it is made of; undefined for one that a context replaces. */
  visit(at: number): { readonly stage: NeededStage; readonly stages: readonly number[] } | undefined {
    const stage = this.#stages[at];
    if (stage === undefined || this.#isContext(stage.name)) return undefined;
    // BuildKit takes variables there since Dockerfile 1.17 only, and from the stage's own arguments.
    const read = stage.from.filter((name) => !name.includes('$'));
    const sources = [this.#expand(stage.base), ...read].filter((name) => !this.#isContext(name));
    const stages = sources.map((name) => findStage(this.#stages.slice(0, at), name));
    const images = sources.filter((name, index) => stages[index] === undefined && name !== 'scratch');
    const { line, runs } = stage;
    return {
      stage: { line, runs, images, platform: this.#platformOf(at) },
      stages: stages.filter((position) => position !== undefined),
    };
  }

  #isContext(name: string | undefined): boolean {
    return name !== undefined && this.#contexts.has(name.toLowerCase());
  }

  #expand(text: string): string {
    return expandWord(text, this.#lookup, { escape: '\\' });
  }

  /** A stage without `--platform` has that of the stage it starts from, else the wanted one. */
  #platformOf(at: number): NeededStage['platform'] {
    const { platform, base = '' } = this.#stages[at] ?? {};
    const written = platform === undefined ? '' : this.#expand(platform);
    if (written !== '') return readPlatform(written);
    if (platform !== undefined && this.#question.buildPlatform === undefined) return undefined;
    const parent = this.#parentOf(base, at);
    return parent === undefined ? this.#question.platform : this.#platformOf(parent);
  }

  #parentOf(written: string, at: number): number | undefined {
    const base = this.#expand(written);
    return this.#isContext(base) ? undefined : findStage(this.#stages.slice(0, at), base);
  }
}

function readPlatform(text: string): Platform | 'invalid' {
  try {
    return parsePlatform(text);
  } catch (error) {
    if (isXbundleError(error, 'PLATFORM_INVALID')) return 'invalid';
    throw error;
  }
}

type Lookup = (name: string) => string | undefined;

/**
 * What `FROM` may name: arguments declared before the first one, and the automatic ones. A default hides an
 * automatic value, and an argument of the build hides both.
 */
function globalVariables(facts: DockerfileFacts, { args, platform, buildPlatform }: StageQuestion): Lookup {
  const automatic = new Map([
    ...platformVariables('TARGET', platform),
    ...(buildPlatform === undefined ? [] : platformVariables('BUILD', buildPlatform)),
  ]);
  const given = (name: string): string | undefined => (Object.hasOwn(args, name) ? args[name] : undefined);
  const values = new Map([...automatic].map(([name, value]) => [name, given(name) ?? value]));
  const lookup: Lookup = (name) => values.get(name);
  for (const [name, written] of Object.entries(facts.args)) {
    const byDefault =
      written === undefined ? automatic.get(name) : expandWord(written, lookup, { escape: '\\' });
    const value = given(name) ?? byDefault;
    if (value !== undefined) values.set(name, value);
  }
  return lookup;
}

function platformVariables(prefix: string, platform: Platform): readonly (readonly [string, string])[] {
  return [
    [`${prefix}PLATFORM`, formatPlatform({ ...platform, 'os.version': '' })],
    [`${prefix}OS`, platform.os],
    [`${prefix}ARCH`, platform.architecture],
    [`${prefix}VARIANT`, platform.variant ?? ''],
  ];
}
