import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { xbundle, type CliRun } from '../support/cli.ts';
import { verifyOf } from '../support/documents.ts';
import { makeSmallRelease, type SmallRelease } from '../support/small-release.ts';

let release: SmallRelease;

beforeAll(async () => {
  release = await makeSmallRelease('commands-output');
});

afterAll(() => release.close());

const ESCAPE = '\u001b';
const SCRIPT = '/usr/bin/script';
const PROGRAM = fileURLToPath(new URL('../../cli/bin/xbundle.js', import.meta.url));

/** Runs that only read, or write below a folder of their own. */
const everyCommand: readonly (readonly [string, (folder: string) => readonly string[]])[] = [
  ['export', (folder) => release.exportArgs(join(folder, 'out.tar'))],
  ['verify', () => ['verify', release.bundle]],
  ['import', (folder) => ['import', release.bundle, '--to', `oci:${join(folder, 'layout')}`]],
  ['inspect', () => ['inspect', release.bundle]],
  ['inspect of an image', () => ['inspect', release.names.app, '--from', 'registry']],
  ['ls', () => ['ls', release.bundle]],
];

describe('help', () => {
  it('of xbundle names every command and every exit code', async () => {
    const { exitCode, stdout, stderr } = await xbundle(['--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const name of ['export', 'verify', 'import', 'inspect', 'ls']) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130]) {
      expect(stdout).toMatch(new RegExp(`^.*\\b${code} [a-z]`, 'm'));
    }
    expectNarrow(stdout);
  });

  it.each(['export', 'verify', 'import', 'inspect', 'ls'])(
    'of %s has examples and fits 80 columns',
    async (command) => {
      const { exitCode, stdout, stderr } = await xbundle([command, '--help']);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const [, examples = ''] = stdout.split('\nExamples:\n');
      expect(examples.trimEnd().split('\n').length).toBeGreaterThan(1);
      for (const line of examples.trimEnd().split('\n')) expect(line).toContain(`xbundle ${command} `);
      for (const flag of ['--json', '--quiet', '--verbose', '--progress', '--help']) {
        expect(stdout).toContain(flag);
      }
      expectNarrow(stdout);
    },
  );

  function expectNarrow(text: string): void {
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  }
});

it.each(['--version', '-V'])('prints its version with %s', async (flag) => {
  const run = await xbundle([flag]);
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  expect(run.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('what is printed', () => {
  it.each(everyCommand)('by %s with --quiet is nothing', async (title, args) => {
    const run = await xbundle([...args(await release.folder(`quiet ${title}`)), '--quiet']);
    expect(run).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });

  it.each(everyCommand)('by %s with --json is one document', async (title, args) => {
    const run = await xbundle([...args(await release.folder(`json ${title}`)), '--json', '--quiet']);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toBeTypeOf('object');
  });

  it.each(everyCommand)('by %s into a pipe has no colour', async (title, args) => {
    const run = await xbundle([...args(await release.folder(`piped ${title}`)), '--progress', 'plain']);
    expect(run.exitCode).toBe(0);
    expect(run.stdout).not.toBe('');
    expect(run.stdout + run.stderr).not.toContain(ESCAPE);
  });

  /** `script` runs a command on a terminal of its own. */
  it.skipIf(!existsSync(SCRIPT)).each([
    ['colours on a terminal', {}, true],
    ['no colours on a terminal with NO_COLOR', { NO_COLOR: '1' }, false],
    ['no colours on a dumb terminal', { TERM: 'dumb' }, false],
  ])('has %s', async (_, settings, coloured) => {
    const command = `'${process.execPath}' '${PROGRAM}' verify '${release.bundle}' --progress none`;
    const env = { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...settings };
    const { stdout, exitCode } = await execa(SCRIPT, ['-qec', command, '/dev/null'], {
      env,
      extendEnv: false,
    });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('INTEGRITY OK');
    expect(stdout.includes(ESCAPE)).toBe(coloured);
  });

  it('into a pipe leaves nothing of a long name or digest out', async () => {
    const repository = `team/${'long-'.repeat(20)}name`;
    const name = `${release.registry.host}/${repository}:v1`;
    release.registry.push(repository, 'v1', release.db);
    const bundle = join(release.scratch, 'long.tar');
    const runs = [
      await xbundle(['export', name, '--from', 'registry', '-o', bundle]),
      await xbundle(['verify', bundle]),
      await xbundle(['ls', bundle]),
      await xbundle(['inspect', bundle]),
      await xbundle(['import', bundle, '--to', `oci:${join(release.scratch, 'long')}`]),
    ];
    for (const { exitCode, stdout } of runs) {
      expect(exitCode).toBe(0);
      expect(stdout).toContain(name);
      expect(stdout).not.toContain('…');
    }
  });

  it('to a reader that has gone is no success', async () => {
    const child = execa(process.execPath, [PROGRAM, 'verify', release.bundle], { reject: false });
    child.stdout.destroy();
    expect((await child).exitCode).toBe(141);
  });

  it('with --progress=json is NDJSON events on stderr beside plain lines on stdout', async () => {
    const folder = await release.folder('events');
    const run = await xbundle([...release.exportArgs(join(folder, 'out.tar')), '--progress', 'json']);
    expect(run.exitCode).toBe(0);
    const events = eventsOf(run);
    expect(events[0]).toMatchObject({ type: 'phase', phase: 'resolve' });
    const fetch = events.find(({ phase }) => phase === 'fetch');
    expect(events.filter(({ type }) => type === 'blob-done')).toHaveLength(fetch?.blobs ?? -1);
    expect(run.stdout).toContain('COMPLETE');
    expect(run.stdout).not.toContain('{');
  });

  it('with --progress=json and --json is events on stderr and the document on stdout', async () => {
    const run = await xbundle(['verify', release.bundle, '--progress', 'json', '--json']);
    expect(eventsOf(run)).toContainEqual(expect.objectContaining({ type: 'phase', phase: 'verify' }));
    expect(verifyOf(run).complete).toBe(true);
  });

  interface Event {
    readonly time: number;
    readonly type: string;
    readonly phase?: string;
    readonly blobs?: number;
  }

  function eventsOf({ stderr }: CliRun): readonly Event[] {
    const events = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Event);
    for (const { time } of events) expect(time).toBeGreaterThanOrEqual(0);
    return events;
  }
});
