import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { xbundle } from '../support/cli.ts';
import { verifyOf } from '../support/documents.ts';
import { makeSmallRelease, type SmallRelease } from '../support/small-release.ts';

/** Written from docs/format.md, in another language: where it and xbundle differ, one of the three is wrong. */
const READER = fileURLToPath(new URL('../../docs/read_bundle.py', import.meta.url));

const { failed: hasNoPython } = await execa('python3', ['--version'], { reject: false });
if (hasNoPython) console.warn('skipped: there is no python3 for the second reader of bundles');

let release: SmallRelease;
beforeAll(async () => {
  release = await makeSmallRelease('second-reader');
});
afterAll(() => release.close());

async function readByHand(path: string): Promise<{ readonly exitCode: number | undefined; stdout: string }> {
  const { exitCode, stdout } = await execa('python3', [READER, path], { reject: false });
  return { exitCode, stdout };
}

describe.skipIf(hasNoPython)('a reader made from docs/format.md alone', () => {
  it.each([
    ['of two images', []],
    ['of one platform', ['-p', 'arm64']],
    ['of another pattern of arch tags', ['--arch-tag-pattern', '{arch}.{tag}']],
    ['without arch tags', ['--no-arch-tags']],
    ['without attestations', ['--attestations', 'drop']],
    ['that lacks cells', ['-p', 'amd64,s390x', '--allow-incomplete']],
  ])('agrees with xbundle on a bundle %s', async (title, flags) => {
    const path = join(await release.folder(title), 'release.tar');
    await xbundle([...release.exportArgs(path), ...flags]);
    const { integrity, complete, id } = verifyOf(await xbundle(['verify', path, '--json']));
    expect(integrity).toBe('ok');
    expect(await readByHand(path)).toEqual({
      exitCode: 0,
      stdout: `ok ${complete ? 'COMPLETE' : 'INCOMPLETE'} ${id ?? ''}`,
    });
  });

  it('refuses what is damaged, wherever that is', async () => {
    const folder = join(release.scratch, 'damaged');
    await mkdir(folder, { recursive: true });
    const good = await readFile(release.bundle);
    const step = Math.floor(good.length / 24);
    const path = join(folder, 'bad.tar');
    const accepted: number[] = [];
    for (let at = 0; at < good.length; at += step) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 1;
      await writeFile(path, bad);
      if ((await readByHand(path)).exitCode === 0) accepted.push(at);
    }
    expect(accepted).toEqual([]);
  });
});
