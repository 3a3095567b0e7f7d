import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRegistry, type TestRegistry } from '@xbundle/core/testing';
import { xbundle } from '../support/cli.ts';
import { errorOf, receiptOf } from '../support/documents.ts';
import { everythingIn } from '../support/scratch.ts';
import {
  importInto,
  makeSmallRelease,
  PLATFORMS,
  releaseTags,
  tagsOf,
  writesTo,
  type SmallRelease,
} from '../support/small-release.ts';

let release: SmallRelease;
let target: TestRegistry;

beforeAll(async () => {
  release = await makeSmallRelease('commands-import');
});

afterAll(() => release.close());

beforeEach(async () => {
  target = await startRegistry();
});

afterEach(() => target.close());

describe('the receipt', () => {
  it('lists each name and cell as the target has it', async () => {
    const run = await importInto(target, release.bundle);
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
    expect(tagsOf(target)).toEqual(releaseTags(release));
  });

  it('is written to a file with --receipt, as it is printed', async () => {
    const file = join(await release.folder('receipt'), 'receipt.json');
    const run = await importInto(target, release.bundle, ['--receipt', file]);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(receiptOf(run));
  });

  it('that cannot be written ends with 7 before anything is moved', async () => {
    const file = join(release.scratch, 'no such folder', 'receipt.json');
    const run = await importInto(target, release.bundle, ['--receipt', file]);
    expect(run).toMatchObject({ exitCode: 7 });
    expect(errorOf(run).error.code).toBe('FILE_SYSTEM');
    expect(target.requests).toEqual([]);
  });
});

describe('an import that was done before', () => {
  it('moves nothing into a registry and says that all is present', async () => {
    const first = await importInto(target, release.bundle);
    target.clearRequests();
    const second = await importInto(target, release.bundle);
    expect(second).toMatchObject({ exitCode: 0 });
    expect(writesTo(target)).toEqual([]);
    expect(receiptOf(second).complete).toBe(true);
    expect(receiptOf(second).names.map(({ action }) => action)).toEqual(['present', 'present']);
    expect(receiptOf(second).cells).toEqual(receiptOf(first).cells);
  });

  it('moves only what has been lost since', async () => {
    await importInto(target, release.bundle);
    const repository = target.repository('team/app');
    const [lost] = [...repository.blobs.keys()];
    if (lost === undefined) throw new Error('the image has blobs');
    repository.blobs.delete(lost);
    target.clearRequests();
    const again = await importInto(target, release.bundle);
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
    const run = await importInto(target, release.bundle, flags);
    expect(run).toMatchObject({ exitCode: 8 });
    expect(errorOf(run).error.code).toBe('EXISTS');
    expect(writesTo(target)).toEqual([]);
  });

  it('is kept with --on-existing-tag skip, and the receipt says so', async () => {
    const run = await importInto(target, release.bundle, ['--on-existing-tag', 'skip']);
    expect(run).toMatchObject({ exitCode: 3 });
    const { complete, names, cells } = receiptOf(run);
    expect(complete).toBe(false);
    expect(names.map(({ action }) => action)).toEqual(['skip', 'create']);
    const [kept] = names;
    expect(kept).toMatchObject({ wanted: release.app.manifest.digest, found: release.db.manifest.digest });
    const states = cells.map(({ state }) => state === 'present');
    expect(states).toEqual([false, false, true, true]);
    expect(tagsOf(target)).toMatchObject({ 'team/app:v1': release.db.manifest.digest });
  });

  it('is replaced with --on-existing-tag overwrite', async () => {
    const run = await importInto(target, release.bundle, ['--on-existing-tag', 'overwrite']);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(receiptOf(run).names.map(({ action }) => action)).toEqual(['overwrite', 'create']);
    expect(tagsOf(target)).toEqual(releaseTags(release));
  });
});

describe('--dry-run', () => {
  it('tells what would be done to a registry and changes nothing', async () => {
    target.push('team/app', 'v1', release.db);
    target.clearRequests();
    const folder = await release.folder('dry run');
    const file = join(folder, 'receipt.json');
    const flags = ['--dry-run', '--receipt', file, '--on-existing-tag', 'overwrite'];
    const run = await importInto(target, release.bundle, flags);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(run.stdout)).toMatchObject({
      dryRun: true,
      steps: [
        { action: 'overwrite', existing: release.db.manifest.digest, root: release.app.manifest.digest },
        { action: 'create', root: release.db.manifest.digest },
      ],
      absent: [],
    });
    expect(writesTo(target)).toEqual([]);
    expect(await everythingIn(folder)).toEqual([]);
  });

  it('makes no layout', async () => {
    const folder = await release.folder('dry layout');
    const args = ['import', release.bundle, '--to', `oci:${join(folder, 'layout')}`, '--dry-run'];
    expect(await xbundle(args)).toMatchObject({ exitCode: 0 });
    expect(await everythingIn(folder)).toEqual([]);
  });

  it('ends with 3 when a wanted cell is not in the bundle', async () => {
    const run = await importInto(target, release.bundle, ['--dry-run', '--platform', 'amd64,s390x']);
    expect(run).toMatchObject({ exitCode: 3 });
    expect((JSON.parse(run.stdout) as { readonly absent: readonly unknown[] }).absent).toHaveLength(2);
  });
});
