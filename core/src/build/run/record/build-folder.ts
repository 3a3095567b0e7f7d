import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/** What a build is of: the same definition always has the same folder. */
export interface BuildIdentity {
  /** Absolute paths of its files; of a single Dockerfile, its context and the Dockerfile. */
  readonly files: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Where the runs of one definition are kept. */
export interface BuildFolder {
  readonly path: string;
  /** Has the results of all its cells, in `blobs` as an OCI image layout has them. */
  readonly store: string;
  /** One directory for each run: `run.json`, `logs/`, `metadata/`. */
  readonly runs: string;
}

/**
 * The folder of a definition: `$XDG_STATE_HOME/xbundle/builds/NAME-HASH` (`~/.local/state` by default,
 * `%LOCALAPPDATA%` on Windows). Not beside the definition: that is most often a build context, and each build
 * would send all earlier results to the builder.
 */
export function buildFolder({ files, env }: BuildIdentity): BuildFolder {
  const paths = files.map((file) => resolve(file)).sort();
  const hash = createHash('sha256').update(paths.join('\0')).digest('hex').slice(0, 12);
  const name = basename(dirname(paths[0] ?? '')).replace(/[^A-Za-z0-9._-]/g, '_') || 'build';
  const path = join(stateFolder(env), 'xbundle', 'builds', `${name}-${hash}`);
  return { path, store: join(path, 'store'), runs: join(path, 'runs') };
}

function stateFolder(env: BuildIdentity['env']): string {
  const given = env['XDG_STATE_HOME'] || env['LOCALAPPDATA'];
  return given ? resolve(given) : join(env['HOME'] || homedir(), '.local', 'state');
}
