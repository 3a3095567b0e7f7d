import type { CommonFlags } from '../options.ts';
import { type Io, write } from '../io.ts';
import { printable } from './printable.ts';

/** What a command found, in the forms that people and scripts ask for. */
export interface Report {
  readonly document: () => unknown;
  readonly lines: () => readonly string[];
  /** Why the exit code is not 0: all that `--quiet` leaves, on stderr. */
  readonly errors?: readonly string[];
}

/** Prints a report as the flags have it: one document, lines, or with `--quiet` nothing but errors. */
export async function writeReport(
  io: Io,
  { json, quiet }: Pick<CommonFlags, 'json' | 'quiet'>,
  { document, lines, errors = [] }: Report,
): Promise<void> {
  if (json === true) await writeJson(io, document());
  else if (quiet !== true) await writeLines(io, lines());
  else for (const error of errors) io.stderr.write(`xbundle: ${printable(error)}\n`);
}

/** Prints the one JSON document of a command run with `--json`. */
export async function writeJson(io: Io, value: unknown): Promise<void> {
  await write(io.stdout, `${JSON.stringify(value, undefined, 2)}\n`);
}

/** Prints lines for people. */
export async function writeLines(io: Io, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await write(io.stdout, `${lines.join('\n')}\n`);
}
