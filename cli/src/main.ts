import type { Io } from './io.ts';

declare const XBUNDLE_VERSION: string;

/**
 * Runs the command line of this process and sets its exit code. The first SIGINT or SIGTERM cancels the work,
 * which keeps what can be resumed; the second ends the process at once.
 */
export async function main(): Promise<void> {
  // The global, in this file: importing node:process opens all three standard streams.
  const args = process.argv.slice(2);
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    process.stdout.write(`${XBUNDLE_VERSION}\n`);
    return;
  }
  const { run } = await import('./run.ts');
  process.exitCode = await run(args, processIo(), XBUNDLE_VERSION);
}

function processIo(): Io {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // The reader of a pipe has gone (`| head`): there is nobody left to tell. Never 0, which would mean that all
      // of it is there; 141 is what a shell gives a program that SIGPIPE ended.
      if (error.code === 'EPIPE') process.exit(141);
      throw error;
    });
  }
  const { stdout, stderr, env } = process;
  return {
    // Opened by those who read it.
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    env,
    signal: controller.signal,
  };
}
