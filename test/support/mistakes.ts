/** What commands are pointed to by mistake, for tests of how they refuse it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ErrorCode } from '@xbundle/core';
import { randomImage, randomIndex, startRegistry, type TestRegistry } from '@xbundle/core/testing';
import { xbundle, type CliRun } from './cli.ts';
import { errorOf } from './documents.ts';
import { everythingIn, makeScratch, removeScratch } from './scratch.ts';

/** Nothing here needs an engine, and nothing is changed: runs may go side by side. */
export interface Mistakes {
  readonly scratch: string;
  /** A registry that lets everyone in: `team/app:v1` is good, `team/mixed:v1-arm64` holds amd64. */
  readonly open: TestRegistry;
  /** One that wants a login. */
  readonly guarded: TestRegistry;
  /** An image in the open registry, and the same in the guarded one. */
  readonly app: string;
  readonly secret: string;
  /** A good bundle of `app`. */
  readonly bundle: string;
  close(): Promise<void>;
}

/** What one row's command is, and a part of what its message must say. */
export type Row = readonly [
  title: string,
  args: (at: Mistakes) => readonly string[],
  says: string,
  env?: (folder: string) => Readonly<Record<string, string>>,
];

/** Rows that end alike. */
export interface Refusal {
  readonly exitCode: number;
  readonly code: ErrorCode;
  readonly rows: readonly Row[];
}

const PASSWORD = 'correct horse';
const WRONG_LOGIN = Buffer.from('ann:wrong horse').toString('base64');

export async function makeMistakes(suite: string): Promise<Mistakes> {
  const scratch = await makeScratch(suite);
  const index = await randomIndex('mistakes', ['linux/amd64', 'linux/arm64']);
  const open = await startRegistry();
  open.push('team/app', 'v1', index);
  open.push('team/mixed', 'v1-arm64', await randomImage('mixed', 'linux/amd64'));
  const guarded = await startRegistry({ auth: { kind: 'bearer', username: 'ann', password: PASSWORD } });
  guarded.push('team/app', 'v1', index);
  const [app, secret] = [`${open.host}/team/app:v1`, `${guarded.host}/team/app:v1`];
  const bundle = join(scratch, 'good.tar');
  const made = await xbundle(['export', app, '--from', 'registry', '-o', bundle]);
  expect(made).toMatchObject({ exitCode: 0 });
  const close = async (): Promise<void> => {
    await open.close();
    await guarded.close();
    await removeScratch(scratch);
  };
  return { scratch, open, guarded, app, secret, bundle, close };
}

/** A folder of its own for one run, with one of everything in it. */
export async function makeFolder({ scratch, guarded }: Mistakes, title: string): Promise<string> {
  const folder = join(scratch, title.replace(/[^a-z0-9]+/gi, '-'));
  for (const name of ['directory', 'full', 'logins']) await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'full', 'notes.txt'), 'not a layout');
  await writeFile(join(folder, 'text'), 'This is no bundle.\n');
  await writeFile(join(folder, 'empty'), '');
  await writeFile(join(folder, 'broken.yaml'), 'images: [app:v1\nplatforms: }');
  const config = { auths: { [guarded.host]: { auth: WRONG_LOGIN } } };
  await writeFile(join(folder, 'logins', 'config.json'), JSON.stringify(config));
  return folder;
}

/**
 * Runs a row's command and expects its exit code, one message on stderr that says what is meant, one JSON
 * document of the same, and nothing left behind in the folder.
 */
export async function expectRefusal(
  at: Mistakes,
  { exitCode, code }: Refusal,
  [title, args, says, env]: Row,
): Promise<void> {
  const folder = await makeFolder(at, title);
  const before = await everythingIn(folder);
  const run = await xbundle([...args(at), '--json'], { cwd: folder, env: env?.(folder) ?? {} });
  expectOneMessage(run);
  expect(run.exitCode).toBe(exitCode);
  const { error } = errorOf(run);
  expect(error).toMatchObject({ code, exitCode });
  expect(error.message).toContain(says);
  expect(await everythingIn(folder)).toEqual(before);
}

/** Said once, for people: no stack, and no login. */
export function expectOneMessage({ stdout, stderr }: CliRun): void {
  expect(stderr.split('\n').filter((line) => line.startsWith('xbundle: '))).toHaveLength(1);
  expect(stderr).not.toMatch(/^\s+at /m);
  for (const word of [PASSWORD, 'wrong horse', WRONG_LOGIN]) expect(stdout + stderr).not.toContain(word);
}
