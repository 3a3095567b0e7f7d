import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isXbundleError, openBundle, verifyBundle } from '@xbundle/core';
import { inChunks } from '../../core/src/testing/bundles/bundle-parts.ts';
import { xbundle } from '../support/cli.ts';
import { everythingIn, makeScratch, removeScratch } from '../support/scratch.ts';
import { hostileArchives, hostileShapes } from './hostile-archives.ts';
import { hostileDocuments, hostileIndexes, makeGoodBundle, type Hostile } from './hostile-bundles.ts';

let scratch: string;
let good: Buffer;
beforeAll(async () => {
  scratch = await makeScratch('hostile');
  good = await makeGoodBundle();
});
afterAll(() => removeScratch(scratch));

const REFUSED = 'refused';

/** `refused` for the verdicts and errors that there may be; whatever else there was in words. */
async function outcomeOf(work: Promise<'ok' | 'failed'>): Promise<string> {
  try {
    return (await work) === 'failed' ? REFUSED : 'accepted';
  } catch (error) {
    return isXbundleError(error) && [4, 9].includes(error.exitCode) ? REFUSED : `threw ${String(error)}`;
  }
}

async function verdict(bundle: Parameters<typeof verifyBundle>[0]): Promise<'ok' | 'failed'> {
  return (await verifyBundle(bundle)).integrity;
}

/** Opening reads the head alone: it may succeed where the harm lies further on. */
async function openAndClose(path: string): Promise<'failed'> {
  const bundle = await openBundle(path);
  await bundle.close();
  return 'failed';
}

/** A folder in a folder, so that what is written one level too high is seen. */
async function place(bundle: Uint8Array): Promise<{ readonly outer: string; readonly inner: string }> {
  const outer = join(scratch, 'outer');
  const inner = join(outer, 'inner');
  await rm(outer, { recursive: true, force: true });
  await mkdir(inner, { recursive: true });
  await writeFile(join(inner, 'in.tar'), bundle);
  return { outer, inner };
}

describe.each<readonly [string, readonly Hostile[]]>([
  ['an archive', hostileArchives(() => good)],
  ['a shape', hostileShapes(() => good)],
  ['xbundle.json', hostileIndexes(() => good)],
  ['documents', hostileDocuments(() => good)],
])('%s made to do harm', (_, cases) => {
  it.each(cases)('%s is refused by the library', async (__, make) => {
    const bundle = await make();
    const { inner } = await place(bundle);
    const path = join(inner, 'in.tar');
    expect(await outcomeOf(verdict(inChunks(bundle, 10_000)))).toBe(REFUSED);
    expect(await outcomeOf(verdict(path))).toBe(REFUSED);
    expect(await outcomeOf(openAndClose(path))).toBe(REFUSED);
  });
});

/** Of the many archives the command line gets those that name places; it takes half a second for each. */
const NAMES_A_PLACE = /^a bundle that (?:begins|ends) with .*(?:name|parent|link|drive|path|outside)/;

describe('the command line', () => {
  const cases = [
    ...hostileArchives(() => good).filter(([what]) => NAMES_A_PLACE.test(what)),
    ...hostileShapes(() => good),
    ...hostileIndexes(() => good),
    ...hostileDocuments(() => good),
  ];

  it('takes the good one', async () => {
    const { inner } = await place(good);
    const run = await xbundle(['import', 'in.tar', '--to', 'oci:layout', '-q'], { cwd: inner });
    expect(run).toMatchObject({ exitCode: 0 });
  });

  it.each(cases)('refuses %s, and writes nothing anywhere', async (_, make) => {
    const bundle = await make();
    const { outer, inner } = await place(bundle);
    const verified = await xbundle(['verify', 'in.tar', '-q'], { cwd: inner });
    expect([4, 9], verified.stderr).toContain(verified.exitCode);
    const imported = await xbundle(['import', 'in.tar', '--to', 'oci:layout', '-q'], { cwd: inner });
    expect([4, 9], imported.stderr).toContain(imported.exitCode);
    expect(imported.stderr).not.toMatch(CONTROL);
    expect(await readdir(outer)).toEqual(['inner']);
    expect(
      (await everythingIn(inner)).filter((name) => name !== 'in.tar' && !name.startsWith('layout')),
    ).toEqual([]);
    expect((await readFile(join(inner, 'in.tar'))).equals(bundle)).toBe(true);
  });
});

/** What could steer a terminal. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;
