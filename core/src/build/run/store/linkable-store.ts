import { basename, dirname } from 'node:path';

/** A store as buildx can be told of it, and the directory in which buildx is to be started then. */
export interface LinkableStore {
  readonly path: string;
  readonly cwd?: string;
}

/**
 * buildx splits `oci-layout://PATH:TAG@DIGEST` at the first colon and "@", and has no way to quote them. A path with
 * either, which on Windows is each, is given by its last part, from the directory above. All else that a command
 * names is absolute.
 */
export function linkableStore(path: string): LinkableStore {
  return /[:@]/.test(path) ? { path: basename(path), cwd: dirname(path) } : { path };
}
