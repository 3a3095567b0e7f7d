import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { xbundle } from '../support/cli.ts';
import { exportOf } from '../support/documents.ts';
import { expectRefusal, makeFolder, makeMistakes, type Mistakes, type Refusal } from '../support/mistakes.ts';
import { everythingIn } from '../support/scratch.ts';

let at: Mistakes;

beforeAll(async () => {
  at = await makeMistakes('bad-input');
});

afterAll(() => at.close());

const out = ['--from', 'registry', '-o', 'out.tar'];
const wrongLogin = (folder: string): Record<string, string> => ({ DOCKER_CONFIG: join(folder, 'logins') });

const refusals: readonly Refusal[] = [
  {
    exitCode: 2,
    code: 'USAGE',
    rows: [
      ['an unknown flag', ({ app }) => ['export', app, '--frobnicate'], '--frobnicate'],
      ['an unknown command', () => ['frobnicate'], 'frobnicate'],
      ['a missing argument', () => ['verify'], 'bundle'],
      ['a choice that there is not', ({ app }) => ['export', app, '--attestations', 'maybe'], 'maybe'],
      ['no output', ({ app }) => ['export', app], '-o'],
      ['no image', () => ['export', ...out], '-f'],
      ['platforms of nothing', ({ app }) => ['export', app, ...out, '-p', ''], 'unset'],
      ['an item of nothing', ({ app }) => ['export', app, ...out, '-p', 'amd64,'], 'unset'],
      ['an image to import of nothing', ({ bundle }) => ['import', bundle, '--image', ''], 'unset'],
      ['an output of nothing', ({ app }) => ['export', app, '-o', ''], '--output'],
      ['an argument of nothing', () => ['export', '', ...out], 'argument'],
      ['more and less to be told', ({ bundle }) => ['verify', bundle, '-q', '-v'], '--quiet'],
      ['a document where the bundle goes', ({ app }) => ['export', app, '-o', '-'], '--json'],
      ['a pipe to import from', () => ['import', '-', '--to', 'oci:new'], 'importing -'],
      ['no jobs', ({ app }) => ['export', app, ...out, '--jobs', '0'], '--jobs 0'],
      ['jobs that are no number', ({ bundle }) => ['import', bundle, '--jobs', 'many'], '--jobs many'],
      ['an unknown source', ({ app }) => ['export', app, '--from', 'moon', '-o', 'out.tar'], 'moon'],
      ['an unknown target', ({ bundle }) => ['import', bundle, '--to', 'moon'], 'moon'],
      [
        'a native platform of a layout',
        ({ bundle }) => ['import', bundle, '--to', 'oci:new', '-p', 'native'],
        'native',
      ],
      [
        'a date that is none',
        ({ app }) => ['export', app, ...out],
        'SOURCE_DATE_EPOCH',
        () => ({ SOURCE_DATE_EPOCH: 'today' }),
      ],
    ],
  },
  {
    exitCode: 2,
    code: 'PLATFORM_INVALID',
    rows: [
      ['an unknown platform', ({ app }) => ['export', app, ...out, '-p', 'linux/quantum'], 'linux/quantum'],
      ['an unknown platform to verify', ({ bundle }) => ['verify', bundle, '-p', 'amd64,x/y/z/w'], 'x/y/z/w'],
      ['an unknown platform to import', ({ bundle }) => ['import', bundle, '-p', 'amd46'], 'amd46'],
    ],
  },
  {
    exitCode: 2,
    code: 'REFERENCE_INVALID',
    rows: [
      ['a name that is none', () => ['export', 'Not//A Name', ...out], 'Not//A Name'],
      [
        'a registry that is none',
        ({ bundle }) => ['import', bundle, '--to', 'registry:not a host'],
        'not a host',
      ],
    ],
  },
  {
    exitCode: 2,
    code: 'DEFINITION_INVALID',
    rows: [
      ['a definition that is no YAML', () => ['export', '-f', 'broken.yaml', ...out], 'broken.yaml'],
      [
        'a definition to verify that is no YAML',
        ({ bundle }) => ['verify', bundle, '-f', 'broken.yaml'],
        'broken.yaml',
      ],
    ],
  },
  {
    exitCode: 3,
    code: 'NOT_FOUND',
    rows: [
      [
        'an image to inspect that is not there',
        ({ app }) => ['inspect', `${app}-none`, '--from', 'registry'],
        'v1-none',
      ],
      [
        'an image to import that the bundle lacks',
        ({ bundle }) => ['import', bundle, '--to', 'oci:new', '--image', 'other'],
        'other',
      ],
    ],
  },
  {
    exitCode: 3,
    code: 'INCOMPLETE',
    rows: [
      [
        'a platform to import that the bundle lacks',
        ({ bundle }) => ['import', bundle, '--to', 'oci:new', '-p', 's390x'],
        's390x',
      ],
    ],
  },
  {
    exitCode: 6,
    code: 'UNREACHABLE',
    rows: [
      [
        'no engine to export from',
        () => ['export', 'app:v1', '--from', 'docker', '-o', 'out.tar'],
        '/nonexistent/docker.sock',
      ],
      ['no engine to import into', ({ bundle }) => ['import', bundle], '/nonexistent/docker.sock'],
      ['no registry', () => ['export', '127.0.0.1:1/app:v1', ...out], '127.0.0.1:1'],
    ],
  },
  {
    exitCode: 6,
    code: 'UNAUTHORIZED',
    rows: [
      ['a login that is needed', ({ secret }) => ['export', secret, ...out], '127.0.0.1:'],
      ['a login that is refused', ({ secret }) => ['export', secret, ...out], '127.0.0.1:', wrongLogin],
      [
        'a push that is refused',
        ({ bundle, guarded }) => ['import', bundle, '--to', `registry:${guarded.host}`],
        '127.0.0.1:',
        wrongLogin,
      ],
    ],
  },
];

describe.concurrent.each(refusals)('with $exitCode and one message of $code', (refusal) => {
  it.each(refusal.rows.map((row) => ({ title: row[0], row })))('ends $title', async ({ row }) => {
    await expectRefusal(at, refusal, row);
  });
});

describe.concurrent('with 3, the cell named, and nothing written', () => {
  it.each([
    { title: 'a name that is not there', name: 'none:v1', platforms: 'amd64,arm64', state: 'missing' },
    { title: 'a platform that is not there', name: 'app:v1', platforms: 'amd64,s390x', state: 'missing' },
    {
      title: 'another architecture behind an arch tag',
      name: 'mixed:v1',
      platforms: 'arm64',
      state: 'wrong',
    },
  ])('ends $title', async ({ title, name, platforms, state }) => {
    const folder = await makeFolder(at, title);
    const before = await everythingIn(folder);
    const image = `${at.open.host}/team/${name}`;
    const args = ['export', image, '-p', platforms, ...out];
    const run = await xbundle([...args, '--json'], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 3 });
    const { cells, ...document } = exportOf(run);
    expect(document).toMatchObject({ complete: false, written: false });
    const absent = cells.filter((cell) => cell.state !== 'present');
    expect(absent.length).toBeGreaterThan(0);
    const told = await xbundle(args, { cwd: folder });
    const quiet = await xbundle([...args, '--quiet'], { cwd: folder });
    expect(quiet).toMatchObject({ exitCode: 3, stdout: '' });
    for (const cell of absent) {
      expect(cell).toMatchObject({ image, state });
      expect(cell.reason).toContain(name);
      expect(told.stdout).toContain(cell.reason);
      expect(quiet.stderr).toContain(cell.reason);
    }
    expect(await everythingIn(folder)).toEqual(before);
  });
});
