import { fileURLToPath } from 'node:url';
import process from 'node:process';
import { execa } from 'execa';

/** What one run of the built command line gave. */
export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Of the whole process, its start included. */
  readonly durationMs: number;
}

export interface CliOptions {
  /** Added to an environment that has neither an engine nor logins nor proxies. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A file to read on standard input; empty input when absent. */
  readonly inputFile?: string;
  /** A file for what comes on standard output; `stdout` is then empty. */
  readonly outputFile?: string;
}

/** A run that is under way. */
export interface RunningCli {
  /** Resolves however it ends; a run that a signal killed has exit code -1. */
  readonly done: Promise<CliRun>;
  /** Resolves once its standard error has what the pattern matches; rejects when it ends without. */
  said(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** XBUNDLE_TEST_PROGRAM names another build of it, such as an installed package. */
const program =
  process.env['XBUNDLE_TEST_PROGRAM'] ?? fileURLToPath(new URL('../../cli/bin/xbundle.js', import.meta.url));

/** Nothing is there, so nothing of the machine that runs the tests is found by chance. */
const NOWHERE = '/nonexistent';

/** Runs the built `xbundle` to its end, whatever its exit code. */
export function xbundle(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  return startXbundle(args, options).done;
}

/** Starts the built `xbundle`. */
export function startXbundle(args: readonly string[], options: CliOptions = {}): RunningCli {
  const { env, cwd, inputFile, outputFile } = options;
  const child = execa(process.execPath, [program, ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: NOWHERE,
      DOCKER_CONFIG: NOWHERE,
      DOCKER_HOST: `unix://${NOWHERE}/docker.sock`,
      ...env,
    },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    stdin: inputFile === undefined ? 'ignore' : { file: inputFile },
    stdout: outputFile === undefined ? 'pipe' : { file: outputFile },
    ...(cwd !== undefined && { cwd }),
  });
  const done = child.then(({ exitCode = -1, stdout, stderr, durationMs }) => ({
    exitCode,
    stdout: text(stdout),
    stderr: text(stderr),
    durationMs,
  }));
  return {
    done,
    said: (wanted) =>
      new Promise((resolve, reject) => {
        let seen = '';
        child.stderr.on('data', (chunk: Buffer) => {
          seen += chunk.toString();
          if (wanted.test(seen)) resolve();
        });
        void done.then(() => {
          reject(new Error(`it ended and never said ${wanted.source}: ${seen}`));
        });
      }),
    kill: (signal) => void child.kill(signal),
  };
}

function text(output: unknown): string {
  return typeof output === 'string' ? output : '';
}
