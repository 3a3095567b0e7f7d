import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { xbundle } from '../support/cli.ts';
import { exportOf, verifyOf } from '../support/documents.ts';
import { manifestBytes } from '../support/registry-images.ts';
import { everythingIn } from '../support/scratch.ts';
import { makeSmallRelease, PLATFORMS, type SmallRelease } from '../support/small-release.ts';

let release: SmallRelease;

beforeAll(async () => {
  release = await makeSmallRelease('commands');
});

afterAll(() => release.close());

describe('export', () => {
  it('streams to "-" the bytes that it writes to a file, and verify reads them from "-"', async () => {
    const streamed = join(release.scratch, 'streamed.tar');
    const run = await xbundle(release.exportArgs('-'), { outputFile: streamed });
    expect(run.exitCode).toBe(0);
    expect((await readFile(streamed)).equals(await readFile(release.bundle))).toBe(true);
    const verified = await xbundle(['verify', '-', '--json'], { inputFile: streamed });
    expect(verified).toMatchObject({ exitCode: 0 });
    expect(verifyOf(verified)).toEqual(verifyOf(await xbundle(['verify', release.bundle, '--json'])));
  });

  it('tells its cells, sources and sizes as JSON', async () => {
    const folder = await release.folder('document');
    const output = join(folder, 'out.tar');
    const document = exportOf(await xbundle([...release.exportArgs(output), '--json']));
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
    const folder = await release.folder(`dry run to ${title}`);
    release.registry.clearRequests();
    const run = await xbundle([...release.exportArgs(output(folder)), '--dry-run', '--json'], {
      cwd: folder,
    });
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
    const args = [...release.exportArgs('out.tar'), '--platform', 'amd64,s390x', '--dry-run'];
    const run = await xbundle(args, { cwd: await release.folder('dry run incomplete') });
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
    { title: 'the same platforms', flags: ['--platform', 'amd64,arm64'], missing: 0 },
    { title: 'fewer platforms', flags: ['--platform', 'arm64'], missing: 0 },
    { title: 'one more platform', flags: ['--platform', 'amd64,arm64,arm/v7'], missing: 2 },
    { title: 'a definition of the same images', flags: ['-f', definition], missing: 0 },
    { title: 'a definition with another image', flags: ['-f', stranger], missing: 2 },
    {
      title: 'a definition and one more platform',
      flags: ['-f', definition, '--platform', 'amd64,s390x'],
      missing: 2,
    },
  ])('finds $missing cells missing against $title outside', async ({ title, flags, missing }) => {
    const folder = await release.folder(`contract ${title}`);
    await writeDefinitions(folder);
    const run = await xbundle(['verify', release.bundle, ...flags, '--json'], { cwd: folder });
    expect(run).toMatchObject({ exitCode: missing === 0 ? 0 : 3 });
    const { complete, integrity, cells, problems } = verifyOf(run);
    expect({ complete, integrity }).toEqual({ complete: missing === 0, integrity: 'ok' });
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
