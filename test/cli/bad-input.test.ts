import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '@xbundle/core';
import { randomImage, randomIndex, startRegistry, type TestRegistry } from '@xbundle/core/testing';
import { xbundle, type CliRun } from '../support/cli.ts';
import { errorOf, exportOf, verifyOf } from '../support/documents.ts';
import { everythingIn, makeScratch, removeScratch } from '../support/scratch.ts';

/** Nothing here needs an engine, and rows share nothing but what they only read. */
let scratch: string;
let bundle: string;
let open: TestRegistry;
let guarded: TestRegistry;

const PASSWORD = 'correct horse';

beforeAll(async () => {
  scratch = await makeScratch('bad-input');
  const index = await randomIndex('bad input', ['linux/amd64', 'linux/arm64']);
  open = await startRegistry();
  open.push('team/app', 'v1', index);
  open.push('team/mixed', 'v1-arm64', await randomImage('mixed', 'linux/amd64'));
  guarded = await startRegistry({ auth: { kind: 'bearer', username: 'ann', password: PASSWORD } });
  guarded.push('team/app', 'v1', index);
  bundle = join(scratch, 'good.tar');
  const made = await xbundle(['export', `${open.host}/team/app:v1`, '--from', 'registry', '-o', bundle]);
  expect(made).toMatchObject({ exitCode: 0 });
});

afterAll(async () => {
  await open.close();
  await guarded.close();
  await removeScratch(scratch);
});

/** A folder with one of everything that commands may be pointed to by mistake. */
async function folderOfMistakes(title: string): Promise<string> {
  const folder = join(scratch, title.replace(/[^a-z0-9]+/gi, '-'));
  await mkdir(join(folder, 'directory'), { recursive: true });
  await mkdir(join(folder, 'full'));
  await mkdir(join(folder, 'logins'));
  await writeFile(join(folder, 'full', 'notes.txt'), 'not a layout');
  await writeFile(join(folder, 'text'), 'This is no bundle.\n');
  await writeFile(join(folder, 'empty'), '');
  await writeFile(join(folder, 'broken.yaml'), 'images: [app:v1\nplatforms: }');
  const login = Buffer.from('ann:wrong horse').toString('base64');
  const config = { auths: { [guarded.host]: { auth: login } } };
  await writeFile(join(folder, 'logins', 'config.json'), JSON.stringify(config));
  return folder;
}

interface Row {
  readonly title: string;
  readonly args: () => readonly string[];
  readonly exitCode: number;
  readonly code: ErrorCode;
  /** A part of the message, where the code alone does not say what is meant. */
  readonly says?: string | (() => string);
  readonly env?: (folder: string) => Readonly<Record<string, string>>;
}

const app = (): string => `${open.host}/team/app:v1`;
const secret = (): string => `${guarded.host}/team/app:v1`;
const fromRegistry = ['--from', 'registry', '-o', 'out.tar'];

const usage: readonly Row[] = [
  {
    title: 'an unknown flag',
    args: () => ['export', app(), '--frobnicate'],
    exitCode: 2,
    code: 'USAGE',
    says: '--frobnicate',
  },
  { title: 'an unknown command', args: () => ['frobnicate'], exitCode: 2, code: 'USAGE', says: 'frobnicate' },
  { title: 'a missing argument', args: () => ['verify'], exitCode: 2, code: 'USAGE', says: 'bundle' },
  {
    title: 'a choice that there is not',
    args: () => ['export', app(), '--attestations', 'maybe'],
    exitCode: 2,
    code: 'USAGE',
    says: 'maybe',
  },
  { title: 'no output', args: () => ['export', app()], exitCode: 2, code: 'USAGE', says: '-o' },
  { title: 'no image', args: () => ['export', ...fromRegistry], exitCode: 2, code: 'USAGE', says: '-f' },
  {
    title: 'no jobs',
    args: () => ['export', app(), ...fromRegistry, '--jobs', '0'],
    exitCode: 2,
    code: 'USAGE',
    says: '--jobs 0',
  },
  {
    title: 'jobs that are no number',
    args: () => ['import', bundle, '--jobs', 'many'],
    exitCode: 2,
    code: 'USAGE',
    says: '--jobs many',
  },
  {
    title: 'an unknown platform',
    args: () => ['export', app(), ...fromRegistry, '-p', 'linux/quantum'],
    exitCode: 2,
    code: 'PLATFORM_INVALID',
    says: 'linux/quantum',
  },
  {
    title: 'an unknown platform to verify',
    args: () => ['verify', bundle, '-p', 'amd64,x/y/z/w'],
    exitCode: 2,
    code: 'PLATFORM_INVALID',
    says: 'x/y/z/w',
  },
  {
    title: 'an image name that is none',
    args: () => ['export', 'Not//A Name', ...fromRegistry],
    exitCode: 2,
    code: 'REFERENCE_INVALID',
    says: 'Not//A Name',
  },
  {
    title: 'an unknown source',
    args: () => ['export', app(), '--from', 'moon', '-o', 'out.tar'],
    exitCode: 2,
    code: 'USAGE',
    says: 'moon',
  },
  {
    title: 'an unknown target',
    args: () => ['import', bundle, '--to', 'moon'],
    exitCode: 2,
    code: 'USAGE',
    says: 'moon',
  },
  {
    title: 'a date that is none',
    args: () => ['export', app(), ...fromRegistry],
    env: () => ({ SOURCE_DATE_EPOCH: 'today' }),
    exitCode: 2,
    code: 'USAGE',
    says: 'SOURCE_DATE_EPOCH',
  },
  {
    title: 'a definition that is no YAML',
    args: () => ['export', '-f', 'broken.yaml', ...fromRegistry],
    exitCode: 2,
    code: 'DEFINITION_INVALID',
    says: 'broken.yaml',
  },
];

const reached: readonly Row[] = [
  {
    title: 'no engine to export from',
    args: () => ['export', 'app:v1', '--from', 'docker', '-o', 'out.tar'],
    exitCode: 6,
    code: 'UNREACHABLE',
    says: '/nonexistent/docker.sock',
  },
  {
    title: 'no engine to import into',
    args: () => ['import', bundle],
    exitCode: 6,
    code: 'UNREACHABLE',
    says: '/nonexistent/docker.sock',
  },
  {
    title: 'no registry',
    args: () => ['export', '127.0.0.1:1/app:v1', ...fromRegistry],
    exitCode: 6,
    code: 'UNREACHABLE',
    says: '127.0.0.1:1',
  },
  {
    title: 'a login that is needed',
    args: () => ['export', secret(), ...fromRegistry],
    exitCode: 6,
    code: 'UNAUTHORIZED',
    says: () => guarded.host,
  },
  {
    title: 'a login that is refused',
    args: () => ['export', secret(), ...fromRegistry],
    env: (folder) => ({ DOCKER_CONFIG: join(folder, 'logins') }),
    exitCode: 6,
    code: 'UNAUTHORIZED',
    says: () => guarded.host,
  },
  {
    title: 'a push that is refused',
    args: () => ['import', bundle, '--to', `registry:${guarded.host}`],
    env: (folder) => ({ DOCKER_CONFIG: join(folder, 'logins') }),
    exitCode: 6,
    code: 'UNAUTHORIZED',
    says: () => guarded.host,
  },
  {
    title: 'logins that cannot be read',
    args: () => ['export', secret(), ...fromRegistry],
    env: (folder) => ({ DOCKER_CONFIG: join(folder, 'text') }),
    exitCode: 7,
    code: 'FILE_SYSTEM',
    says: 'logins',
  },
  {
    title: 'an image to inspect that is not there',
    args: () => ['inspect', `${open.host}/team/none:v1`, '--from', 'registry'],
    exitCode: 3,
    code: 'NOT_FOUND',
    says: 'team/none:v1',
  },
  {
    title: 'an image to import that the bundle lacks',
    args: () => ['import', bundle, '--to', 'oci:layout', '--image', 'other'],
    exitCode: 3,
    code: 'NOT_FOUND',
    says: 'other',
  },
  {
    title: 'a platform to import that the bundle lacks',
    args: () => ['import', bundle, '--to', 'oci:layout', '-p', 's390x'],
    exitCode: 3,
    code: 'INCOMPLETE',
    says: 's390x',
  },
  {
    title: 'a native platform where nothing is run',
    args: () => ['import', bundle, '--to', 'oci:layout', '-p', 'native'],
    exitCode: 2,
    code: 'USAGE',
    says: 'native',
  },
];

const files: readonly Row[] = [
  {
    title: 'an output in a directory that is not there',
    args: () => ['export', app(), '-o', 'none/out.tar'],
    exitCode: 7,
    code: 'FILE_SYSTEM',
    says: 'none/out.tar',
  },
  {
    title: 'an output that exists',
    args: () => ['export', app(), '-o', 'text'],
    exitCode: 8,
    code: 'EXISTS',
    says: '--overwrite',
  },
  {
    title: 'an output that is a directory',
    args: () => ['export', app(), '-o', 'directory'],
    exitCode: 8,
    code: 'EXISTS',
    says: 'directory',
  },
  {
    title: 'an output to overwrite that is a directory',
    args: () => ['export', app(), '--from', 'registry', '-o', 'directory', '--overwrite'],
    exitCode: 7,
    code: 'FILE_SYSTEM',
    says: 'directory',
  },
  {
    title: 'a definition that is not there',
    args: () => ['export', '-f', 'none.yaml', ...fromRegistry],
    exitCode: 7,
    code: 'FILE_SYSTEM',
    says: 'none.yaml',
  },
  {
    title: 'a definition that is a directory',
    args: () => ['verify', bundle, '-f', 'directory'],
    exitCode: 7,
    code: 'FILE_SYSTEM',
    says: 'directory',
  },
  {
    title: 'a bundle that is not there',
    args: () => ['verify', 'none.tar'],
    exitCode: 7,
    code: 'FILE_SYSTEM',
    says: 'none.tar',
  },
  {
    title: 'a bundle that is a directory',
    args: () => ['import', 'directory', '--to', 'oci:layout'],
    exitCode: 7,
    code: 'FILE_SYSTEM',
    says: 'directory',
  },
  {
    title: 'a layout that is not there',
    args: () => ['export', app(), '--from', 'oci:none', '-o', 'out.tar'],
    exitCode: 7,
    code: 'FILE_SYSTEM',
    says: 'none',
  },
  {
    title: 'a layout that is none',
    args: () => ['export', app(), '--from', 'oci:full', '-o', 'out.tar'],
    exitCode: 4,
    code: 'ARCHIVE_INVALID',
    says: 'full',
  },
  {
    title: 'an archive that is none',
    args: () => ['export', app(), '--from', 'docker-archive:text', '-o', 'out.tar'],
    exitCode: 4,
    code: 'ARCHIVE_INVALID',
    says: 'text',
  },
  {
    title: 'an empty archive',
    args: () => ['export', app(), '--from', 'oci:empty', '-o', 'out.tar'],
    exitCode: 4,
    code: 'ARCHIVE_INVALID',
    says: 'empty',
  },
  {
    title: 'a certificate that is not there',
    args: () => ['export', app(), ...fromRegistry, '--ca-file', 'none.pem'],
    exitCode: 7,
    code: 'FILE_SYSTEM',
    says: 'none.pem',
  },
  {
    title: 'a layout to import into that is a file',
    args: () => ['import', bundle, '--to', 'oci:text'],
    exitCode: 7,
    code: 'FILE_SYSTEM',
    says: 'text',
  },
  {
    title: 'a layout to import into that is something else',
    args: () => ['import', bundle, '--to', 'oci:full'],
    exitCode: 8,
    code: 'EXISTS',
    says: 'full',
  },
  {
    title: 'a receipt in a directory that is not there',
    args: () => ['import', bundle, '--to', 'oci:layout', '--receipt', 'none/receipt.json'],
    exitCode: 7,
    code: 'FILE_SYSTEM',
    says: 'none/receipt.json',
  },
];

describe.concurrent.each([
  ['how a command is used', usage],
  ['what cannot be reached or is not there', reached],
  ['files', files],
])('of %s,', (_, rows) => {
  it.each(rows)('$title ends with $exitCode and one message', async (row) => {
    const folder = await folderOfMistakes(row.title);
    const before = await everythingIn(folder);
    const env = row.env?.(folder) ?? {};
    const run = await xbundle([...row.args(), '--json'], { cwd: folder, env });
    expectOneMessage(run);
    expect(run.exitCode).toBe(row.exitCode);
    const { error } = errorOf(run);
    expect(error).toMatchObject({ code: row.code, exitCode: row.exitCode });
    expect(error.message).toContain(typeof row.says === 'function' ? row.says() : (row.says ?? ''));
    expect(await everythingIn(folder)).toEqual(before);
  });
});

/** Said once, for people: no stack, and no login. */
function expectOneMessage({ stdout, stderr }: CliRun): void {
  expect(stderr.split('\n').filter((line) => line.startsWith('xbundle: '))).toHaveLength(1);
  expect(stderr).not.toMatch(/^\s+at /m);
  for (const word of [PASSWORD, 'wrong horse', Buffer.from('ann:wrong horse').toString('base64')]) {
    expect(stdout + stderr).not.toContain(word);
  }
}

describe.concurrent('of cells that are missing,', () => {
  it.each([
    ['a name that is not there', 'none:v1', 'amd64,arm64', 'missing'],
    ['a platform that is not there', 'app:v1', 'amd64,arm64,s390x', 'missing'],
    ['an arch tag that holds another architecture', 'mixed:v1', 'arm64', 'wrong'],
  ])('%s ends with 3, names the cell, and writes nothing', async (title, name, platforms, state) => {
    const folder = await folderOfMistakes(title);
    const before = await everythingIn(folder);
    const args = ['export', `${open.host}/team/${name}`, '-p', platforms, ...fromRegistry];
    const run = await xbundle([...args, '--json'], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 3 });
    const document = exportOf(run);
    expect(document).toMatchObject({ complete: false, written: false });
    const absent = document.cells.filter((cell) => cell.state !== 'present');
    expect(absent.length).toBeGreaterThan(0);
    for (const cell of absent) {
      expect(cell).toMatchObject({ image: `${open.host}/team/${name}`, state });
      expect(cell.reason).toContain(name);
    }
    const told = await xbundle(args, { cwd: folder });
    for (const { reason = '' } of absent) expect(told.stdout).toContain(reason);
    expect(await everythingIn(folder)).toEqual(before);
  });
});

interface Damage {
  readonly title: string;
  readonly exitCode: 4 | 9;
  readonly code: ErrorCode;
  make(good: Buffer): Buffer;
}

const damages: readonly Damage[] = [
  { title: 'a text', exitCode: 4, code: 'BUNDLE_INVALID', make: () => Buffer.from('This is no bundle.\n') },
  { title: 'an empty file', exitCode: 4, code: 'BUNDLE_INVALID', make: () => Buffer.alloc(0) },
  { title: 'zeros', exitCode: 4, code: 'BUNDLE_INVALID', make: () => Buffer.alloc(20_480) },
  {
    title: 'a bundle cut in its head',
    exitCode: 4,
    code: 'BUNDLE_INVALID',
    make: (good) => good.subarray(0, 2_000),
  },
  {
    title: 'a bundle cut in its blobs',
    exitCode: 4,
    code: 'BUNDLE_INVALID',
    make: (good) => good.subarray(0, -3_000),
  },
  {
    title: 'a bundle with more behind it',
    exitCode: 4,
    code: 'BUNDLE_INVALID',
    make: (good) => Buffer.concat([good, Buffer.alloc(512)]),
  },
  {
    title: 'a bundle of a newer format',
    exitCode: 9,
    code: 'UNSUPPORTED',
    make: (good) => replaced(good, /"formatVersion": ?1/, '1', '2'),
  },
];

/** Another character in the first match, so that every offset stays. */
function replaced(bytes: Buffer, pattern: RegExp, from: string, to: string): Buffer {
  const text = bytes.toString('latin1');
  const changed = text.replace(pattern, (match) => match.replace(from, to));
  expect(changed).not.toBe(text);
  return Buffer.from(changed, 'latin1');
}

describe.concurrent.each(damages)('$title', ({ title, exitCode, code, make }) => {
  it.each([
    ['ls', []],
    ['inspect', []],
    ['import', ['--to', 'oci:layout']],
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

async function folderWith(title: string, make: Damage['make']): Promise<string> {
  const folder = join(scratch, title.replace(/[^a-z0-9]+/gi, '-'));
  await mkdir(folder);
  await writeFile(join(folder, 'bad.tar'), make(await readFile(bundle)));
  return folder;
}

it('finds one flipped bit of a layer, and says which bytes to copy again', async () => {
  const good = await readFile(bundle);
  const file = join(scratch, 'flipped.tar');
  await copyFile(bundle, file);
  good[good.length - 8_192] = (good[good.length - 8_192] ?? 0) ^ 1;
  await writeFile(file, good);
  const run = await xbundle(['verify', file]);
  expect(run.exitCode).toBe(4);
  expect(run.stdout).toContain('INTEGRITY FAILED');
  expect(run.stdout).toMatch(/damaged/);
});
