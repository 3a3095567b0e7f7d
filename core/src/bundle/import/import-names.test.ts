import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parsePlatform, parseReference, type Platform } from '../../model/index.ts';
import { MemoryStore, randomImage, randomIndex } from '../../testing/index.ts';
import { bundleBytes, requestFor } from '../../testing/bundles/bundle-parts.ts';
import { THREE_PLATFORMS, threeImages } from '../../testing/images/three-images.ts';
import { errorCodeOf } from '../../testing/error-code.ts';
import { MemoryTarget, type MemoryTargetOptions } from '../../testing/stores/memory-target.ts';
import { createScratchFolder, type ScratchFolder } from '../../testing/files/scratch-folder.ts';
import { planImport, type ImportPlan } from './import-plan.ts';
import type { ImportOptions } from './import-selection.ts';
import { openBundle, type BundleReader } from '../open.ts';
import { planBundle, type PlanOptions } from '../plan/plan.ts';
import type { ImageRequest } from '../plan/image-request.ts';

let scratch: ScratchFolder;
let bundle: BundleReader;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());

async function open(requests: readonly ImageRequest[], options: PlanOptions = {}): Promise<BundleReader> {
  return openBundle(await scratch.save(await bundleBytes(await planBundle(requests, options))));
}

beforeEach(async () => {
  bundle = await open(await threeImages());
});
afterEach(() => bundle.close());

function short(plan: ImportPlan): readonly string[] {
  return plan.steps.map(({ action, target }) => {
    const platforms = target.cells.map(({ platform }) => platform.architecture);
    return `${action} ${target.name.repository.replace('library/', '')}:${target.name.tag ?? ''} ${platforms.join('+')}`;
  });
}

async function stepsInto(
  target: MemoryTargetOptions,
  options: ImportOptions = {},
): Promise<readonly string[]> {
  return short(await planImport(bundle, new MemoryTarget(target), options));
}

const platforms = (...texts: readonly string[]): readonly Platform[] =>
  texts.map((text) => parsePlatform(text));

describe('the names that an import sets', () => {
  const whole = ['create a:v1 amd64+arm+arm64', 'create b:v1 amd64', 'create c:v1 amd64+arm64'];
  it.each<readonly [string, ImportOptions, readonly string[]]>([
    [
      'all platforms, and arch tags for what was made of them',
      {},
      [...whole, 'create c:v1-amd64 amd64', 'create c:v1-arm64 arm64'],
    ],
    ['no arch tags', { archTags: 'never' }, whole],
    [
      'every arch tag',
      { archTags: 'always', images: [parseReference('a:v1'), parseReference('b:v1')] },
      [
        'create a:v1 amd64+arm+arm64',
        'create a:v1-amd64 amd64',
        'create a:v1-arm-v7 arm',
        'create a:v1-arm64 arm64',
        'create b:v1 amd64',
        'create b:v1-amd64 amd64',
      ],
    ],
    [
      'the native platform only',
      { platforms: 'native' },
      ['create a:v1 amd64', 'create b:v1 amd64', 'create c:v1 amd64', 'create c:v1-amd64 amd64'],
    ],
    [
      'a list of platforms, in any order and however often',
      { platforms: platforms('arm64', 'amd64', 'arm64'), images: [parseReference('a:v1')] },
      ['create a:v1 amd64+arm64'],
    ],
  ])('where an index can be held: %s', async (_, options, steps) => {
    expect(await stepsInto({}, options)).toEqual(steps);
  });

  it.each<readonly [string, ImportOptions, readonly string[]]>([
    ['the native platform', {}, ['create a:v1 amd64', 'create b:v1 amd64', 'create c:v1 amd64']],
    [
      'all platforms: the native one under the plain name, the others under theirs',
      { platforms: 'all' },
      [
        'create a:v1 amd64',
        'create a:v1-arm-v7 arm',
        'create a:v1-arm64 arm64',
        'create b:v1 amd64',
        'create c:v1 amd64',
        'create c:v1-arm64 arm64',
      ],
    ],
    [
      'a platform that is not the native one',
      { platforms: platforms('arm64'), images: [parseReference('a:v1')] },
      ['create a:v1-arm64 arm64'],
    ],
    [
      'every arch tag',
      { archTags: 'always', images: [parseReference('b:v1')] },
      ['create b:v1 amd64', 'create b:v1-amd64 amd64'],
    ],
    [
      'the native platform without arch tags',
      { archTags: 'never' },
      ['create a:v1 amd64', 'create b:v1 amd64', 'create c:v1 amd64'],
    ],
  ])('where no index can be held: %s', async (_, options, steps) => {
    expect(await stepsInto({ holdsIndexes: false }, options)).toEqual(steps);
  });

  it.each<readonly [string, ImportOptions]>([
    ['another platform alone', { platforms: platforms('arm64'), images: [parseReference('a:v1')] }],
    ['another platform beside the native one', { platforms: 'all' }],
  ])('cannot be set for %s without arch tags where no index can be held', async (_, options) => {
    const work = stepsInto({ holdsIndexes: false }, { ...options, archTags: 'never' });
    expect(await errorCodeOf(work)).toBe('USAGE');
  });

  it('are made up for a bundle without arch tags', async () => {
    const store = new MemoryStore().add(await randomIndex('a', THREE_PLATFORMS), 'a:v1');
    await bundle.close();
    bundle = await open([requestFor('a:v1', store)], { archTags: false });
    expect(await stepsInto({ holdsIndexes: false }, { platforms: 'all' })).toEqual([
      'create a:v1 amd64',
      'create a:v1-arm-v7 arm',
      'create a:v1-arm64 arm64',
    ]);
  });

  it('are never those of another image', async () => {
    const store = new MemoryStore()
      .add(await randomIndex('a', ['linux/amd64', 'linux/arm64']), 'a:v1')
      .add(await randomImage('other', 'linux/arm64'), 'a:v1-arm64');
    await bundle.close();
    bundle = await open([requestFor('a:v1', store), requestFor('a:v1-arm64', store)]);
    expect(await stepsInto({}, { archTags: 'always' })).toEqual([
      'create a:v1 amd64+arm64',
      'create a:v1-amd64 amd64',
      'create a:v1-arm64 arm64',
      'create a:v1-arm64-arm64 arm64',
    ]);
    const work = stepsInto({ holdsIndexes: false }, { platforms: 'all' });
    expect(await errorCodeOf(work)).toBe('USAGE');
  });

  it('are refused when the target would give two images one', async () => {
    const store = new MemoryStore()
      .add(await randomImage('one', 'linux/amd64'), 'one.example/app:v1')
      .add(await randomImage('two', 'linux/amd64'), 'two.example/app:v1');
    await bundle.close();
    bundle = await open([requestFor('one.example/app:v1', store), requestFor('two.example/app:v1', store)]);
    expect(await errorCodeOf(stepsInto({ host: 'site.example' }))).toBe('USAGE');
    expect(await stepsInto({})).toHaveLength(2);
  });

  it('are those of the target', async () => {
    const plan = await planImport(bundle, new MemoryTarget({ host: 'site.example:5000' }));
    expect(new Set(plan.steps.map(({ target }) => target.name.registry))).toEqual(
      new Set(['site.example:5000']),
    );
  });
});
