import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultRule } from '@xbundle/core/testing';
import { run } from '../engine/run.ts';
import { startXbundle, xbundle, type RunningCli } from '../support/cli.ts';
import { errorOf } from '../support/documents.ts';
import { startFaultyRegistry, type FaultyRegistry } from '../support/faulty-registry.ts';
import { everythingIn, makeScratch, removeScratch } from '../support/scratch.ts';

const LAYER_BYTES = 1_500_000;

let scratch: string;
let folder: string;
let server: FaultyRegistry;
let reference: Buffer;

beforeAll(async () => {
  scratch = await makeScratch('interrupted');
  server = await startFaultyRegistry(LAYER_BYTES);
  reference = await readFile(await server.writeReference(scratch));
});

afterAll(async () => {
  await server.registry.close();
  await removeScratch(scratch);
});

let count = 0;

beforeEach(async () => {
  folder = join(scratch, `case${count++}`);
  await mkdir(folder);
});

afterEach(() => {
  server.registry.clearFaults();
  server.registry.clearRequests();
});

const layer = { kind: 'blob', method: 'GET' } as const;
/** Two layers come, the others get stuck half way. */
const stuck: FaultRule = { match: layer, skip: 2, times: Infinity, action: { type: 'stall', at: 700_000 } };

function exportArgs(output = 'out.tar'): readonly string[] {
  return ['export', server.name, '--from', 'registry', '-o', output, '--json'];
}

function startExport(): RunningCli {
  return startXbundle(exportArgs(), { cwd: folder });
}

/** Waits for something that another process does. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

/** The journal's first line names the bundle; each of the others is a blob and how much of it is in place. */
async function journalled(layers: number): Promise<boolean> {
  if (!(await everythingIn(folder)).includes('out.tar.partial.journal')) return false;
  const journal = await readFile(join(folder, 'out.tar.partial.journal'), 'utf8');
  const sizes = journal.split('\n').map((line) => Number(line.split(' ')[1] ?? 0));
  return sizes.filter((size) => size >= LAYER_BYTES).length >= layers;
}

describe('an export that is stopped half way', () => {
  it.each([
    ['Ctrl-C', 'SIGINT', 130],
    ['a shutdown', 'SIGTERM', 130],
    ['kill -9', 'SIGKILL', -1],
  ] as const)('by %s leaves nothing under the final name, and goes on later', async (_, signal, exitCode) => {
    server.registry.fault(stuck);
    const running = startExport();
    await until(() => journalled(2));
    const stopped = performance.now();
    running.kill(signal);
    const first = await running.done;
    expect(performance.now() - stopped).toBeLessThan(1_000);
    expect(first.exitCode).toBe(exitCode);
    if (signal !== 'SIGKILL') {
      expect(first.stderr).toContain('Run the same command again to go on.');
      expect(first.stderr).not.toMatch(/^\s+at /m);
      expect(errorOf(first).error).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
    }
    expect(await everythingIn(folder)).toEqual(expect.arrayContaining(['out.tar.partial']));
    expect(await everythingIn(folder)).not.toContain('out.tar');

    server.registry.clearFaults();
    server.registry.clearRequests();
    const second = await xbundle(exportArgs(), { cwd: folder });
    expect(second).toMatchObject({ exitCode: 0 });
    expect((await readFile(join(folder, 'out.tar'))).equals(reference)).toBe(true);
    expect(await everythingIn(folder)).toEqual(['out.tar']);
    const fetched = server.registry.requests.filter(
      ({ kind, method }) => kind === 'blob' && method === 'GET',
    );
    const bytes = fetched.reduce((sum, { sent }) => sum + sent, 0);
    expect(bytes).toBeLessThanOrEqual(2.1 * LAYER_BYTES);
  });

  it('stops within a second while it waits for a first answer', async () => {
    server.registry.fault({ times: Infinity, action: { type: 'stall', at: 'start' } });
    const running = startExport();
    await until(() => Promise.resolve(server.registry.requests.length > 0));
    const stopped = performance.now();
    running.kill('SIGINT');
    expect(await running.done).toMatchObject({ exitCode: 130 });
    expect(performance.now() - stopped).toBeLessThan(1_000);
    expect(await everythingIn(folder)).toEqual([]);
  });
});

describe('two exports to one path', () => {
  it('at once: one writes the bundle, the other ends with 8', async () => {
    server.registry.fault({
      match: layer,
      times: Infinity,
      action: { type: 'drip', bytes: 100_000, everyMs: 30 },
    });
    const runs = await Promise.all([startExport().done, startExport().done]);
    expect(runs.map(({ exitCode }) => exitCode).toSorted()).toEqual([0, 8]);
    expect((await readFile(join(folder, 'out.tar'))).equals(reference)).toBe(true);
    expect(await everythingIn(folder)).toEqual(['out.tar']);
  });

  it('one while the other is at work: the second ends at once with LOCKED', async () => {
    const fault = server.registry.fault(stuck);
    const first = startExport();
    await until(() => journalled(2));
    const second = await startExport().done;
    expect(second.exitCode).toBe(8);
    expect(errorOf(second).error.code).toBe('LOCKED');
    fault.remove();
    first.kill('SIGINT');
    await first.done;
    expect(await xbundle(exportArgs(), { cwd: folder })).toMatchObject({ exitCode: 0 });
  });
});

describe('a disk that is full', () => {
  async function mountSmallDisk(bytes: number): Promise<string | undefined> {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux mounts a tmpfs';
    const options = ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder];
    const { exitCode, stderr } = await run('mount', options, { allowFailure: true });
    return exitCode === 0 ? undefined : `no tmpfs can be mounted here: ${stderr}`;
  }

  afterEach(async () => {
    await run('umount', [folder], { allowFailure: true });
  });

  it('is noticed before anything is fetched', async ({ skip }) => {
    const reason = await mountSmallDisk(1_048_576);
    if (reason !== undefined) skip(reason);
    const done = await xbundle(exportArgs(), { cwd: folder });
    expect(done).toMatchObject({ exitCode: 7 });
    expect(errorOf(done).error.code).toBe('DISK_FULL');
    expect(
      server.registry.requests.filter(({ kind, method }) => kind === 'blob' && method === 'GET'),
    ).toEqual([]);
    expect(await everythingIn(folder)).toEqual([]);
  });

  it('that fills up meanwhile ends with 7, and the export goes on once there is room', async ({ skip }) => {
    const reason = await mountSmallDisk(8 * 1_048_576);
    if (reason !== undefined) skip(reason);
    server.registry.fault({
      match: layer,
      times: Infinity,
      action: { type: 'drip', bytes: 50_000, everyMs: 30 },
    });
    const running = startExport();
    await until(async () => (await everythingIn(folder)).includes('out.tar.partial'));
    const rest = Buffer.alloc(6 * 1_048_576);
    await writeFile(join(folder, 'filler'), rest);
    const done = await running.done;
    expect(done).toMatchObject({ exitCode: 7 });
    expect(errorOf(done).error.code).toBe('DISK_FULL');
    expect(await everythingIn(folder)).not.toContain('out.tar');

    await writeFile(join(folder, 'filler'), '');
    server.registry.clearFaults();
    expect(await xbundle(exportArgs(), { cwd: folder })).toMatchObject({ exitCode: 0 });
    expect((await stat(join(folder, 'out.tar'))).size).toBe(reference.byteLength);
    expect((await readFile(join(folder, 'out.tar'))).equals(reference)).toBe(true);
  });
});
