import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { xbundle } from '../support/cli.ts';
import { BUNDLE_NAME, digestOfFile, makeExportCase, stageOf, type ExportCase } from './export-case.ts';
import { findStrace } from './find-strace.ts';
import { skipBecause } from './requirement.ts';

/** More calls than the export of a small bundle makes: a sweep that gets here does not end by itself. */
const MOST_CALLS = 200;

const program =
  process.env['XBUNDLE_TEST_PROGRAM'] ?? fileURLToPath(new URL('../../cli/bin/xbundle.js', import.meta.url));

const strace = await findStrace();
if ('reason' in strace) skipBecause(strace.reason);
const path = 'path' in strace ? strace.path : '';

let subject: ExportCase;
beforeAll(async () => {
  subject = await makeExportCase('strace', { layers: [3000, 5000], jobs: 1 });
});
afterAll(() => subject.close());

interface Calls {
  readonly names: string;
  /** Files of the output folder whose calls alone are meant; all files when empty. */
  readonly files: readonly string[];
}

/**
 * Runs the export, killed as it enters the call of this number; false when it made fewer. Calls are counted for
 * each thread, so all of Node's work on files is kept to one.
 */
async function killAt(number: number, { names, files }: Calls, folder: string): Promise<boolean> {
  const paths = files.flatMap((file) => ['-P', join(folder, file)]);
  const inject = `inject=${names}:signal=SIGKILL:when=${number}`;
  const { exitCode, signal, stderr } = await execa(
    path,
    [
      ...['-f', '-qq', '-o', '/dev/null', '-e', `trace=${names}`, '-e', inject, ...paths],
      ...[process.execPath, program, ...subject.args(folder)],
    ],
    {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: '/nonexistent',
        DOCKER_CONFIG: '/nonexistent',
        UV_THREADPOOL_SIZE: '1',
      },
      extendEnv: false,
      reject: false,
    },
  );
  if (exitCode === 0) return false;
  expect([signal, exitCode], stderr).toContain(signal === undefined ? 137 : 'SIGKILL');
  return true;
}

async function isPublished(folder: string): Promise<boolean> {
  if (!(await readdir(folder)).includes(BUNDLE_NAME)) return false;
  expect(await digestOfFile(join(folder, BUNDLE_NAME))).toBe(subject.digest);
  return true;
}

/** The same command once more: it finishes, or says that the bundle is there already, and leaves nothing else. */
async function seeThrough(folder: string, number: number): Promise<void> {
  const published = await isPublished(folder);
  const stage = await stageOf(folder);
  const { exitCode, stderr } = await xbundle(subject.args(folder));
  const context = `killed at call ${number}, which left it ${stage}: ${stderr}`;
  expect(published ? [0, 8] : [0], context).toContain(exitCode);
  expect(await isPublished(folder), context).toBe(true);
  expect(await readdir(folder), context).toEqual([BUNDLE_NAME]);
}

/** strace counts each kind of call by itself, so each has a sweep of its own. */
const bundleFiles = ['', '.lock', '.partial', '.partial.journal'].map((end) => `${BUNDLE_NAME}${end}`);
const kinds: readonly (readonly [names: string, files: readonly string[], atLeast: number])[] = [
  ['pwrite64', [], 4],
  ['pwritev', [], 1],
  ['ftruncate', [], 1],
  ['fsync', [], 1],
  ['fdatasync', [], 1],
  ['link', [], 2],
  ['unlink', [], 3],
  ['openat', bundleFiles, 2],
  ['write', bundleFiles, 2],
];

it
  .skipIf('reason' in strace)
  .each(kinds.map(([names, files, atLeast]) => ({ what: names, calls: { names, files }, atLeast })))(
  'an export killed at any $what call is finished by the same command, to the same bytes',
  async ({ what, calls, atLeast }) => {
    const stages = new Map<string, number>();
    let kills = 0;
    for (; kills < MOST_CALLS; kills++) {
      const folder = await subject.folder();
      if (!(await killAt(kills + 1, calls, folder))) break;
      const stage = await stageOf(folder);
      stages.set(stage, (stages.get(stage) ?? 0) + 1);
      await seeThrough(folder, kills + 1);
      await rm(folder, { recursive: true });
    }
    console.log(`${kills} kills, each at another ${what} call, left:`, Object.fromEntries(stages));
    expect(kills).toBeGreaterThanOrEqual(atLeast);
    expect(kills, 'the calls do not come to an end').toBeLessThan(MOST_CALLS);
  },
);
