import {
  planBuild,
  type BuildDefinition,
  type BuildPlan,
  type BuildPlanOptions,
  type BuildTarget,
  type DockerfileFacts,
  type PlanBuilder,
} from '../../build/index.ts';
import { parsePlatforms, type Platform } from '../../model/index.ts';
import { planBuilder, RUNS_ON_TARGET } from './build-targets.ts';

/** What a plan is made of; the rest is usual: all components, two platforms, one node that emulates the second. */
export interface PlanCase {
  readonly targets: readonly BuildTarget[];
  readonly selected?: readonly string[];
  readonly definition?: Partial<BuildDefinition>;
  /** Of every component; given as undefined: none can be read. */
  readonly dockerfile?: DockerfileFacts | undefined;
  readonly builder?: PlanBuilder;
  readonly options?: BuildPlanOptions;
}

export const TWO_PLATFORMS: readonly Platform[] = parsePlatforms(['amd64,arm64']);

export function planOf({ targets, selected, definition, builder, options, ...rest }: PlanCase): BuildPlan {
  const dockerfile = 'dockerfile' in rest ? rest.dockerfile : RUNS_ON_TARGET;
  const dockerfiles = new Map(
    dockerfile === undefined ? [] : targets.map(({ name }) => [name, dockerfile] as const),
  );
  return planBuild(
    { directory: '/', targets, selected: selected ?? targets.map(({ name }) => name), ...definition },
    { builder: builder ?? planBuilder({ here: ['amd64', 'arm64'] }), dockerfiles },
    { platforms: TWO_PLATFORMS, ...options },
  );
}

/** A component's context that another makes. */
export const linkTo = (target: string): Partial<BuildTarget> => ({
  contexts: { base: { kind: 'target', target } },
});
