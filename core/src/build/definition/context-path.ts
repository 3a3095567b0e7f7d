import { resolve } from 'node:path';

/**
 * What buildx fetches itself: an URL with a scheme, `git@HOST:PATH`, or a repository on GitHub without a scheme.
 * `docker-image://` and the like are the same to it.
 */
const REMOTE = /^(?:[a-z][a-z0-9+.-]*:\/\/|git@[^/]+:|github\.com\/)/i;
const LAYOUT = 'oci-layout://';

export function isRemoteContext(context: string): boolean {
  return REMOTE.test(context);
}

/** A context with its path made absolute; an URL stays as it is. */
export function resolveContext(context: string, directory: string): string {
  if (context.startsWith(LAYOUT)) return `${LAYOUT}${resolve(directory, context.slice(LAYOUT.length))}`;
  return isRemoteContext(context) ? context : resolve(directory, context);
}

/** What `--file` gets for a Dockerfile that is named from inside its context. */
export function resolveDockerfile(dockerfile: string, context: string): string {
  return isRemoteContext(context) ? dockerfile : resolve(context, dockerfile);
}
