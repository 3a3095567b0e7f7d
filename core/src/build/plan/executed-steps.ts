import { parsePlatform, formatPlatform, type Platform } from '../../model/index.ts';
import { expandWord } from '../../lint/dockerfile/expand.ts';
import type { DockerfileFacts, DockerfileStage } from '../facts.ts';
import type { BuildTarget } from '../target.ts';

/** The first `RUN` of a stage, and where it runs. */
export interface ExecutedStep {
  readonly platform: Platform;
  readonly line: number;
}

export interface StepContext {
  readonly target: Pick<BuildTarget, 'stage' | 'args' | 'contexts'>;
  /** The wanted platform. */
  readonly platform: Platform;
  /** `BUILDPLATFORM`: that of the node. */
  readonly buildPlatform: Platform;
}

/**
 * Where the `RUN` steps run that the wanted stage is made of: one entry for each stage that has any. Stages that
 * BuildKit leaves out are left out. Undefined when the Dockerfile has no such stage.
 */
export function executedSteps(
  facts: DockerfileFacts,
  context: StepContext,
): readonly ExecutedStep[] | undefined {
  const { stages } = facts;
  const wanted = wantedStage(stages, context.target.stage);
  if (wanted === undefined) return undefined;
  const lookup = globalVariables(facts, context);
  const platforms = stagePlatforms(facts, context, lookup);
  const steps: ExecutedStep[] = [];
  const used = new Set([wanted]);
  // A set's iterator also visits what is added meanwhile.
  for (const at of used) {
    const stage = stages[at];
    if (stage === undefined || isReplaced(stage, context)) continue;
    const [line] = stage.runs;
    if (line !== undefined) steps.push({ platform: platforms[at] ?? context.platform, line });
    for (const name of [stage.base, ...stage.from]) {
      const other = stageBefore(stages, at, { name: expand(name, lookup), context });
      if (other !== undefined) used.add(other);
    }
  }
  return steps;
}

/** By its name, or by its number as BuildKit takes it too; the last when none is asked for. */
function wantedStage(stages: readonly DockerfileStage[], wanted: string | undefined): number | undefined {
  if (wanted === undefined) return stages.length === 0 ? undefined : stages.length - 1;
  const named = stages.findLastIndex((stage) => stage.name === wanted.toLowerCase());
  if (named !== -1) return named;
  return /^\d+$/.test(wanted) && Number(wanted) < stages.length ? Number(wanted) : undefined;
}

/** A named context takes the place of a stage of its name. */
function isReplaced({ name }: DockerfileStage, { target }: StepContext): boolean {
  return name !== undefined && Object.keys(target.contexts).some((each) => each.toLowerCase() === name);
}

interface StageQuery {
  readonly name: string;
  readonly context: StepContext;
}

function stageBefore(
  stages: readonly DockerfileStage[],
  at: number,
  { name, context }: StageQuery,
): number | undefined {
  const wanted = name.toLowerCase();
  if (Object.keys(context.target.contexts).some((each) => each.toLowerCase() === wanted)) return undefined;
  const found = stages.findLastIndex((stage, index) => index < at && stage.name === wanted);
  if (found !== -1) return found;
  return /^\d+$/.test(wanted) && Number(wanted) < at ? Number(wanted) : undefined;
}

type Lookup = (name: string) => string | undefined;

function expand(text: string, lookup: Lookup): string {
  return expandWord(text, lookup, { escape: '\\' });
}

/** A stage without `--platform` has that of the stage it starts from, else the wanted one. */
function stagePlatforms(facts: DockerfileFacts, context: StepContext, lookup: Lookup): readonly Platform[] {
  const platforms: Platform[] = [];
  for (const [at, stage] of facts.stages.entries()) {
    const parent = stageBefore(facts.stages, at, { name: expand(stage.base, lookup), context });
    const inherited = parent === undefined ? context.platform : (platforms[parent] ?? context.platform);
    const own = stage.platform === undefined ? '' : expand(stage.platform, lookup);
    platforms.push(own === '' ? inherited : readPlatform(own, inherited));
  }
  return platforms;
}

/** BuildKit refuses the build of a bad one; a plan says nothing of it. */
function readPlatform(text: string, otherwise: Platform): Platform {
  try {
    return parsePlatform(text);
  } catch {
    return otherwise;
  }
}

/**
 * What `FROM` may name: arguments declared before the first one, and the automatic ones. A default hides an
 * automatic value, and an argument of the build hides both.
 */
function globalVariables(facts: DockerfileFacts, { target, platform, buildPlatform }: StepContext): Lookup {
  const automatic = new Map([
    ...platformVariables('TARGET', platform),
    ...platformVariables('BUILD', buildPlatform),
  ]);
  const given = (name: string): string | undefined =>
    Object.hasOwn(target.args, name) ? target.args[name] : undefined;
  const values = new Map([...automatic].map(([name, value]) => [name, given(name) ?? value]));
  const lookup: Lookup = (name) => values.get(name);
  for (const [name, written] of Object.entries(facts.args)) {
    const byDefault = written === undefined ? automatic.get(name) : expand(written, lookup);
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
