/** The processes of an estate: found through /proc by the estate's directory, and ended. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasErrorCode } from './errors.ts';

/** They end in order when asked: dockerd stops its containers, then its containerd. */
const servers: readonly string[] = ['dockerd', 'docker-registry'];

/** They belong to an estate when its directory is among their arguments; a test's own programs do not. */
const programs: readonly string[] = [...servers, 'containerd', 'containerd-shim-runc-v2', 'runc', 'conmon'];

/** A dockerd whose containers are gone ends in 1 s; on a busy machine that may take several times as long. */
const politeLimit = 10_000;
const forceLimit = 10_000;
const pollInterval = 50;

interface Found {
  readonly pid: number;
  /** The program of the estate, or undefined for what runs in a container of it. */
  readonly program: string | undefined;
}

/** Returns when no process of the estate is left; throws when some cannot be ended. */
export async function endProcesses(directory: string): Promise<void> {
  const start = Date.now();
  for (const { pid } of (await find(directory)).filter(isServer)) kill(pid, 'SIGTERM');
  for (let rest = await find(directory); rest.length > 0; rest = await find(directory)) {
    const age = Date.now() - start;
    if (age > politeLimit + forceLimit) {
      throw new Error(`cannot end processes ${rest.map(({ pid }) => pid).join(', ')} of ${directory}`);
    }
    // While a server still ends, it ends its helpers itself, and waits for containers as long as they like.
    const orderly = age < politeLimit && rest.some(isServer);
    for (const { pid } of orderly ? rest.filter(isContained) : rest) kill(pid, 'SIGKILL');
    await sleep(pollInterval);
  }
}

function isServer({ program }: Found): boolean {
  return program !== undefined && servers.includes(program);
}

function isContained({ program }: Found): boolean {
  return program === undefined;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasErrorCode(error, 'ESRCH')) throw error;
  }
}

async function find(directory: string): Promise<readonly Found[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const found = await Promise.all(pids.map((pid) => identify(pid, directory)));
  return found.filter((entry) => entry !== undefined);
}

async function identify(pid: number, directory: string): Promise<Found | undefined> {
  const args = (await readProc(pid, 'cmdline')).split('\0');
  const program = basename(args[0] ?? '');
  if (programs.includes(program)) {
    return args.some((argument) => argument.includes(`${directory}/`)) ? { pid, program } : undefined;
  }
  // In a container the root file system is a mount which is kept in the data root of the engine.
  const mounts = (await readProc(pid, 'mountinfo')).split('\n');
  const root = mounts.find((line) => line.split(' ')[4] === '/');
  return root?.includes(`${directory}/`) === true ? { pid, program: undefined } : undefined;
}

/** A process may end while it is looked at, and one which has ended but is not yet reaped has no mounts. */
async function readProc(pid: number, file: string): Promise<string> {
  try {
    return await readFile(join('/proc', String(pid), file), 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ESRCH', 'EINVAL', 'EACCES')) return '';
    throw error;
  }
}
