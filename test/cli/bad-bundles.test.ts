import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '@xbundle/core';
import { xbundle } from '../support/cli.ts';
import { errorOf, verifyOf } from '../support/documents.ts';
import { expectOneMessage, makeMistakes, type Mistakes } from '../support/mistakes.ts';
import { everythingIn } from '../support/scratch.ts';

let at: Mistakes;

beforeAll(async () => {
  at = await makeMistakes('bad-bundles');
});

afterAll(() => at.close());

interface Damage {
  readonly title: string;
  readonly exitCode: 4 | 9;
  readonly code: ErrorCode;
  readonly make: (good: Buffer) => Buffer;
}

const broken = { exitCode: 4, code: 'BUNDLE_INVALID' } as const;

const damages: readonly Damage[] = [
  { title: 'a text', ...broken, make: () => Buffer.from('This is no bundle.\n') },
  { title: 'an empty file', ...broken, make: () => Buffer.alloc(0) },
  { title: 'zeros', ...broken, make: () => Buffer.alloc(20_480) },
  { title: 'a bundle cut in its head', ...broken, make: (good) => good.subarray(0, 2_000) },
  { title: 'a bundle cut in its blobs', ...broken, make: (good) => good.subarray(0, -3_000) },
  {
    title: 'a bundle with more behind it',
    ...broken,
    make: (good) => Buffer.concat([good, Buffer.alloc(512)]),
  },
  { title: 'a bundle of a newer format', exitCode: 9, code: 'UNSUPPORTED', make: newerFormat },
];

/** As many bytes as before, so that every offset stays. */
function newerFormat(good: Buffer): Buffer {
  const text = good.toString('latin1');
  const newer = text.replace(/("formatVersion": ?)1/, '$12');
  expect(newer).not.toBe(text);
  return Buffer.from(newer, 'latin1');
}

async function folderWith(title: string, make: Damage['make']): Promise<string> {
  const folder = join(at.scratch, title.replace(/[^a-z0-9]+/gi, '-'));
  await mkdir(folder);
  await writeFile(join(folder, 'bad.tar'), make(await readFile(at.bundle)));
  return folder;
}

describe.concurrent.each(damages)('$title', ({ title, exitCode, code, make }) => {
  it.each([
    ['ls', []],
    ['inspect', []],
    ['import', ['--to', 'oci:new']],
  ])(`is refused by %s with ${exitCode}`, async (command, flags) => {
    const folder = await folderWith(`${title} ${command}`, make);
    const run = await xbundle([command, 'bad.tar', ...flags, '--json'], { cwd: folder });
    expectOneMessage(run);
    expect(run.exitCode).toBe(exitCode);
    expect(errorOf(run).error).toMatchObject({ code, exitCode });
    expect(await everythingIn(folder)).toEqual(['bad.tar']);
  });

  it(`is not verified, which ends with ${exitCode}`, async () => {
    const folder = await folderWith(`${title} verify`, make);
    const run = await xbundle(['verify', 'bad.tar', '--json'], { cwd: folder });
    expect(run.exitCode).toBe(exitCode);
    expect(run.stdout).not.toContain('"ok"');
    if (exitCode === 9) expect(errorOf(run).error.code).toBe(code);
    else expect(verifyOf(run).integrity).toBe('failed');
  });
});

it('a flipped bit in a layer is found, and nothing of the bundle is imported', async () => {
  const folder = await folderWith('flipped', (good) => {
    const bytes = Buffer.from(good);
    const place = bytes.length - 8_192;
    bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
    return bytes;
  });
  const verified = await xbundle(['verify', 'bad.tar'], { cwd: folder });
  expect(verified.exitCode).toBe(4);
  expect(verified.stdout).toContain('INTEGRITY FAILED');
  const imported = await xbundle(['import', 'bad.tar', '--to', 'oci:new', '--json'], { cwd: folder });
  expect(imported.exitCode).toBe(4);
  expectOneMessage(imported);
  expect(await everythingIn(folder)).toEqual(['bad.tar']);
});
