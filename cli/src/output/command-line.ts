import { printable } from './printable.ts';

const NEEDS_NO_QUOTES = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** An argument vector as a person would type it into a POSIX shell. For reading and copying: nothing runs it. */
export function formatCommandLine(vector: readonly string[]): string {
  return vector
    .map((argument) =>
      NEEDS_NO_QUOTES.test(argument) ? argument : `'${printable(argument).replaceAll("'", "'\\''")}'`,
    )
    .join(' ');
}
