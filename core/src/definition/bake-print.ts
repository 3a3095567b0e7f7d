import { resolve } from 'node:path';
import { type CallOptions } from '../content/index.ts';
import { XbundleError, throwIfAborted } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type Environment } from './definition.ts';
import { definitionInvalid } from './place.ts';
import { type LocatedValue } from './yaml-document.ts';

export interface BakeOptions extends CallOptions {
  /** Of the docker command; it also holds the values of bake variables. Default: this process's. */
  readonly env?: Environment | undefined;
}

/**
 * What `docker buildx bake --print` makes of all targets of a bake file. It needs no engine and runs no build.
 * Throws UNSUPPORTED where there is no docker command or buildx, TIMEOUT, and DEFINITION_INVALID with buildx's
 * own words when it refuses the file.
 */
export async function printBake(file: string, options: BakeOptions = {}): Promise<LocatedValue> {
  const result = await runDocker(
    ['buildx', 'bake', '--print', '--progress=quiet', `--file=${resolve(file)}`, '*'],
    options,
  );
  if (result.code === 'ENOENT') throw noBuildx(file, 'there is no docker command on PATH');
  if (result.timedOut) {
    throw new XbundleError(
      'TIMEOUT',
      `reading ${file}: docker buildx bake --print took longer than ${LIMITS.bakeMs / 1000} s`,
    );
  }
  if (result.failed) {
    const version = await runDocker(['buildx', 'version'], options);
    if (version.failed) throw noBuildx(file, 'the docker command has no buildx plugin');
    throw definitionInvalid({ file }, `docker buildx bake --print refuses it: ${complaint(result.stderr)}`);
  }
  return { value: parse(result.stdout, file), file, lineOf: () => undefined };
}

interface DockerResult {
  readonly failed: boolean;
  readonly timedOut: boolean;
  readonly code?: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function runDocker(args: readonly string[], { env, signal }: BakeOptions): Promise<DockerResult> {
  // Loaded when it is needed: most runs start no program, and loading it takes longer than a small bundle.
  const { execa } = await import('execa');
  const result = await execa('docker', args, {
    reject: false,
    stdin: 'ignore',
    timeout: LIMITS.bakeMs,
    forceKillAfterDelay: 500,
    maxBuffer: LIMITS.layoutIndexBytes,
    ...(env !== undefined && { env, extendEnv: false }),
    ...(signal !== undefined && { cancelSignal: signal }),
  });
  throwIfAborted(signal);
  return result;
}

function noBuildx(file: string, reason: string): XbundleError {
  return new XbundleError(
    'UNSUPPORTED',
    `reading ${file}: ${reason}, and only buildx evaluates such a bake file. Install it, or keep what "docker buildx bake --print" says elsewhere as docker-bake.json`,
  );
}

/** buildx ends with one line that says what is wrong; before it come progress and an excerpt of the file. */
function complaint(stderr: string): string {
  const lines = stderr.trim().split('\n');
  const last = lines.findLast((line) => line.startsWith('ERROR: ')) ?? lines.at(-1) ?? '';
  return last.replace(/^ERROR: /, '').slice(0, 500);
}

function parse(stdout: string, file: string): unknown {
  try {
    return JSON.parse(stdout) as unknown;
  } catch (cause) {
    throw definitionInvalid({ file }, 'what docker buildx bake --print says is not JSON', cause);
  }
}
