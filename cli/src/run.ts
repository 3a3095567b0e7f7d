import { CommanderError } from 'commander';
import { XbundleError, interrupted, isXbundleError, messageOf } from '@xbundle/core';
import type { Io } from './io.ts';
import { createProgram } from './program.ts';
import { printable } from './output/printable.ts';

/**
 * Runs one command line and gives its exit code. Failures are told on stderr in one message; with `--json` also
 * as `{"error": {"code", "message"}}` on stdout, so that a script always gets its one document.
 */
export async function run(args: readonly string[], io: Io, version: string): Promise<number> {
  let exitCode = 0;
  const program = createProgram({ io, version, finish: (code) => (exitCode = code) });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return tellUsage(error, args, io);
    return tell(io.signal.aborted ? interrupted(io.signal) : error, args, io);
  }
}

/** The parser has told it on stderr already. */
function tellUsage({ exitCode, message }: CommanderError, args: readonly string[], io: Io): number {
  if (exitCode === 0) return 0;
  const known = new XbundleError('USAGE', message.replace(/^error: /, ''));
  writeDocument(known, args, io);
  return known.exitCode;
}

function tell(error: unknown, args: readonly string[], io: Io): number {
  const known = isXbundleError(error)
    ? error
    : new XbundleError('INTERNAL', `a bug in xbundle: ${messageOf(error)}`, { cause: error });
  io.stderr.write(`xbundle: ${printable(known.message)}\n`);
  if (known.code === 'INTERNAL' && error instanceof Error)
    io.stderr.write(`${printable(error.stack ?? '')}\n`);
  if (known.code === 'INTERRUPTED') io.stderr.write('Run the same command again to go on.\n');
  writeDocument(known, args, io);
  return known.exitCode;
}

function writeDocument({ code, message, exitCode }: XbundleError, args: readonly string[], io: Io): void {
  if (!args.includes('--json')) return;
  io.stdout.write(`${JSON.stringify({ error: { code, message, exitCode } })}\n`);
}
