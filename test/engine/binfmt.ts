/** Emulators of other processors, registered with the kernel, where they stay for the next run. */
import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrorCode } from './errors.ts';
import { emulators } from './packages.ts';
import type { CommandOptions } from './run.ts';
import { run } from './run.ts';

const kernel = '/proc/sys/fs/binfmt_misc';

/**
 * Makes the kernel run foreign programs, in containers too. An emulator which is registered with the flag F
 * (opened once, at registration, so that a container needs no copy of it) is left as it is.
 */
export async function registerEmulators(root: string, options: CommandOptions): Promise<void> {
  if (!(await exists(join(kernel, 'register')))) {
    await run('mount', ['-t', 'binfmt_misc', 'binfmt_misc', kernel], options);
  }
  const recipes = join(root, 'usr/lib/binfmt.d');
  const known = await readdir(recipes);
  for (const cpu of emulators) {
    const recipe = `qemu-${cpu}.conf`;
    // A processor's own recipe is not among them.
    if (known.includes(recipe))
      await registerEmulator(cpu, await readFile(join(recipes, recipe), 'utf8'), root);
  }
}

async function registerEmulator(cpu: string, recipe: string, root: string): Promise<void> {
  const usual = `qemu-${cpu}`;
  if (await isUsable(usual)) return;
  // The usual name may be taken by an emulator which is unusable in containers; of two, the later one wins.
  const name = (await exists(join(kernel, usual))) ? `xbundle-${cpu}` : usual;
  if (await isUsable(name)) return;
  const line = recipe.trim().replace(`:${usual}:`, `:${name}:`);
  try {
    await writeFile(join(kernel, 'register'), inCache(line, root));
  } catch (error) {
    // A second copy of the suite did the same just now.
    if (!hasErrorCode(error, 'EEXIST') || !(await isUsable(name))) throw error;
  }
}

/** A recipe (`:name:...:/program:flags`) has the path of the installed program; ours is in the cache. */
function inCache(recipe: string, root: string): string {
  const [, before, program, flags] = /^(.*:)(\/[^:]+)(:[A-Z]*)$/.exec(recipe) ?? [];
  if (before === undefined || program === undefined || flags === undefined) {
    throw new Error(`cannot read the binfmt recipe ${recipe}`);
  }
  return `${before}${join(root, program)}${flags}`;
}

async function isUsable(name: string): Promise<boolean> {
  try {
    const state = await readFile(join(kernel, name), 'utf8');
    return state.startsWith('enabled') && /^flags:.*F/m.test(state);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return false;
    throw error;
  }
}
