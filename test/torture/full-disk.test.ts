import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startXbundle, xbundle } from '../support/cli.ts';
import { BUNDLE_NAME, digestOfFile, makeExportCase, stageOf, type ExportCase } from './export-case.ts';
import { isRoot, skipBecause } from './requirement.ts';

const PAGE = 4096;
const MEBIBYTE = 1_048_576;

const able = process.platform === 'linux' && isRoot();
if (!able) skipBecause('a file system of a given size is mounted by root, on Linux');

/** Runs `work` in a new file system with these options of tmpfs(5), which is gone afterwards. */
async function onDisk(
  subject: ExportCase,
  options: string,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await subject.folder();
  await execa('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  try {
    await work(folder);
  } finally {
    await execa('umount', ['--lazy', folder]);
  }
}

async function enlarge(folder: string): Promise<void> {
  await execa('mount', ['-o', 'remount,size=256m,nr_inodes=1000', folder]);
}

async function expectFull(subject: ExportCase, folder: string): Promise<void> {
  const { exitCode, stderr } = await xbundle(subject.args(folder));
  expect(exitCode, stderr).toBe(7);
  expect(await readdir(folder)).not.toContain(BUNDLE_NAME);
}

async function expectDone(subject: ExportCase, folder: string): Promise<void> {
  const { exitCode, stderr } = await xbundle(subject.args(folder));
  expect(exitCode, stderr).toBe(0);
  expect(await readdir(folder)).toEqual([BUNDLE_NAME]);
  expect(await digestOfFile(join(folder, BUNDLE_NAME))).toBe(subject.digest);
}

describe.skipIf(!able)('a disk that is too small for a small bundle', () => {
  let subject: ExportCase;
  beforeAll(async () => {
    subject = await makeExportCase('full-disk', { layers: [3000, 5000], jobs: 1 });
  });
  afterAll(() => subject.close());

  /** With no page free the lock does not fit, with a few the bundle, with the bundle's own number the journal. */
  const tooFew: readonly (readonly [string, (bundlePages: number) => number])[] = [
    ['no page', () => 0],
    ['one page', () => 1],
    ['two pages', () => 2],
    ['three pages', () => 3],
    ['half of the pages', (pages) => Math.ceil(pages / 2)],
    ['one page too few', (pages) => pages - 1],
    ['no page for the lock', (pages) => pages],
    ['no page for the journal', (pages) => pages + 1],
  ];
  it.each(tooFew)('is an error when it has %s, until it has more', async (_, pagesFor) => {
    const pages = pagesFor(Math.ceil(subject.size / PAGE));
    // A size of 0 would be no limit: one page is always there, and taken.
    await onDisk(subject, `size=${(pages + 1) * PAGE}`, async (folder) => {
      const filler = join(folder, 'filler');
      await writeFile(filler, Buffer.alloc(PAGE));
      await expectFull(subject, folder);
      await enlarge(folder);
      await rm(filler);
      await expectDone(subject, folder);
    });
  });

  it('is an error when it has too few inodes, until it has more', async () => {
    const exitCodes: number[] = [];
    for (let inodes = 1; inodes <= 12 && exitCodes.at(-1) !== 0; inodes++) {
      await onDisk(subject, `size=64m,nr_inodes=${inodes}`, async (folder) => {
        const { exitCode, stderr } = await xbundle(subject.args(folder));
        exitCodes.push(exitCode);
        expect([0, 7], stderr).toContain(exitCode);
        if (exitCode === 0) return;
        expect(await readdir(folder)).not.toContain(BUNDLE_NAME);
        await enlarge(folder);
        await expectDone(subject, folder);
      });
    }
    console.log('exit codes with 1, 2, 3, … inodes:', exitCodes.join(' '));
    expect(exitCodes.length).toBeGreaterThan(2);
    expect(exitCodes.at(-1)).toBe(0);
  });
});

describe.skipIf(!able)('a disk that someone else fills', () => {
  let subject: ExportCase;
  beforeAll(async () => {
    subject = await makeExportCase('filled-disk', {
      layers: [18 * MEBIBYTE, 2 * MEBIBYTE],
      drip: { bytes: MEBIBYTE / 4, everyMs: 10 },
      jobs: 2,
    });
  });
  afterAll(() => subject.close());

  it('while a bundle is being written is an error, until there is space again', async () => {
    await onDisk(subject, `size=${subject.size + 4 * MEBIBYTE}`, async (folder) => {
      const fillers = join(folder, 'fillers');
      await mkdir(fillers);
      const running = startXbundle(subject.args(folder));
      while ((await stageOf(folder)) !== 'writing') await sleep(2);
      await fill(fillers);
      const { exitCode, stderr } = await running.done;
      expect(exitCode, stderr).toBe(7);
      expect(await readdir(folder)).not.toContain(BUNDLE_NAME);
      await expectFull(subject, folder);
      await rm(fillers, { recursive: true });
      await expectDone(subject, folder);
    });
  });
});

/** Writes files until not another page fits. */
async function fill(folder: string): Promise<void> {
  for (const size of [MEBIBYTE, PAGE]) {
    for (let number = 0; ; number++) {
      try {
        await writeFile(join(folder, `${size}-${number}`), Buffer.alloc(size));
      } catch {
        break;
      }
    }
  }
}
