import { resolve } from 'node:path';
import { complaintOf, runDocker, type DockerOptions, type DockerResult } from '../buildx/index.ts';
import { XbundleError, isXbundleError } from '../errors.ts';
import { definitionInvalid } from './place.ts';
import type { LocatedValue } from './yaml-document.ts';

export interface BakeOptions extends Pick<DockerOptions, 'env' | 'signal' | 'cwd'> {
  /** Targets and groups; default: all. Empty: the group `default`, or all where there is none. */
  readonly targets?: readonly string[] | undefined;
  /** `TARGET.KEY=VALUE`, as `--set` takes them. */
  readonly set?: readonly string[] | undefined;
}

/**
 * What `docker buildx bake --print` makes of bake and compose files, which it merges in the order given. It needs
 * no engine and runs no build, but the files of secrets and the sockets of ssh must be there. Paths come out as
 * they are written, and start from `cwd`.
 *
 * Throws UNSUPPORTED where there is no docker command or buildx, TIMEOUT, and DEFINITION_INVALID with buildx's
 * own words when it refuses a file.
 */
export async function printBake(
  files: string | readonly string[],
  options: BakeOptions = {},
): Promise<LocatedValue> {
  const paths = typeof files === 'string' ? [files] : files;
  const { targets = ['*'] } = options;
  const first = await runPrint(paths, targets, options);
  const hasNoDefault = targets.length === 0 && NO_DEFAULT.test(first.stderr) && first.exitCode !== 0;
  const result = hasNoDefault ? await runPrint(paths, ['*'], options) : first;
  const file = paths.join(', ');
  if (result.exitCode !== 0) {
    const version = await runDocker(['buildx', 'version'], dockerOptions(options));
    if (version.exitCode !== 0) throw noBuildx(file, 'the docker command has no buildx plugin');
    throw definitionInvalid({ file }, `docker buildx bake --print refuses it: ${complaintOf(result.stderr)}`);
  }
  return { value: parse(result.stdout, file), file, lineOf: () => undefined };
}

const NO_DEFAULT = /failed to find target default\b/;

async function runPrint(
  paths: readonly string[],
  targets: readonly string[],
  options: BakeOptions,
): Promise<DockerResult> {
  const files = paths.map((path) => `--file=${resolve(path)}`);
  const set = (options.set ?? []).map((override) => `--set=${override}`);
  // A target may start with a dash, which only "--" keeps from being an option.
  const names = targets.some((target) => target.startsWith('-')) ? ['--', ...targets] : targets;
  const args = ['buildx', 'bake', '--print', '--progress=quiet', ...files, ...set, ...names];
  try {
    return await runDocker(args, dockerOptions(options));
  } catch (error) {
    if (!isXbundleError(error, 'UNSUPPORTED')) throw error;
    throw noBuildx(paths.join(', '), 'there is no docker command on PATH');
  }
}

function dockerOptions({ env, signal, cwd }: BakeOptions): DockerOptions {
  return { env, cwd, ...(signal !== undefined && { signal }) };
}

function noBuildx(file: string, reason: string): XbundleError {
  return new XbundleError(
    'UNSUPPORTED',
    `reading ${file}: ${reason}, and only buildx evaluates such a bake file. Install it, or keep what "docker buildx bake --print" says elsewhere as docker-bake.json`,
  );
}

function parse(stdout: string, file: string): unknown {
  try {
    return JSON.parse(stdout) as unknown;
  } catch (cause) {
    throw definitionInvalid({ file }, 'what docker buildx bake --print says is not JSON', cause);
  }
}
