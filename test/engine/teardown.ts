/** Removes an estate from the machine. All is found by the name of its directory; nothing is remembered. */
import { readdir, readFile, rm, rmdir, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasErrorCode } from './errors.ts';
import { endProcesses } from './processes.ts';
import type { Tooling } from './facts.ts';
import { run, toolEnvironment } from './run.ts';

export const estatePrefix = 'xbundle-engines-';

/** In the directory of the estate: `Tooling`, for whoever takes it down. */
export const toolingFile = 'tooling.json';

/** Each has its own directory of this name in the estate. */
export const engineNames = ['containerd', 'classic'] as const;

const netDevices = '/sys/class/net';

const cgroupRoot = '/sys/fs/cgroup';

/** The kernel lets go of a cgroup a moment after its last process. */
const cgroupAttempts = 40;

/**
 * A name for what lies outside the directory: bridges (15 bytes at most), cgroups, the namespace of tests in
 * containerd (from which runc and ctr derive further names).
 */
export function estateName(directory: string): string {
  return `xb-${basename(directory).slice(estatePrefix.length)}`;
}

/**
 * Ends the processes, then removes mounts, bridges, cgroups and at last the directory. Does nothing where
 * that is done already. Throws rather than delete through a mount that could not be removed.
 */
export async function takeDown(directory: string): Promise<void> {
  if (dirname(directory) !== tmpdir() || !basename(directory).startsWith(estatePrefix)) {
    throw new Error(`${directory} is not the directory of an estate`);
  }
  const sockets = await shimSockets(directory);
  await endProcesses(directory);
  await unmountAll(directory);
  await removeBridges(directory);
  await removeCgroups(directory);
  await Promise.all(sockets.map((socket) => ignoring(unlink(socket), 'ENOENT')));
  await rm(join('/run/containerd/runc', estateName(directory)), { recursive: true, force: true });
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

/** containerd keeps the sockets of its shims in /run/containerd; a shim that is killed leaves its own there. */
async function shimSockets(directory: string): Promise<readonly string[]> {
  const tasks = 'exec/containerd/daemon/io.containerd.runtime.v2.task';
  const tops = engineNames.map((name) => join(directory, name, tasks));
  // NAMESPACE/CONTAINER/FILE
  const entries = (await Promise.all(tops.map((top) => listTree(top, 3)))).flat();
  const files = entries.filter(({ path }) => /^(address|bootstrap\.json)$/.test(basename(path)));
  const texts = await Promise.all(files.map(({ path }) => ignoring(readFile(path, 'utf8'), 'ENOENT')));
  return texts.flatMap((text) => /unix:\/\/(\/run\/containerd\/s\/[0-9a-f]{64})/.exec(text ?? '')?.[1] ?? []);
}

async function unmountAll(directory: string): Promise<void> {
  const mounted = await mountsBelow(directory);
  // Lazily: the processes are gone, and a mount which one of them had must not stop the rest.
  if (mounted.length > 0) await run('umount', ['--lazy', ...mounted.toReversed()]);
  const left = await mountsBelow(directory);
  if (left.length > 0) throw new Error(`cannot unmount ${left.join(', ')}`);
}

async function mountsBelow(directory: string): Promise<readonly string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8');
  const octal = (field: string): string =>
    field.replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
  const points = text.split('\n').map((line) => octal(line.split(' ')[4] ?? ''));
  return points.filter((point) => point.startsWith(`${directory}/`));
}

/** Our own bridges, and those of networks which a test made in one of the engines (`br-` and an identifier). */
async function removeBridges(directory: string): Promise<void> {
  const names = await readdir(netDevices);
  const stores = engineNames.map((engine) => join(directory, engine, 'data/network/files/local-kv.db'));
  const known = await Promise.all(stores.map((path) => ignoring(readFile(path, 'latin1'), 'ENOENT')));
  const ours = names.filter((name) => {
    if (name.startsWith(`${estateName(directory)}-`)) return true;
    const identifier = /^br-([0-9a-f]{12})$/.exec(name)?.[1];
    return identifier !== undefined && known.some((text) => text?.includes(identifier));
  });
  const env = await estateEnvironment(directory);
  // A dockerd which ends during a build forgets pairs that it has moved back out of a container.
  const ports = ours.map((name) => ignoring(readdir(join(netDevices, name, 'brif')), 'ENOENT'));
  const forgotten = (await Promise.all(ports)).flatMap((names) => names ?? []);
  for (const name of [...forgotten, ...ours]) await run('ip', ['link', 'del', name], { env });
}

/** A machine may have no `ip` of its own. */
async function estateEnvironment(directory: string): Promise<Readonly<Record<string, string>>> {
  const text = await ignoring(readFile(join(directory, toolingFile), 'utf8'), 'ENOENT');
  return text === undefined ? {} : toolEnvironment(JSON.parse(text) as Tooling);
}

/** One hierarchy or, with version 1, one for each controller. */
async function removeCgroups(directory: string): Promise<void> {
  const controllers = (await readdir(cgroupRoot, { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  );
  const parents = [cgroupRoot, ...controllers.map((entry) => join(cgroupRoot, entry.name))];
  for (const parent of parents) {
    const top = join(parent, estateName(directory));
    const below = (await listTree(top, 5)).filter((entry) => entry.isDirectory).map((entry) => entry.path);
    for (const path of [top, ...below].toReversed()) await removeCgroup(path);
  }
}

async function removeCgroup(path: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rmdir(path);
      return;
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return;
      if (!hasErrorCode(error, 'EBUSY') || attempt === cgroupAttempts) throw error;
    }
    await sleep(25);
  }
}

interface Entry {
  readonly path: string;
  readonly isDirectory: boolean;
}

/** What is in a directory, a directory before its content; nothing when it does not exist. */
async function listTree(directory: string, depth: number): Promise<readonly Entry[]> {
  const entries = await ignoring(readdir(directory, { withFileTypes: true }), 'ENOENT');
  const nested = (entries ?? []).map(async (entry): Promise<readonly Entry[]> => {
    const path = join(directory, entry.name);
    if (!entry.isDirectory()) return [{ path, isDirectory: false }];
    return [{ path, isDirectory: true }, ...(depth > 1 ? await listTree(path, depth - 1) : [])];
  });
  return (await Promise.all(nested)).flat();
}

/** The result, or undefined when the operation failed with this code. */
async function ignoring<Value>(operation: Promise<Value>, code: string): Promise<Value | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (hasErrorCode(error, code)) return undefined;
    throw error;
  }
}
