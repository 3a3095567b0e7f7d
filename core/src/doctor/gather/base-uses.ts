import {
  reachableTargets,
  type BuildDefinition,
  type BuildTarget,
  type DockerfileFacts,
} from '../../build/index.ts';
import { formatPlatform, type Platform } from '../../model/index.ts';
import type { BaseUse } from '../facts.ts';
import { dockerfileBases } from './dockerfile-bases.ts';

export interface BaseUsesInput {
  readonly definition: BuildDefinition;
  /** `readDockerfiles(definition)`. */
  readonly dockerfiles: ReadonlyMap<string, DockerfileFacts>;
  /** Asked for; undefined: those of each component, or of the definition. */
  readonly platforms?: readonly Platform[] | undefined;
  /** For components that say nothing themselves. */
  readonly otherwise: readonly Platform[];
  readonly buildPlatform?: Platform | undefined;
}

/** Every image that a definition's Dockerfiles start from, for each platform of each component. */
export function baseUses(input: BaseUsesInput): readonly BaseUse[] {
  return reachableTargets(input.definition).flatMap((target) => {
    const dockerfile = input.dockerfiles.get(target.name);
    if (dockerfile === undefined) return [];
    return targetPlatforms(target, input).flatMap((platform) =>
      dockerfileBases(dockerfile, {
        args: target.args,
        stage: target.stage,
        contexts: Object.keys(target.contexts),
        platform,
        buildPlatform: input.buildPlatform,
      }).map((base) => ({ component: target.name, file: fileOf(target), ...base })),
    );
  });
}

/** The platforms of a component: its own, of those only what is asked for; without own ones, what is asked for. */
export function targetPlatforms(
  { platforms: own }: BuildTarget,
  { definition, platforms: asked, otherwise }: Pick<BaseUsesInput, 'definition' | 'platforms' | 'otherwise'>,
): readonly Platform[] {
  if (own === undefined) return asked ?? definition.platforms ?? otherwise;
  const keys = asked === undefined ? undefined : new Set(asked.map(formatPlatform));
  return keys === undefined ? own : own.filter((platform) => keys.has(formatPlatform(platform)));
}

function fileOf({ dockerfile, dockerfileInline, place, name }: BuildTarget): string {
  if (dockerfileInline !== undefined) return `${place.file} (${name})`;
  return dockerfile ?? `Dockerfile of ${name}`;
}
