import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { xbundle, type CliRun } from '../support/cli.ts';
import { exportOf, verifyOf } from '../support/documents.ts';
import { manifestBytes } from '../support/registry-images.ts';
import { everythingIn } from '../support/scratch.ts';
import { makeSmallRelease, PLATFORMS, type SmallRelease } from '../support/small-release.ts';

let release: SmallRelease;

beforeAll(async () => {
  release = await makeSmallRelease('commands');
});

afterAll(() => release.close());

const ESCAPE = '\u001b';
const SCRIPT = '/usr/bin/script';
const PROGRAM = fileURLToPath(new URL('../../cli/bin/xbundle.js', import.meta.url));

async function emptyFolder(title: string): Promise<string> {
  const folder = join(release.scratch, title);
  await mkdir(folder);
  return folder;
}

/** Runs that only read, or write below a folder of their own. */
const everyCommand: readonly (readonly [string, (folder: string) => readonly string[]])[] = [
  ['export', (folder) => exportArgs(join(folder, 'out.tar'))],
  ['verify', () => ['verify', release.bundle]],
  ['import', (folder) => ['import', release.bundle, '--to', `oci:${join(folder, 'layout')}`]],
  ['inspect', () => ['inspect', release.bundle]],
  ['inspect of an image', () => ['inspect', release.names.app, '--from', 'registry']],
  ['ls', () => ['ls', release.bundle]],
];

function exportArgs(output: string): readonly string[] {
  const { app, db } = release.names;
  return ['export', app, db, '--from', 'registry', '-o', output];
}

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
    const run = await xbundle([...args(await emptyFolder(`quiet ${title}`)), '--quiet']);
    expect(run).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });

  it.each(everyCommand)('by %s with --json is one document', async (title, args) => {
    const run = await xbundle([...args(await emptyFolder(`json ${title}`)), '--json', '--quiet']);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toBeTypeOf('object');
  });

  it.each(everyCommand)('by %s into a pipe has no colour', async (title, args) => {
    const run = await xbundle([...args(await emptyFolder(`piped ${title}`)), '--progress', 'plain']);
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

  it('with --progress=json is NDJSON events on stderr beside plain lines on stdout', async () => {
    const folder = await emptyFolder('events');
    const run = await xbundle([...exportArgs(join(folder, 'out.tar')), '--progress', 'json']);
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

describe('export', () => {
  it('streams to "-" the bytes that it writes to a file, and verify reads them from "-"', async () => {
    const streamed = join(release.scratch, 'streamed.tar');
    const run = await xbundle(exportArgs('-'), { outputFile: streamed });
    expect(run.exitCode).toBe(0);
    expect((await readFile(streamed)).equals(await readFile(release.bundle))).toBe(true);
    const verified = await xbundle(['verify', '-', '--json'], { inputFile: streamed });
    expect(verified).toMatchObject({ exitCode: 0 });
    expect(verifyOf(verified)).toEqual(verifyOf(await xbundle(['verify', release.bundle, '--json'])));
  });

  it('tells its cells, sources and sizes as JSON', async () => {
    const folder = await emptyFolder('document');
    const output = join(folder, 'out.tar');
    const document = exportOf(await xbundle([...exportArgs(output), '--json']));
    expect(document).toMatchObject({
      complete: true,
      written: true,
      output,
      size: (await readFile(output)).length,
      attestations: 2,
    });
    const { cells } = verifyOf(await xbundle(['verify', output, '--json']));
    expect(document.cells).toEqual(cells);
    expect(document.images).toMatchObject(
      [release.app, release.db].map(({ manifest }) => ({
        root: { digest: manifest.digest },
        origin: 'kept',
        source: { kind: 'registry', digest: manifest.digest },
      })),
    );
  });

  it.each([
    ['a file', (folder: string) => join(folder, 'out.tar')],
    ['standard output', () => '-'],
  ])('with --dry-run to %s fetches no layer and writes nothing', async (title, output) => {
    const folder = await emptyFolder(`dry run to ${title}`);
    release.registry.clearRequests();
    const run = await xbundle([...exportArgs(output(folder)), '--dry-run', '--json'], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 0 });
    const { dryRun, written, fetch, cells } = exportOf(run);
    expect({ dryRun, written, cells: cells.length }).toEqual({ dryRun: true, written: false, cells: 4 });
    expect(fetch.bytes).toBeGreaterThan(0);
    const layers = release.registry.requests.filter(
      ({ kind, method }) => kind === 'blob' && method === 'GET',
    );
    expect(layers).toEqual([]);
    expect(await everythingIn(folder)).toEqual([]);
  });

  it('with --dry-run ends with 3 when a cell is missing', async () => {
    const args = [...exportArgs('out.tar'), '--platform', 'amd64,s390x', '--dry-run'];
    const run = await xbundle(args, { cwd: await emptyFolder('dry run incomplete') });
    expect(run).toMatchObject({ exitCode: 3 });
    expect(run.stdout).toContain(`${release.names.db} for linux/s390x: `);
  });
});

describe('verify', () => {
  it('gives the document that scripts rely on', async () => {
    const run = await xbundle(['verify', release.bundle, '--json']);
    expect(run).toMatchObject({ exitCode: 0 });
    const { complete, integrity, signed, cells, problems } = verifyOf(run);
    expect({ complete, integrity, signed, problems }).toEqual({
      complete: true,
      integrity: 'ok',
      signed: false,
      problems: [],
    });
    const { app, db } = release.names;
    expect(cells).toEqual(
      [app, db].flatMap((image) =>
        PLATFORMS.map((platform) => ({
          image,
          platform,
          state: 'present',
          digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
          config: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
          size: expect.any(Number) as number,
          archTag: `${image}-${platform.replace('linux/', '')}`,
        })),
      ),
    );
  });

  it('says plainly what was proved and what was not', async () => {
    const { stdout } = await xbundle(['verify', release.bundle]);
    expect(stdout).toContain('INTEGRITY OK, NOT SIGNED\nCOMPLETE\n');
    const quick = await xbundle(['verify', release.bundle, '--quick']);
    expect(quick.exitCode).toBe(0);
    expect(quick.stdout).toContain('layers were not read');
  });

  const [definition, stranger] = ['xbundle.yaml', 'stranger.yaml'];

  async function writeDefinitions(folder: string): Promise<void> {
    const { app, db } = release.names;
    const platforms = 'platforms: [linux/amd64, linux/arm64]';
    await writeFile(join(folder, definition), `${platforms}\nimages: [${app}, ${db}]\n`);
    await writeFile(join(folder, stranger), `${platforms}\nimages: [${app}, team/other:v1]\n`);
  }

  it.each([
    ['the same platforms', ['--platform', 'amd64,arm64'], 0, 0],
    ['fewer platforms', ['--platform', 'arm64'], 0, 0],
    ['one more platform', ['--platform', 'amd64,arm64,arm/v7'], 3, 2],
    ['a definition of the same images', ['-f', definition], 0, 0],
    ['a definition with another image', ['-f', stranger], 3, 2],
    ['a definition and one more platform', ['-f', definition, '--platform', 'amd64,s390x'], 3, 2],
  ])('against %s outside', async (title, flags, exitCode, missing) => {
    const folder = await emptyFolder(`contract ${title}`);
    await writeDefinitions(folder);
    const run = await xbundle(['verify', release.bundle, ...flags, '--json'], { cwd: folder });
    expect(run).toMatchObject({ exitCode });
    const { complete, integrity, cells, problems } = verifyOf(run);
    expect({ complete, integrity }).toEqual({ complete: exitCode === 0, integrity: 'ok' });
    expect(cells.filter(({ state }) => state === 'missing')).toHaveLength(missing);
    expect(problems.map(({ code }) => code)).toEqual(Array.from({ length: missing }, () => 'CELL_MISSING'));
  });
});

describe('inspect', () => {
  it('shows the tree of a bundle and of the image in its registry alike', async () => {
    const bundle = await xbundle(['inspect', release.bundle, '--json']);
    expect(bundle).toMatchObject({ exitCode: 0 });
    const { id, complete, trees } = JSON.parse(bundle.stdout) as Inspected;
    expect({ id, complete }).toEqual({ id: (await verified()).id, complete: true });
    const image = await xbundle(['inspect', release.names.app, '--from', 'registry', '--json']);
    expect(image).toMatchObject({ exitCode: 0 });
    const { root, tree } = JSON.parse(image.stdout) as InspectedImage;
    expect(root).toBe(release.app.manifest.digest);
    expect(trees[0]).toEqual({ name: release.names.app, tree });
    expect(tree.children.map(({ kind, platform }) => platform ?? kind)).toEqual([
      ...PLATFORMS,
      'attestation',
      'attestation',
    ]);
  });

  it('prints how to run each platform by digest', async () => {
    const { stdout } = await xbundle(['inspect', release.names.db, '--from', 'registry']);
    const { cells } = await verified();
    for (const { platform, digest = '' } of cells.filter(({ image }) => image === release.names.db)) {
      const name = release.names.db.replace(':v1', '');
      expect(stdout).toContain(`docker run --rm --platform ${platform} ${name}@${digest}\n`);
    }
  });

  it.each(['', '--quiet'])(
    "prints with --raw %s the manifest's own bytes, by tag and by digest",
    async (flag) => {
      const { digest } = release.app.manifest;
      const bytes = (await manifestBytes(release.names.app)).toString();
      const flags = ['--from', 'registry', '--raw', ...(flag === '' ? [] : [flag])];
      for (const name of [release.names.app, `${release.names.app.replace(':v1', '')}@${digest}`]) {
        expect(await xbundle(['inspect', name, ...flags])).toMatchObject({ exitCode: 0, stdout: bytes });
      }
    },
  );

  it('prints with --raw the index of a bundle, whose digest is its id', async () => {
    const run = await xbundle(['inspect', release.bundle, '--raw']);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(run.stdout)).toMatchObject({ type: 'application/vnd.xbundle.bundle.v1+json' });
    const file = await readFile(release.bundle);
    expect(file.includes(run.stdout)).toBe(true);
  });

  it('of an image that is not there ends with 3', async () => {
    const run = await xbundle(['inspect', `${release.names.app}-nothing`, '--from', 'registry']);
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
  });

  interface Tree {
    readonly kind: string;
    readonly platform?: string;
    readonly children: readonly Tree[];
  }

  interface Inspected {
    readonly id: string;
    readonly complete: boolean;
    readonly trees: readonly { readonly name: string; readonly tree: Tree }[];
  }

  interface InspectedImage {
    readonly root: string;
    readonly tree: Tree;
  }

  async function verified(): Promise<ReturnType<typeof verifyOf> & { readonly id?: string }> {
    return verifyOf(await xbundle(['verify', release.bundle, '--json']));
  }
});

describe('ls', () => {
  it('prints one line for each cell, and the cells as JSON', async () => {
    const plain = await xbundle(['ls', release.bundle]);
    expect(plain).toMatchObject({ exitCode: 0, stderr: '' });
    const { cells } = verifyOf(await xbundle(['verify', release.bundle, '--json']));
    const lines = plain.stdout.trimEnd().split('\n').slice(1);
    expect(lines.map((line) => line.split(/ +/).slice(0, 3))).toEqual(
      cells.map(({ image, platform, state }) => [image, platform, state]),
    );
    const { stdout } = await xbundle(['ls', release.bundle, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ complete: true, cells });
  });
});
