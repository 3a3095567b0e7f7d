import { join } from 'node:path';
import { execa } from 'execa';
import { ensurePackages } from '../engine/cache.ts';
import { UnavailableError } from '../engine/facts.ts';

/** The path of a strace that can trace here, or why there is none. */
export async function findStrace(): Promise<{ readonly path: string } | { readonly reason: string }> {
  if ((await problemWith('strace')) === undefined) return { path: 'strace' };
  try {
    const { directory } = await ensurePackages();
    const path = join(directory, 'bin', 'strace');
    const problem = await problemWith(path);
    return problem === undefined ? { path } : { reason: `strace cannot trace here: ${problem}` };
  } catch (error) {
    if (error instanceof UnavailableError) return { reason: `there is no strace: ${error.message}` };
    throw error;
  }
}

async function problemWith(strace: string): Promise<string | undefined> {
  const { failed, message } = await execa(strace, ['-f', '-qq', '-o', '/dev/null', 'true'], {
    reject: false,
  });
  return failed ? message : undefined;
}
