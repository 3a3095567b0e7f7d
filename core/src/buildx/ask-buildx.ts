import { XbundleError, type ErrorCode } from '../errors.ts';
import { complaintOf, runDocker, type DockerOptions, type DockerResult } from './run-docker.ts';
import { buildxVersion } from './versions.ts';

/**
 * Runs `docker buildx ARGS` and gives its standard output. Throws UNSUPPORTED where docker has no buildx, NOT_FOUND
 * for a builder that does not exist, REFUSED with buildx's reason for every other failure, and what `runDocker`
 * throws.
 */
export async function askBuildx(
  operation: string,
  args: readonly string[],
  options: DockerOptions = {},
): Promise<string> {
  const result = await runDocker(['buildx', ...args], options);
  if (result.exitCode === 0) return result.stdout;
  if ((await buildxVersion(options)) === undefined) {
    throw new XbundleError(
      'UNSUPPORTED',
      `${operation}: the docker command has no buildx. Install the buildx plugin (docker-buildx-plugin)`,
    );
  }
  throw new XbundleError(failureCode(result), `${operation}: ${reasonOf(result.stderr) || 'failed'}`);
}

/** `buildx rm` writes its reasons first and ends with a line that holds none. */
function reasonOf(stderr: string): string {
  const reasons = stderr.split('\n').filter((line) => line.startsWith('failed to remove '));
  return reasons.length > 0 ? reasons.join('; ').slice(0, 500) : complaintOf(stderr);
}

const NO_BUILDER =
  /no builder (?:instance )?"[^"]*" found|failed to find instance "|node "[^"]*" not found for/;

/** buildx has one exit code for all failures, so that a missing builder or node is known by its text only. */
function failureCode({ stderr }: DockerResult): ErrorCode {
  return NO_BUILDER.test(stderr) ? 'NOT_FOUND' : 'REFUSED';
}
