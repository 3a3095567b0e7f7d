import { createHash, randomBytes } from 'node:crypto';
import { link, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { XbundleError, isXbundleError, systemCode } from '../errors.ts';
import { fileError, onPath } from './file-error.ts';

const ownerSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  /** Tells a process from a later one with the same pid; absent where the system does not say. */
  started: z.string().optional(),
  boot: z.string().optional(),
  /** Makes every lock another text, so that a stale one cannot be taken for a later one of the same owner. */
  nonce: z.string().optional(),
});

/** Longer than any process needs from creating a lock to writing its owner into it. */
const UNWRITTEN_MS = 100;

/** What one process needs to remove a stale lock, so that the others can look again. */
const TURN_MS = 10;
const ATTEMPTS = 20;

/** Endings of the names that `create` and `removeStale` make up. */
const LITTER = /^(?:[0-9]+-[0-9a-f]{12}|stale-[0-9a-f]{16}(?:\.[0-9]+-[0-9a-f]{12})?)$/;

type Owner = z.infer<typeof ownerSchema>;

/** A lock that is held; `release` may be called twice. */
export interface FileLock extends AsyncDisposable {
  release(): Promise<void>;
}

/**
 * Takes the lock file `path`, which exists only while its owner runs. A lock left by a process that is gone
 * (killed, or before the last boot) is taken over. Throws LOCKED, naming the owner, when it is held.
 */
export async function acquireLock(path: string): Promise<FileLock> {
  const own = await describeOwner();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await create(path, own)) {
      await removeLitter(path);
      return heldLock(path);
    }
    const content = await readLock(path);
    if (content === undefined) continue;
    const owner = parseOwner(content);
    if (owner !== undefined && (await isAlive(owner))) throw locked(path, owner);
    await removeStale(path, content);
  }
  throw new XbundleError('LOCKED', `locking ${path}: other processes keep taking it`);
}

function locked(path: string, owner: Owner): XbundleError {
  return new XbundleError(
    'LOCKED',
    `locking ${path}: process ${owner.pid} on ${owner.host} is writing there. Wait for it, end it, or remove the lock if that process is gone`,
  );
}

function heldLock(path: string): FileLock {
  let held = true;
  const release = async (): Promise<void> => {
    if (!held) return;
    held = false;
    await rm(path, { force: true });
  };
  return { release, [Symbol.asyncDispose]: release };
}

/** The content appears together with the name, so a lock is never read half-written. */
async function create(path: string, owner: Owner): Promise<boolean> {
  const temporary = `${path}.${process.pid}-${randomBytes(6).toString('hex')}`;
  return onPath('locking', path, async () => {
    try {
      await writeFile(temporary, JSON.stringify(owner), { flag: 'wx', mode: 0o600 });
      return await claim(temporary, path, owner);
    } finally {
      await rm(temporary, { force: true });
    }
  });
}

/**
 * Removes what processes that were killed while they took this lock have left beside it. Only the holder may: to
 * others the lock is taken now, whether or not the file they would have made it from is still there.
 */
async function removeLitter(path: string): Promise<void> {
  const folder = dirname(path);
  const start = `${basename(path)}.`;
  try {
    const names = await readdir(folder);
    const litter = names.filter((name) => name.startsWith(start) && LITTER.test(name.slice(start.length)));
    await Promise.all(litter.map((name) => rm(join(folder, name), { force: true })));
  } catch {
    // Litter does no harm, and a folder that may be written to but not listed can hold a lock all the same.
  }
}

async function claim(temporary: string, path: string, owner: Owner): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    return claimWithoutLinks(path, owner);
  }
}

/** FAT and some network file systems have no hard links. */
async function claimWithoutLinks(path: string, owner: Owner): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(JSON.stringify(owner));
    await file.close();
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** What stands in a lock; undefined when there is none. */
async function readLock(path: string): Promise<string | undefined> {
  const content = await readText(path);
  if (content === undefined || parseOwner(content) !== undefined) return content;
  // Without hard links a lock is empty for a moment before its owner stands in it.
  await setTimeout(UNWRITTEN_MS);
  return readText(path);
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileError('reading lock', path, error);
  }
}

function parseOwner(content: string): Owner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(content)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A lock of another host is believed: whether its process lives cannot be told from here. */
async function isAlive(owner: Owner): Promise<boolean> {
  if (owner.host !== hostname()) return true;
  if (owner.boot !== undefined && owner.boot !== (await bootId())) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') return false;
  }
  return owner.started === undefined || owner.started === (await startTime(owner.pid));
}

/**
 * Removes exactly the stale lock that was seen. Several processes may have seen it, and one of them may have put
 * a fresh one in its place since: so they take turns, by a lock of its own for each stale one, and each looks
 * again before it removes anything.
 */
async function removeStale(path: string, seen: string): Promise<void> {
  const turn = `${path}.stale-${createHash('sha256').update(seen).digest('hex').slice(0, 16)}`;
  let lock: FileLock;
  try {
    lock = await acquireLock(turn);
  } catch (error) {
    if (!isXbundleError(error, 'LOCKED')) throw error;
    await setTimeout(TURN_MS);
    return;
  }
  try {
    if ((await readText(path)) === seen)
      await onPath('removing stale lock', path, () => rm(path, { force: true }));
  } finally {
    await lock.release();
  }
}

async function describeOwner(): Promise<Owner> {
  return {
    pid: process.pid,
    host: hostname(),
    nonce: randomBytes(8).toString('hex'),
    started: await startTime(process.pid),
    boot: await bootId(),
  };
}

async function bootId(): Promise<string | undefined> {
  return readProc('/proc/sys/kernel/random/boot_id');
}

/** Field 22 of proc(5)'s stat, in clock ticks since boot; the second field may hold spaces and brackets. */
async function startTime(pid: number): Promise<string | undefined> {
  const text = await readProc(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}

async function readProc(path: string): Promise<string | undefined> {
  try {
    await stat(path);
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return undefined;
  }
}
