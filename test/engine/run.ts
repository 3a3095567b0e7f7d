import process from 'node:process';
import { execa, ExecaError } from 'execa';
import type { Tooling } from './facts.ts';

/** In characters; more than any listing, less than a blob that was sent to stdout by mistake. */
const outputLimit = 64 * 1024 * 1024;

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
  const { signal, allowFailure, ...given } = options;
  signal?.throwIfAborted();
  try {
    const { stdout, stderr } = await execa(file, args, {
      ...given,
      stdin: hasInput(given) ? 'pipe' : 'ignore',
      maxBuffer: outputLimit,
      ...(signal !== undefined && { cancelSignal: signal }),
    });
    return { stdout, stderr, exitCode: 0 };
  } catch (error) {
    signal?.throwIfAborted();
    // What could not be started, or was killed, has no exit code.
    if (allowFailure !== true || !(error instanceof ExecaError) || error.exitCode === undefined) throw error;
    return { stdout: String(error.stdout), stderr: String(error.stderr), exitCode: error.exitCode };
  }
}

function hasInput({ input, inputFile }: CommandOptions): boolean {
  return input !== undefined || inputFile !== undefined;
}

/** Variables for any program which is to find these tools, such as the xbundle under test. */
export function toolEnvironment(tooling: Tooling): Readonly<Record<string, string>> {
  const own = process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin';
  return { ...tooling.environment, PATH: `${tooling.path}:${own}` };
}
