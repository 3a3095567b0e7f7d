/**
 * All that one start of the engines leaves on a machine: processes, mounts, bridges, cgroups and one
 * directory. Every name is derived from the directory, so anyone can take the whole of it down, and that is
 * done by a separate process: it sees our end of a pipe close, however we end, kill -9 included.
 */
import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { hasErrorCode } from './errors.ts';
import { estatePrefix, takeDown } from './teardown.ts';

/** Time enough for the maker of a directory to say who looks after it. */
const unownedAge = 10 * 60_000;

export interface Estate {
  readonly directory: string;
  /** Takes everything down and returns when it is gone; a second call waits for the first. */
  remove(): Promise<void>;
}

/** A new directory, watched by its own reaper. First removes what earlier runs and their reapers left. */
export async function createEstate(): Promise<Estate> {
  await sweep();
  const directory = await mkdtemp(join(tmpdir(), estatePrefix));
  const reaper = startReaper(directory);
  await once(reaper, 'spawn');
  await writeFile(join(directory, 'reaper.pid'), String(reaper.pid));
  const ended = once(reaper, 'exit').then(([code]: readonly unknown[]) => {
    if (code !== 0) throw new Error(`${directory} could not be removed; the reaper's last words are above`);
  });
  // Whoever calls remove() hears of a failure; nobody else has to.
  ended.catch(() => undefined);
  return {
    directory,
    async remove() {
      reaper.ref();
      reaper.stdin.end();
      await ended;
    },
  };
}

function startReaper(directory: string): ChildProcessByStdio<Writable, null, null> {
  const runner = fileURLToPath(new URL('../../tools/run.mjs', import.meta.url));
  const script = fileURLToPath(new URL('reaper.ts', import.meta.url));
  const reaper = spawn(process.execPath, [runner, script, directory], {
    // Its own session, so that it outlives the terminal that is closed on us.
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  reaper.unref();
  const stdin: Writable & { unref?: () => void } = reaper.stdin;
  stdin.unref?.();
  return reaper;
}

async function sweep(): Promise<void> {
  const names = await readdir(tmpdir());
  for (const name of names.filter((entry) => entry.startsWith(estatePrefix))) {
    const directory = join(tmpdir(), name);
    if (await isAbandoned(directory)) await takeDown(directory);
  }
}

async function isAbandoned(directory: string): Promise<boolean> {
  const pid = await readIfThere(join(directory, 'reaper.pid'));
  if (pid !== undefined) return !(await readIfThere(`/proc/${pid}/cmdline`))?.includes(directory);
  try {
    return Date.now() - (await stat(directory)).mtimeMs > unownedAge;
  } catch (error) {
    // Another run removed it just now.
    if (hasErrorCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
}
