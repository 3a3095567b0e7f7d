import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '@xbundle/core';
import { startRegistry, type TestRegistry } from '@xbundle/core/testing';
import { errorOf, receiptOf } from '../support/documents.ts';
import {
  exportTo,
  importInto,
  makeSmallRelease,
  PLATFORMS,
  releaseTags,
  tagsOf,
  writesTo,
  type SmallRelease,
} from '../support/small-release.ts';

let release: SmallRelease;
/** A bundle of the image that exists only as arch tags. */
let assembled: string;
let target: TestRegistry;

beforeAll(async () => {
  release = await makeSmallRelease('commands-import-selection');
  assembled = join(release.scratch, 'assembled.tar');
  await exportTo(assembled, [release.names.tool]);
});

afterAll(() => release.close());

beforeEach(async () => {
  target = await startRegistry();
});

afterEach(() => target.close());

describe('a selection', () => {
  it('of one platform is an index of that platform and its attestation', async () => {
    const run = await importInto(target, release.bundle, [
      '--platform',
      'arm64',
      '--image',
      release.names.app,
    ]);
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
    expect(await importInto(target, release.bundle, flags)).toMatchObject({ exitCode: 0 });
    expect(tagsOf(target)).toEqual(releaseTags(release));
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
    expect(await importInto(target, release.bundle, flags())).toMatchObject({ exitCode: 0 });
    expect(Object.keys(tagsOf(target)).toSorted()).toEqual(names);
  });

  it.each([
    ['a platform that the bundle lacks', ['--platform', 'amd64,s390x'], 'INCOMPLETE'],
    ['an image that the bundle lacks', ['--image', 'team/other:v1'], 'NOT_FOUND'],
    ['the native platform of what runs nothing', ['--platform', 'native'], 'USAGE'],
    ['a platform that there is not', ['--platform', 'linux/amd64/v1/v2'], 'PLATFORM_INVALID'],
  ] as const)('of %s moves nothing at all', async (...[, flags, code]) => {
    const run = await importInto(target, release.bundle, flags);
    expect(run).toMatchObject({ exitCode: EXIT_CODES[code] });
    expect(errorOf(run).error.code).toBe(code);
    expect(writesTo(target)).toEqual([]);
  });

  it('with --allow-incomplete imports the rest and still ends with 3', async () => {
    const run = await importInto(target, release.bundle, ['--platform', 'amd64,s390x', '--allow-incomplete']);
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
    { mode: 'auto', made: 'arch tags', names: tagged },
    { mode: 'auto', made: 'an index', names: ['v1'] },
    { mode: 'always', made: 'an index', names: tagged },
    { mode: 'never', made: 'arch tags', names: ['v1'] },
  ])('$mode, of a bundle made from $made', async ({ mode, made, names }) => {
    const [bundle, repository] =
      made === 'an index' ? [release.bundle, 'team/app'] : [assembled, 'team/tool'];
    const run = await importInto(target, bundle, ['--arch-tags', mode]);
    expect(run).toMatchObject({ exitCode: 0 });
    const { complete, names: told } = receiptOf(run);
    expect(complete).toBe(true);
    expect([...target.repository(repository).tags.keys()].toSorted()).toEqual(names);
    const own = told.filter(({ name }) => name.includes(`/${repository}:`));
    expect(own.map(({ name }) => name.split(':').at(-1)).toSorted()).toEqual(names);
  });

  it('lead to the same manifests as the index', async () => {
    await importInto(target, assembled);
    const { cells } = receiptOf(await importInto(target, assembled));
    const { tags: set } = target.repository('team/tool');
    for (const platform of PLATFORMS) {
      const digests = cells.filter((cell) => cell.platform === platform).map(({ digest }) => digest);
      expect(new Set(digests)).toEqual(new Set([set.get(platform.replace('linux/', 'v1-'))]));
    }
  });
});
