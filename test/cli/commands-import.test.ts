import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRegistry, type TestRegistry } from '@xbundle/core/testing';
import { xbundle, type CliRun } from '../support/cli.ts';
import { errorOf, receiptOf } from '../support/documents.ts';
import { everythingIn } from '../support/scratch.ts';
import { exportTo, makeSmallRelease, PLATFORMS, type SmallRelease } from '../support/small-release.ts';

let release: SmallRelease;
/** A bundle of the image that exists only as arch tags. */
let assembled: string;
let target: TestRegistry;

beforeAll(async () => {
  release = await makeSmallRelease('commands-import');
  assembled = join(release.scratch, 'assembled.tar');
  await exportTo(assembled, [release.names.tool]);
});

afterAll(() => release.close());

beforeEach(async () => {
  target = await startRegistry();
});

afterEach(() => target.close());

function importInto(flags: readonly string[] = [], bundle: string = release.bundle): Promise<CliRun> {
  return xbundle(['import', bundle, '--to', `registry:${target.host}`, '--json', ...flags]);
}

/** What was asked of the target that changes anything there. */
function writes(): readonly string[] {
  return target.requests
    .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
    .map(({ method, path }) => `${method} ${path}`);
}

/** Every tag in the target with what it leads to. */
function tags(): Readonly<Record<string, string>> {
  const { repositories } = target.store;
  return Object.fromEntries(
    [...repositories].flatMap(([name, repository]) =>
      [...repository.tags].map(([tag, digest]) => [`${name}:${tag}`, digest]),
    ),
  );
}

function wholeRelease(): Readonly<Record<string, string>> {
  return { 'team/app:v1': release.app.manifest.digest, 'team/db:v1': release.db.manifest.digest };
}

async function emptyFolder(title: string): Promise<string> {
  const folder = join(release.scratch, title);
  await mkdir(folder);
  return folder;
}

describe('the receipt', () => {
  it('lists each name and cell as the target has it', async () => {
    const run = await importInto();
    expect(run).toMatchObject({ exitCode: 0 });
    const receipt = receiptOf(run);
    expect(receipt).toMatchObject({
      type: 'application/vnd.xbundle.receipt.v1+json',
      bundle: { id: expect.stringMatching(/^sha256:/) as string },
      target: { kind: 'registry' },
      complete: true,
    });
    expect(receipt.names).toEqual(
      [release.app, release.db].map(({ manifest: { digest } }, at) => {
        const image = [release.names.app, release.names.db][at] ?? '';
        const name = image.replace(release.registry.host, target.host);
        return { image, name, action: 'create', wanted: digest, found: digest };
      }),
    );
    expect(receipt.cells.map(({ platform, state }) => [platform, state])).toEqual(
      [...PLATFORMS, ...PLATFORMS].map((platform) => [platform, 'present']),
    );
    expect(tags()).toEqual(wholeRelease());
  });

  it('is written to a file with --receipt, as it is printed', async () => {
    const file = join(await emptyFolder('receipt'), 'receipt.json');
    const run = await importInto(['--receipt', file]);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(receiptOf(run));
  });

  it('that cannot be written ends with 7 before anything is moved', async () => {
    const file = join(release.scratch, 'no such folder', 'receipt.json');
    const run = await importInto(['--receipt', file]);
    expect(run).toMatchObject({ exitCode: 7 });
    expect(errorOf(run).error.code).toBe('FILE_SYSTEM');
    expect(target.requests).toEqual([]);
  });
});

describe('an import that was done before', () => {
  it('moves nothing into a registry and says that all is present', async () => {
    const first = await importInto();
    target.clearRequests();
    const second = await importInto();
    expect(second).toMatchObject({ exitCode: 0 });
    expect(writes()).toEqual([]);
    expect(receiptOf(second).complete).toBe(true);
    expect(receiptOf(second).names.map(({ action }) => action)).toEqual(['present', 'present']);
    expect(receiptOf(second).cells).toEqual(receiptOf(first).cells);
  });

  it('moves only what has been lost since', async () => {
    await importInto();
    const repository = target.repository('team/app');
    const [lost] = [...repository.blobs.keys()];
    if (lost === undefined) throw new Error('the image has blobs');
    repository.blobs.delete(lost);
    target.clearRequests();
    const again = await importInto();
    expect(again).toMatchObject({ exitCode: 0 });
    expect(receiptOf(again).names.map(({ action }) => action)).toEqual(['repair', 'present']);
    expect([...repository.blobs.keys()]).toContain(lost);
    expect(target.requests.filter(({ kind, method }) => kind === 'upload' && method === 'POST')).toHaveLength(
      1,
    );
  });

  it('changes no file of a layout', async () => {
    const layout = join(release.scratch, 'repeated');
    const args = ['import', release.bundle, '--to', `oci:${layout}`, '--json'];
    expect(await xbundle(args)).toMatchObject({ exitCode: 0 });
    const before = await filesOf(layout);
    expect(Object.keys(before)).toContain('index.json');
    const again = await xbundle(args);
    expect(again).toMatchObject({ exitCode: 0 });
    expect(receiptOf(again).names.map(({ action }) => action)).toEqual(['present', 'present']);
    expect(await filesOf(layout)).toEqual(before);
  });

  async function filesOf(folder: string): Promise<Readonly<Record<string, number>>> {
    const names = await everythingIn(folder);
    const times = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).mtimeMs));
    return Object.fromEntries(names.map((name, at) => [name, times[at] ?? 0]));
  }
});

describe('a name that leads to something else', () => {
  beforeEach(() => {
    target.push('team/app', 'v1', release.db);
    target.clearRequests();
  });

  it.each([[], ['--on-existing-tag', 'error']])('ends with 8 and moves nothing %s', async (...flags) => {
    const run = await importInto(flags);
    expect(run).toMatchObject({ exitCode: 8 });
    expect(errorOf(run).error.code).toBe('EXISTS');
    expect(writes()).toEqual([]);
  });

  it('is kept with --on-existing-tag skip, and the receipt says so', async () => {
    const run = await importInto(['--on-existing-tag', 'skip']);
    expect(run).toMatchObject({ exitCode: 3 });
    const { complete, names, cells } = receiptOf(run);
    expect(complete).toBe(false);
    expect(names.map(({ action }) => action)).toEqual(['skip', 'create']);
    const [kept] = names;
    expect(kept).toMatchObject({ wanted: release.app.manifest.digest, found: release.db.manifest.digest });
    const states = cells.map(({ state }) => state === 'present');
    expect(states).toEqual([false, false, true, true]);
    expect(tags()).toMatchObject({ 'team/app:v1': release.db.manifest.digest });
  });

  it('is replaced with --on-existing-tag overwrite', async () => {
    const run = await importInto(['--on-existing-tag', 'overwrite']);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(receiptOf(run).names.map(({ action }) => action)).toEqual(['overwrite', 'create']);
    expect(tags()).toEqual(wholeRelease());
  });
});

describe('a selection', () => {
  it('of one platform is an index of that platform and its attestation', async () => {
    const run = await importInto(['--platform', 'arm64', '--image', release.names.app]);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(receiptOf(run).cells).toMatchObject([{ platform: 'linux/arm64', state: 'present' }]);
    const index = target.repository('team/app').resolve('v1');
    expect(index?.descriptor.digest).toBe(receiptOf(run).names[0]?.wanted);
    const { manifests } = JSON.parse(Buffer.from(index?.bytes ?? []).toString()) as {
      readonly manifests: readonly { readonly platform: { readonly architecture: string } }[];
    };
    expect(manifests.map(({ platform }) => platform.architecture)).toEqual(['arm64', 'unknown']);
  });

  it.each([
    ['all platforms', ['--platform', 'all']],
    ['a list of all platforms', ['--platform', 'arm64,amd64']],
  ])('of %s keeps the digest', async (_, flags) => {
    expect(await importInto(flags)).toMatchObject({ exitCode: 0 });
    expect(tags()).toEqual(wholeRelease());
  });

  it.each([
    ['an image', () => ['--image', release.names.db], ['team/db:v1']],
    [
      'images in one list',
      () => ['--image', `${release.names.db},${release.names.app}`],
      ['team/app:v1', 'team/db:v1'],
    ],
    [
      'an image named twice',
      () => ['--image', release.names.db, '--image', release.names.db],
      ['team/db:v1'],
    ],
  ])('of %s moves nothing else', async (_, flags, names) => {
    expect(await importInto(flags())).toMatchObject({ exitCode: 0 });
    expect(Object.keys(tags()).toSorted()).toEqual(names);
  });

  it.each([
    ['a platform that the bundle lacks', () => ['--platform', 'amd64,s390x'], 3, 'INCOMPLETE'],
    ['an image that the bundle lacks', () => ['--image', 'team/other:v1'], 3, 'NOT_FOUND'],
    ['the native platform of what runs nothing', () => ['--platform', 'native'], 2, 'USAGE'],
    ['a platform that there is not', () => ['--platform', 'linux/amd64/v1/v2'], 2, 'PLATFORM_INVALID'],
  ])('of %s moves nothing at all', async (_, flags, exitCode, code) => {
    const run = await importInto(flags());
    expect(run).toMatchObject({ exitCode });
    expect(errorOf(run).error.code).toBe(code);
    expect(writes()).toEqual([]);
  });

  it('with --allow-incomplete imports the rest and still ends with 3', async () => {
    const run = await importInto(['--platform', 'amd64,s390x', '--allow-incomplete']);
    expect(run).toMatchObject({ exitCode: 3 });
    const { complete, cells } = receiptOf(run);
    expect(complete).toBe(false);
    expect(cells.map(({ platform, state }) => `${platform} ${state}`).toSorted()).toEqual([
      'linux/amd64 present',
      'linux/amd64 present',
      'linux/s390x missing',
      'linux/s390x missing',
    ]);
  });
});

describe('arch tags', () => {
  const tagged = ['v1', 'v1-amd64', 'v1-arm64'];

  it.each([
    ['auto', 'made from arch tags', () => assembled, 'team/tool', tagged],
    ['auto', 'made from an index', () => release.bundle, 'team/app', ['v1']],
    ['always', 'made from an index', () => release.bundle, 'team/app', tagged],
    ['never', 'made from arch tags', () => assembled, 'team/tool', ['v1']],
  ])('%s, of a bundle %s', async (mode, _, bundle, repository, names) => {
    const run = await importInto(['--arch-tags', mode], bundle());
    expect(run).toMatchObject({ exitCode: 0 });
    const { complete, names: told } = receiptOf(run);
    expect(complete).toBe(true);
    expect([...target.repository(repository).tags.keys()].toSorted()).toEqual(names);
    const own = told.filter(({ name }) => name.includes(`/${repository}:`));
    expect(own.map(({ name }) => name.split(':').at(-1)).toSorted()).toEqual(names);
  });

  it('lead to the same manifests as the index', async () => {
    await importInto([], assembled);
    const { cells } = receiptOf(await importInto([], assembled));
    const { tags: set } = target.repository('team/tool');
    for (const platform of PLATFORMS) {
      const digests = cells.filter((cell) => cell.platform === platform).map(({ digest }) => digest);
      expect(new Set(digests)).toEqual(new Set([set.get(platform.replace('linux/', 'v1-'))]));
    }
  });
});

describe('--dry-run', () => {
  it('tells what would be done to a registry and changes nothing', async () => {
    target.push('team/app', 'v1', release.db);
    target.clearRequests();
    const file = join(await emptyFolder('dry run'), 'receipt.json');
    const flags = ['--dry-run', '--receipt', file, '--on-existing-tag', 'overwrite'];
    const run = await importInto(flags);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(run.stdout)).toMatchObject({
      dryRun: true,
      steps: [
        { action: 'overwrite', existing: release.db.manifest.digest, root: release.app.manifest.digest },
        { action: 'create', root: release.db.manifest.digest },
      ],
      absent: [],
    });
    expect(writes()).toEqual([]);
    expect(await everythingIn(join(release.scratch, 'dry run'))).toEqual([]);
  });

  it('makes no layout', async () => {
    const folder = await emptyFolder('dry layout');
    const args = ['import', release.bundle, '--to', `oci:${join(folder, 'layout')}`, '--dry-run'];
    expect(await xbundle(args)).toMatchObject({ exitCode: 0 });
    expect(await everythingIn(folder)).toEqual([]);
  });

  it('ends with 3 when a wanted cell is not in the bundle', async () => {
    const run = await importInto(['--dry-run', '--platform', 'amd64,s390x']);
    expect(run).toMatchObject({ exitCode: 3 });
    expect((JSON.parse(run.stdout) as { readonly absent: readonly unknown[] }).absent).toHaveLength(2);
  });
});
