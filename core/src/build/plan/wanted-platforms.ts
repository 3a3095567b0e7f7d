import { XbundleError } from '../../errors.ts';
import { formatPlatform, type Platform } from '../../model/index.ts';
import type { BuildDefinition, BuildTarget } from '../target.ts';

export interface WantedPlatforms {
  /** Of each selected component, at least one; a component without any is not in it. */
  readonly platforms: ReadonlyMap<string, readonly Platform[]>;
  /** Platforms asked for, and the selected components that are not for them. */
  readonly leftOut: ReadonlyMap<string, readonly string[]>;
}

/**
 * The platforms of each selected component: its own, and of those only the ones asked for; without own ones those
 * asked for, else the definition's, else the builder's. Throws USAGE for a platform asked for that no component is
 * for, and when there is none at all.
 */
export function wantedPlatforms(
  definition: BuildDefinition,
  asked: readonly Platform[],
  native: Platform | undefined,
): WantedPlatforms {
  const selected = definition.targets.filter(({ name }) => definition.selected.includes(name));
  const common = [asked, definition.platforms ?? [], native === undefined ? [] : [native]].find(
    (list) => list.length > 0,
  );
  const all = selected.map((target) => [target.name, ownPlatforms(target, asked, common)] as const);
  const platforms = new Map(all.filter(([, list]) => list.length > 0));
  if (platforms.size === 0 && asked.length === 0) {
    throw new XbundleError(
      'USAGE',
      'which platforms? The builder was never started; name them with --platform',
    );
  }
  const leftOut = asked.map(
    (platform) => [formatPlatform(platform), componentsWithout(platform, all)] as const,
  );
  const useless = leftOut.find(([, names]) => names.length === all.length);
  if (useless === undefined)
    return { platforms, leftOut: new Map(leftOut.filter(([, names]) => names.length > 0)) };
  throw new XbundleError(
    'USAGE',
    `planning the build: no selected component is for ${useless[0]}. The definition names the platforms of each; add it there`,
  );
}

function componentsWithout(
  platform: Platform,
  all: readonly (readonly [string, readonly Platform[]])[],
): readonly string[] {
  const key = formatPlatform(platform);
  return all.flatMap(([name, list]) => (list.some((each) => formatPlatform(each) === key) ? [] : [name]));
}

function ownPlatforms(
  { platforms }: BuildTarget,
  asked: readonly Platform[],
  common: readonly Platform[] | undefined,
): readonly Platform[] {
  if (platforms === undefined) return common ?? [];
  const keys = new Set(asked.map(formatPlatform));
  return keys.size === 0 ? platforms : platforms.filter((platform) => keys.has(formatPlatform(platform)));
}
