import process from 'node:process';
import { execa } from 'execa';

export interface CommandOptions {
  readonly signal?: AbortSignal | undefined;
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly inputFile?: string;
  /** Return a result for a non-zero exit code instead of throwing. */
  readonly allowFailure?: boolean;
}

export interface CommandResult {
  /** Without the final newline. */
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/**
 * Runs a program to its end. Throws execa's error (command, exit code, stderr) when it fails or cannot be
 * started, and the signal's reason after an abort, by which time the program has ended.
 */
export async function run(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { signal, cwd, env, input, inputFile, allowFailure = false } = options;
  signal?.throwIfAborted();
  const result = await execa(file, args, {
    stdin: 'ignore',
    reject: false,
    env: env ?? {},
    maxBuffer: 256 * 1024 * 1024,
    ...(signal !== undefined && { cancelSignal: signal }),
    ...(cwd !== undefined && { cwd }),
    ...(input !== undefined && { stdin: 'pipe', input }),
    ...(inputFile !== undefined && { stdin: 'pipe', inputFile }),
  });
  signal?.throwIfAborted();
  const { stdout, stderr, exitCode } = result;
  const accepted = exitCode === 0 || (allowFailure && exitCode !== undefined);
  if (accepted) return { stdout, stderr, exitCode };
  throw result instanceof Error ? result : new Error(`${file} did not run`);
}

/** PATH with `directories` (joined with ":") before what this process has. */
export function pathWith(directories: string): string {
  return `${directories}:${process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin'}`;
}
