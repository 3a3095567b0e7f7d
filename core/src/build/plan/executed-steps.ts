import type { Platform } from '../../model/index.ts';
import type { DockerfileFacts } from '../facts.ts';
import { neededStages } from '../needed-stages.ts';
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
 * Where the `RUN` steps run that the wanted stage is made of: one entry for each stage that has any. Undefined
 * when the Dockerfile has no such stage. BuildKit refuses a platform that is none; a plan says nothing of it.
 */
export function executedSteps(
  facts: DockerfileFacts,
  { target, platform, buildPlatform }: StepContext,
): readonly ExecutedStep[] | undefined {
  const { stage, args, contexts } = target;
  const question = { stage, args, contexts: Object.keys(contexts), platform, buildPlatform };
  return neededStages(facts, question)?.flatMap(({ runs: [line], platform: own }) =>
    line === undefined ? [] : [{ line, platform: own === undefined || own === 'invalid' ? platform : own }],
  );
}
