import { type Io, write } from '../io.ts';

/** Prints the one JSON document of a command run with `--json`. */
export async function writeJson(io: Io, value: unknown): Promise<void> {
  await write(io.stdout, `${JSON.stringify(value, undefined, 2)}\n`);
}

/** Prints lines for people. */
export async function writeLines(io: Io, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await write(io.stdout, `${lines.join('\n')}\n`);
}
