import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorCodeOf } from '../testing/error-code.ts';
import { createScratchFolder, type ScratchFolder } from '../testing/files/scratch-folder.ts';
import { acquireLock } from './lock.ts';

let scratch: ScratchFolder;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());

interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly started?: string;
  readonly boot?: string;
}

/** A pid that no process has: that of one that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

/** What this process writes into a lock. */
async function ownOwner(): Promise<Owner> {
  const path = scratch.fresh('.lock');
  await using lock = await acquireLock(path);
  const owner = JSON.parse(await readFile(path, 'utf8')) as Owner;
  await lock.release();
  return owner;
}

async function lockOf(content: string | Partial<Owner>): Promise<string> {
  const path = scratch.fresh('.lock');
  const text = typeof content === 'string' ? content : JSON.stringify({ ...(await ownOwner()), ...content });
  await writeFile(path, text);
  return path;
}

describe('a lock', () => {
  it('is there while it is held, for one holder', async () => {
    const path = scratch.fresh('.lock');
    const lock = await acquireLock(path);
    expect(await errorCodeOf(acquireLock(path))).toBe('LOCKED');
    await lock.release();
    await lock.release();
    await expect(readFile(path)).rejects.toThrow();
    await (await acquireLock(path)).release();
  });

  it('names its owner to those it keeps out', async () => {
    const path = scratch.fresh('.lock');
    await using lock = await acquireLock(path);
    await expect(acquireLock(path)).rejects.toThrow(`process ${process.pid} on ${hostname()}`);
    await lock.release();
  });

  it('goes to one of many that want it, and leaves nothing else behind', async () => {
    const path = scratch.fresh('.lock');
    const locks = await Promise.allSettled(Array.from({ length: 16 }, () => acquireLock(path)));
    const held = locks.filter((each) => each.status === 'fulfilled');
    expect(held).toHaveLength(1);
    for (const each of held) await each.value.release();
    const name = path.slice(path.lastIndexOf('/') + 1);
    expect((await readdir(scratch.path)).filter((file) => file.startsWith(name))).toEqual([]);
  });

  it.each<readonly [string, () => Promise<string | Partial<Owner>>]>([
    ['of a process that has ended', async () => ({ pid: await deadPid() })],
    ['of another process with the same pid', () => Promise.resolve({ started: '1' })],
    ['of a process of another user with the same pid', () => Promise.resolve({ pid: 1, started: '1' })],
    ['from before the last boot', () => Promise.resolve({ boot: '00000000-0000-0000-0000-000000000000' })],
    ['with no owner in it', () => Promise.resolve('')],
    ['with rubbish in it', () => Promise.resolve('rubbish')],
    ['with no possible pid in it', () => Promise.resolve({ pid: 0 })],
    ['with a pid that means every process', () => Promise.resolve({ pid: -1 })],
  ])('%s is taken over', async (_, content) => {
    const path = await lockOf(await content());
    const lock = await acquireLock(path);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  it('that is stale goes to one of many that find it', async () => {
    const path = await lockOf({ pid: await deadPid() });
    const locks = await Promise.allSettled(Array.from({ length: 16 }, () => acquireLock(path)));
    expect(locks.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
  });

  it('takes away what a killed process left beside it, and nothing else', async () => {
    const path = scratch.fresh('.lock');
    const [left, kept] = [
      ['.1-0123456789ab', '.stale-0123456789abcdef', '.stale-0123456789abcdef.1-0123456789ab'],
      ['.1', '.stale', '.1-0123456789ab.txt'],
    ];
    for (const end of [...left, ...kept]) await writeFile(`${path}${end}`, '');
    await (await acquireLock(path)).release();
    const names = (await readdir(scratch.path)).filter((name) => name.startsWith(`${basename(path)}.`));
    expect(names.sort()).toEqual(kept.map((end) => `${basename(path)}${end}`).sort());
  });

  it.each<readonly [string, Partial<Owner>]>([
    ['of this process', {}],
    ['of another host, whose processes cannot be asked', { host: 'elsewhere.example', pid: 999_999 }],
  ])('%s is respected', async (_, content) => {
    const path = await lockOf(content);
    expect(await errorCodeOf(acquireLock(path))).toBe('LOCKED');
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject(content);
  });

  it.each([
    ['is not there', () => Promise.resolve(`${scratch.path}/no/such/place.lock`)],
    ['is a file', async () => `${await scratch.save('a file')}/place.lock`],
    ['takes no files', () => Promise.resolve('/proc/place.lock')],
  ])('cannot be taken where the directory %s', async (_, place) => {
    expect(await errorCodeOf(acquireLock(await place()))).toBe('FILE_SYSTEM');
  });
});
