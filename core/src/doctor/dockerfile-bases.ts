import type { DockerfileFacts, DockerfileStage } from '../build/index.ts';
import { isXbundleError } from '../errors.ts';
import { expandWord } from '../lint/index.ts';
import { formatPlatform, parsePlatform, type Platform } from '../model/index.ts';

export interface BaseQuestion {
  /** Build arguments that are given; others have their defaults. */
  readonly args: Readonly<Record<string, string>>;
  /** The stage to build; undefined: the last. */
  readonly stage?: string | undefined;
  /** Names in lower case that the build gives a meaning of its own: they are no images, nor stages. */
  readonly contexts: ReadonlySet<string>;
  readonly platform: Platform;
  /** Of the machine that builds; undefined where it is not known, and what needs it is left out. */
  readonly buildPlatform?: Platform | undefined;
}

/** An image that a Dockerfile needs for one platform. */
export interface DockerfileBase {
  /** Empty where variables give no name, or a platform that is none. */
  readonly image: string;
  readonly platform: Platform;
  /** Of the stage; counts from 1. */
  readonly line: number;
}

/**
 * The images that the wanted stage is made of: those of `FROM`, and those that `COPY --from` and `RUN --mount` read.
 * Stages that BuildKit would not build are left out, and so are scratch, names of stages and named contexts.
 */
export function dockerfileBases(
  dockerfile: DockerfileFacts,
  question: BaseQuestion,
): readonly DockerfileBase[] {
  const values = fromValues(dockerfile, question);
  const stages: Stages = dockerfile.stages
    .map((stage) => ({ ...stage, base: expand(stage.base, values) }))
    .map((stage) =>
      isContext(stage.name ?? '', question) ? { ...stage, base: 'scratch', from: [] } : stage,
    );
  const isImage = (name: string, before: number): boolean =>
    name !== 'scratch' && !isContext(name, question) && findStage(stages, name, before) === undefined;
  return neededStages(stages, question.stage).flatMap((stage) => {
    const at = stages.indexOf(stage);
    const platform = stagePlatform(stages, at, { values, question });
    // The platform of a build machine that is not known.
    if (platform === undefined) return [];
    // BuildKit takes variables there since 1.17 only, and from the stage's own arguments.
    const read = stage.from.filter((name) => !name.includes('$'));
    return [stage.base, ...read]
      .filter((name) => isImage(name, at))
      .map((image) => ({ image: platform === 'invalid' ? '' : image, line: stage.line }))
      .map((base) => ({ ...base, platform: platform === 'invalid' ? question.platform : platform }));
  });
}

type Stages = readonly DockerfileStage[];
type Values = ReadonlyMap<string, string>;

interface StageContext {
  readonly values: Values;
  readonly question: BaseQuestion;
}

/** A stage without `--platform` has that of the stage it starts from, else the wanted one. */
function stagePlatform(stages: Stages, at: number, context: StageContext): Platform | 'invalid' | undefined {
  const stage = stages[at];
  if (stage?.platform === undefined) {
    const parent = findStage(stages, stage?.base ?? '', at);
    return parent === undefined
      ? context.question.platform
      : stagePlatform(stages, stages.indexOf(parent), context);
  }
  const written = expand(stage.platform, context.values);
  if (written === '') return undefined;
  try {
    return parsePlatform(written);
  } catch (error) {
    if (isXbundleError(error, 'PLATFORM_INVALID')) return 'invalid';
    throw error;
  }
}

function isContext(name: string, { contexts }: BaseQuestion): boolean {
  return contexts.has(name.toLowerCase());
}

/** What variables of `FROM` may be: platforms, and the ARGs before the first one with what is given for them. */
function fromValues(
  dockerfile: DockerfileFacts,
  { args, platform, buildPlatform }: BaseQuestion,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>([
    ...platformValues('TARGET', platform),
    ...(buildPlatform === undefined ? [] : platformValues('BUILD', buildPlatform)),
  ]);
  for (const [name, written] of Object.entries(dockerfile.args)) {
    const given = Object.hasOwn(args, name) ? args[name] : undefined;
    if (given !== undefined) values.set(name, given);
    else if (written !== undefined) values.set(name, expand(written, values));
  }
  return values;
}

function platformValues(prefix: string, platform: Platform): readonly (readonly [string, string])[] {
  return [
    [`${prefix}PLATFORM`, formatPlatform(platform)],
    [`${prefix}OS`, platform.os],
    [`${prefix}ARCH`, platform.architecture],
    [`${prefix}VARIANT`, platform.variant ?? ''],
  ];
}

function expand(text: string, values: Values): string {
  return expandWord(text, (name) => values.get(name), { escape: '\\' });
}

/** The wanted stage and all that it is made of, in the order of the file. */
function neededStages(stages: Stages, wanted: string | undefined): Stages {
  const needed = new Set<DockerfileStage>();
  const visit = (stage: DockerfileStage | undefined): void => {
    if (stage === undefined || needed.has(stage)) return;
    needed.add(stage);
    for (const name of [stage.base, ...stage.from]) visit(findStage(stages, name, stages.indexOf(stage)));
  };
  visit(wanted === undefined ? stages.at(-1) : findStage(stages, wanted, stages.length));
  return stages.filter((stage) => needed.has(stage));
}

/** A stage before `before`, by its name or else its number. */
function findStage(stages: Stages, name: string, before: number): DockerfileStage | undefined {
  const earlier = stages.slice(0, before);
  const named = earlier.findLast((stage) => stage.name === name.toLowerCase());
  return named ?? (/^\d+$/.test(name) ? earlier[Number(name)] : undefined);
}
