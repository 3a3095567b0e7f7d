import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startXbundle, xbundle } from '../support/cli.ts';
import { BUNDLE_NAME, digestOfFile, makeExportCase, stageOf, type ExportCase } from './export-case.ts';

const KILLS = 50;
const MEBIBYTE = 1_048_576;

/** XBUNDLE_TORTURE_SEED repeats a run, as far as the machine's own timing lets it. */
const seed = Number(process.env['XBUNDLE_TORTURE_SEED'] ?? Date.now() % 1_000_000);

let subject: ExportCase;
beforeAll(async () => {
  subject = await makeExportCase('kill', {
    layers: [18 * MEBIBYTE, 2 * MEBIBYTE, 100_000],
    drip: { bytes: MEBIBYTE / 4, everyMs: 8 },
    jobs: 3,
  });
  console.log(`seed ${seed}; an undisturbed run takes ${Math.round(subject.durationMs)} ms`);
});
afterAll(() => subject.close());

/** Numbers from 0 to below 1: mulberry32. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Runs the export and kills it after `afterMs`; false when it had ended by then. */
async function runAndKill(folder: string, afterMs: number): Promise<boolean> {
  const running = startXbundle(subject.args(folder));
  await sleep(afterMs);
  running.kill('SIGKILL');
  const { exitCode, stderr } = await running.done;
  if (exitCode !== -1) expect([0, 8], stderr).toContain(exitCode);
  return exitCode === -1;
}

/** The final name is free or has the whole bundle, never anything else; true when it is there. */
async function isPublished(folder: string): Promise<boolean> {
  if (!(await readdir(folder)).includes(BUNDLE_NAME)) return false;
  expect(await digestOfFile(join(folder, BUNDLE_NAME))).toBe(subject.digest);
  return true;
}

/** The same command once more: it finishes, or says that the bundle is there already, and leaves nothing else. */
async function seeThrough(folder: string): Promise<void> {
  const published = await isPublished(folder);
  const { exitCode, stderr } = await xbundle(subject.args(folder));
  expect(published ? [0, 8] : [0], stderr).toContain(exitCode);
  expect(await isPublished(folder)).toBe(true);
  expect(await readdir(folder)).toEqual([BUNDLE_NAME]);
}

async function killOften(kills: number, inARow: number, random: () => number): Promise<void> {
  const stages = new Map<string, number>();
  let landed = 0;
  // Of the kills some must have come while blobs were written, or the rest of the test shows little.
  const enough = (): boolean => landed >= kills && (stages.get('writing') ?? 0) > kills / 10;
  // A machine is not as fast all the time: late kills make the time for the next shorter, early ones longer.
  let span = subject.durationMs;
  for (let tries = 0; !enough(); tries++) {
    expect(tries, 'the kills come too late, or too early').toBeLessThan(kills * 3);
    const folder = await subject.folder();
    for (let turn = 0; turn < inARow; turn++) {
      if (!(await runAndKill(folder, random() * span))) {
        span *= 0.8;
        continue;
      }
      landed++;
      const stage = await stageOf(folder);
      if (stage === 'nothing' || stage === 'locked') span *= 1.1;
      stages.set(stage, (stages.get(stage) ?? 0) + 1);
    }
    await seeThrough(folder);
    await rm(folder, { recursive: true });
  }
  console.log(`${landed} kills, ${inARow} in a row, left:`, Object.fromEntries(stages));
}

it('an export that was killed at any moment is finished by the same command, to the same bytes', async () => {
  await killOften(KILLS, 1, randomFrom(seed));
});

it('an export that was killed twice in a row is finished by the same command, to the same bytes', async () => {
  await killOften(KILLS / 5, 2, randomFrom(seed + 1));
});
