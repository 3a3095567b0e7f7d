import type { Readable } from 'node:stream';
import type { CallOptions } from '../../../content/index.ts';
import { dockerProgram, type DockerEnvironment } from '../../../buildx/index.ts';
import { XbundleError } from '../../../errors.ts';
import { LIMITS } from '../../../limits.ts';

export interface BuildxRunOptions extends CallOptions {
  readonly env?: DockerEnvironment | undefined;
  /** Where it is started; default: where this process was. */
  readonly cwd?: string | undefined;
  /** For its standard input. */
  readonly input?: string | undefined;
  /** Gets each line of standard error: events and plain text. */
  readonly onLine: (line: string) => void;
}

/**
 * Runs `docker ARGS`, the first of which is `buildx`, and hands its standard error over line by line while it runs;
 * gives the exit code. An abort sends SIGTERM, on which buildx cancels the build at the builder, and waits until the
 * process has ended. Throws UNSUPPORTED where there is no docker command.
 */
export async function runBuildx(args: readonly string[], options: BuildxRunOptions): Promise<number> {
  const { env, cwd, input, signal, onLine } = options;
  // Loaded when it is needed: loading it takes longer than most other commands.
  const { execa } = await import('execa');
  const program = await dockerProgram(args, env);
  const child = execa(program.file, program.args, {
    reject: false,
    buffer: false,
    stdout: 'ignore',
    stderr: 'pipe',
    forceKillAfterDelay: LIMITS.buildCancelMs,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    ...(env !== undefined && { env: { ...env }, extendEnv: false }),
    ...(cwd !== undefined && { cwd }),
    ...(signal !== undefined && { cancelSignal: signal }),
  });
  for await (const line of linesOf(child.stderr)) onLine(line);
  const result = await child;
  if (result.code !== 'ENOENT') return result.exitCode ?? 1;
  throw new XbundleError(
    'UNSUPPORTED',
    'building: there is no docker command on PATH. Install the Docker CLI with buildx',
    { cause: result.cause },
  );
}

/** Lines of UTF-8 text; of one that is longer than `LIMITS.buildLineBytes` the rest is dropped. */
export async function* linesOf(stream: Readable): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = (parts.pop() ?? '').slice(0, LIMITS.buildLineBytes);
    yield* parts;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
