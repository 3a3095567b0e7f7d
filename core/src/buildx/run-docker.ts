import type { Readable } from 'node:stream';
import type { CallOptions } from '../content/index.ts';
import { XbundleError, throwIfAborted } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { dockerProgram, type DockerEnvironment } from './buildx-program.ts';

export type { DockerEnvironment };

export interface DockerOptions extends CallOptions {
  /** The whole environment of the command: PATH finds it, DOCKER_* choose the engine. Default: this process's. */
  readonly env?: DockerEnvironment | undefined;
  readonly cwd?: string | undefined;
  /** Milliseconds after which the command is ended and TIMEOUT thrown. Default: `LIMITS.dockerCommandMs`. */
  readonly timeoutMs?: number | undefined;
  /** Bytes for its standard input; default: none. */
  readonly input?: Readable | Uint8Array | string | undefined;
}

/** How a docker command ended. Text is cut at `LIMITS.dockerOutputBytes`. */
export interface DockerResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `docker ARGS` to its end; a failure is a result, not an error. Nothing goes through a shell. buildx is
 * started itself, see `dockerProgram`.
 *
 * Throws UNSUPPORTED where there is no docker command, TIMEOUT, and INTERRUPTED after an abort; the process has
 * ended by then (SIGTERM, which cancels a build, and SIGKILL half a second later).
 */
export async function runDocker(args: readonly string[], options: DockerOptions = {}): Promise<DockerResult> {
  const { env, cwd, signal, input, timeoutMs = LIMITS.dockerCommandMs } = options;
  throwIfAborted(signal);
  // Loaded when it is needed: most runs start no program, and loading it takes longer than a small bundle.
  const { execa } = await import('execa');
  const program = await dockerProgram(args, env);
  const result = await execa(program.file, program.args, {
    reject: false,
    timeout: timeoutMs,
    forceKillAfterDelay: 500,
    maxBuffer: LIMITS.dockerOutputBytes,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    ...(cwd !== undefined && { cwd }),
    ...(env !== undefined && { env, extendEnv: false }),
    ...(signal !== undefined && { cancelSignal: signal }),
  });
  throwIfAborted(signal);
  if (result.code === 'ENOENT') throw noDocker(args, result.cause);
  if (result.timedOut) throw tookTooLong(args, timeoutMs);
  return { exitCode: result.exitCode ?? 1, stdout: result.stdout, stderr: result.stderr };
}

/**
 * The last line that docker or buildx gives as its reason, without "ERROR: "; before it come progress and
 * excerpts of files, after it where to read on.
 */
export function complaintOf(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !HELP.test(line));
  const last = lines.findLast((line) => line.startsWith('ERROR: ')) ?? lines.at(-1) ?? '';
  return last
    .replace(/^(?:ERROR|docker): /, '')
    .trim()
    .slice(0, 500);
}

const HELP = /^Run '.* --help' for more information$/;

function noDocker(args: readonly string[], cause: unknown): XbundleError {
  return new XbundleError(
    'UNSUPPORTED',
    `running docker ${verb(args)}: there is no docker command on PATH. Install the Docker CLI`,
    { cause },
  );
}

function tookTooLong(args: readonly string[], timeoutMs: number): XbundleError {
  return new XbundleError('TIMEOUT', `docker ${verb(args)} took longer than ${timeoutMs / 1000} s`);
}

/** The words before the first option: what follows may hold secrets. */
function verb(args: readonly string[]): string {
  const end = args.findIndex((arg) => arg.startsWith('-'));
  return args.slice(0, end === -1 ? 2 : Math.min(end, 3)).join(' ');
}
