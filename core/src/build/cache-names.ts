import { join } from 'node:path';
import { archTag, formatPlatform, formatReference, parseReference, type Platform } from '../model/index.ts';
import type { BuildCache } from './target.ts';

/** BuildKit's own name for a cache that has none. */
const DEFAULT_NAME = 'buildkit';

/**
 * A cache under a name for one platform; itself for kinds that have no name (`inline`). Builds of several platforms
 * that write one name would each take the other's place.
 */
export function platformCache(cache: BuildCache, platform: Platform): BuildCache {
  const { type, ref, scope, name } = cache;
  const folder = formatPlatform(platform).replaceAll('/', '_');
  switch (type) {
    case 'registry':
      return ref === undefined
        ? cache
        : { ...cache, ref: formatReference(archTag(parseReference(ref), platform)) };
    case 'local':
      return localCache(cache, folder);
    case 'gha':
      return { ...cache, scope: `${scope ?? DEFAULT_NAME}-${folder}` };
    case 's3':
    case 'azblob':
      return { ...cache, name: `${name ?? DEFAULT_NAME}-${folder}` };
    default:
      return cache;
  }
}

function localCache({ dest, src, ...cache }: BuildCache, folder: string): BuildCache {
  return {
    ...cache,
    ...(dest !== undefined && { dest: join(dest, folder) }),
    ...(src !== undefined && { src: join(src, folder) }),
  };
}

/** Caches to read: where several platforms write, first the platform's own, then what is named. */
export function cacheSources(caches: readonly BuildCache[], platform: Platform): readonly BuildCache[] {
  return caches.flatMap((cache) => {
    const own = platformCache(cache, platform);
    return own === cache ? [cache] : [own, cache];
  });
}
