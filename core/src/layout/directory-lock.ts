import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import process from 'node:process';
import { messageOf, systemCode, XbundleError } from '../errors.ts';
import { fileError } from '../tar/foreign-file.ts';

/** A lock that is held until it is released. */
export interface HeldLock {
  release(): Promise<void>;
}

/** How long a lock file may be empty: its owner writes it right after making it. */
const EMPTY_MS = 10_000;

/** Times a stale lock is cleared away before the next writer is taken for a live one. */
const TRIES = 3;

/**
 * Takes the lock file at `path`, which says who holds it. A lock whose process has ended (another boot, no such
 * process, or one that started at another time) is cleared away; one of another host never is. LOCKED when it
 * is held.
 */
export async function acquireLock(path: string, doing: string): Promise<HeldLock> {
  const content = JSON.stringify(await describeOwner(process.pid));
  for (let tries = 0; tries < TRIES; tries++) {
    if (await createLock(path, content, doing)) return { release: () => releaseLock(path, content) };
    if (!(await clearStale(path))) break;
  }
  throw new XbundleError(
    'LOCKED',
    `${doing}: another xbundle is writing there (${path}). Wait for it to end; if none runs, remove that file`,
  );
}

async function createLock(path: string, content: string, doing: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o644);
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    return true;
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') return false;
    throw fileError(doing, cause);
  }
}

/** Another writer may by now rightly have the lock, if this process was taken for dead. */
async function releaseLock(path: string, content: string): Promise<void> {
  if ((await contentOf(path)) === content) await rm(path, { force: true });
}

/** Whether the lock may be tried again: it is gone, or its owner was and it has been taken away. */
async function clearStale(path: string): Promise<boolean> {
  const before = await contentOf(path);
  if (before === undefined) return true;
  if (!(await isStale(path, before))) return false;
  const aside = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return true;
    throw fileError(`clearing the lock ${path}`, cause);
  }
  const isSame = (await contentOf(aside)) === before;
  // Another writer cleared the same lock first, and this is its own: give it back.
  if (!isSame) await link(aside, path).catch(ignoreExisting);
  await rm(aside, { force: true });
  return isSame;
}

function ignoreExisting(cause: unknown): void {
  if (systemCode(cause) !== 'EEXIST') throw fileError('giving back a lock', cause);
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw fileError(`reading the lock ${path}`, cause);
  }
}

interface LockOwner {
  readonly host: string;
  readonly boot: string;
  readonly pid: number;
  /** When the process started, in ticks since boot; a process ID alone is used again. Empty where unknown. */
  readonly started: string;
}

async function describeOwner(pid: number): Promise<LockOwner> {
  return { host: hostname(), boot: await bootId(), pid, started: (await startOf(pid)) ?? '' };
}

async function isStale(path: string, content: string): Promise<boolean> {
  const owner = parseOwner(content);
  if (owner === undefined) return Date.now() - (await stat(path)).mtimeMs > EMPTY_MS;
  if (owner.host !== hostname()) return false;
  if (owner.boot !== (await bootId())) return true;
  if (!isRunning(owner.pid)) return true;
  const started = await startOf(owner.pid);
  return owner.started !== '' && started !== undefined && started !== owner.started;
}

function parseOwner(content: string): LockOwner | undefined {
  try {
    const { host, boot, pid, started } = JSON.parse(content) as Partial<Record<keyof LockOwner, unknown>>;
    if (typeof host !== 'string' || typeof boot !== 'string' || typeof started !== 'string') return undefined;
    return Number.isSafeInteger(pid) ? { host, boot, pid: Number(pid), started } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw new XbundleError('INTERNAL', messageOf(error), { cause: error });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}

/** Field 22 of /proc/PID/stat; the command name before it may hold spaces and parentheses. */
async function startOf(pid: number): Promise<string | undefined> {
  const status = await readProc(`/proc/${String(pid)}/stat`);
  return status?.slice(status.lastIndexOf(')') + 2).split(' ')[19];
}

async function bootId(): Promise<string> {
  return (await readProc('/proc/sys/kernel/random/boot_id'))?.trim() ?? '';
}

/** Undefined where there is no /proc, or no such process. */
async function readProc(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) !== undefined) return undefined;
    throw error;
  }
}
