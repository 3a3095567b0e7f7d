import { resolve } from 'node:path';
import { complaintOf, runDocker, type DockerOptions } from '../buildx/index.ts';
import { XbundleError, isXbundleError } from '../errors.ts';
import { definitionInvalid } from './place.ts';
import type { LocatedValue } from './yaml-document.ts';

export type BakeOptions = Pick<DockerOptions, 'env' | 'signal'>;

/**
 * What `docker buildx bake --print` makes of all targets of a bake file. It needs no engine and runs no build.
 * Throws UNSUPPORTED where there is no docker command or buildx, TIMEOUT, and DEFINITION_INVALID with buildx's
 * own words when it refuses the file.
 */
export async function printBake(file: string, options: BakeOptions = {}): Promise<LocatedValue> {
  const args = ['buildx', 'bake', '--print', '--progress=quiet', `--file=${resolve(file)}`, '*'];
  const result = await runDocker(args, options).catch((error: unknown) => {
    throw isXbundleError(error, 'UNSUPPORTED') ? noBuildx(file, 'there is no docker command on PATH') : error;
  });
  if (result.exitCode !== 0) {
    const version = await runDocker(['buildx', 'version'], options);
    if (version.exitCode !== 0) throw noBuildx(file, 'the docker command has no buildx plugin');
    throw definitionInvalid({ file }, `docker buildx bake --print refuses it: ${complaintOf(result.stderr)}`);
  }
  return { value: parse(result.stdout, file), file, lineOf: () => undefined };
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
