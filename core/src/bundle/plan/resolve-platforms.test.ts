import { describe, expect, it } from 'vitest';
import { parsePlatform, type Platform } from '../../model/index.ts';
import {
  createImage,
  createIndex,
  MemoryStore,
  randomImage,
  randomLayer,
  type TestContent,
  type TestImage,
} from '../../testing/index.ts';
import { bundleBytes, findingsOf, inChunks, requestFor } from '../../testing/bundles/bundle-parts.ts';
import { planBundle, type BundlePlan } from './plan.ts';
import { verifyBundle } from '../verify/verify.ts';

function cellsOf(plan: BundlePlan): readonly object[] {
  return plan.index.cells.map(({ platform, state }) => ({ platform, state }));
}

/** A descriptor's platform need not be what the config says. */
function listedAs(image: TestImage, platform: Platform): TestContent {
  return { ...image, manifest: { ...image.manifest, platform } };
}

function contentOf({ manifest, blobs, virtual }: TestContent): TestContent {
  return { manifest, blobs, virtual };
}

describe('platforms', () => {
  it('are taken from the config where a name has no index', async () => {
    const store = new MemoryStore().add(await randomImage('app', 'linux/s390x'), 'app');
    const plan = await planBundle([requestFor('app', store)]);
    expect(cellsOf(plan)).toEqual([{ platform: 'linux/s390x', state: 'present' }]);
  });

  it('of an index are believed only when the config agrees', async () => {
    const image = await randomImage('app', 'linux/amd64');
    const store = new MemoryStore().add(
      createIndex([contentOf(listedAs(image, parsePlatform('arm64')))]),
      'app',
    );
    const plan = await planBundle([requestFor('app', store, ['arm64'])]);
    expect(cellsOf(plan)).toEqual([{ platform: 'linux/arm64', state: 'wrong' }]);
  });

  it('may have a variant that the config leaves out', async () => {
    const layers = [await randomLayer('layer', 64)];
    const image = createImage({ platform: { os: 'linux', architecture: 'arm' }, layers });
    const index = createIndex([contentOf(listedAs(image, parsePlatform('arm/v6')))]);
    const store = new MemoryStore().add(index, 'app');
    const plan = await planBundle([requestFor('app', store, ['arm/v6'])]);
    expect(cellsOf(plan)).toEqual([{ platform: 'linux/arm/v6', state: 'present' }]);
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('do not have a variant that the config contradicts', async () => {
    const image = await randomImage('app', 'linux/arm/v7');
    const store = new MemoryStore().add(
      createIndex([contentOf(listedAs(image, parsePlatform('arm/v6')))]),
      'app',
    );
    const plan = await planBundle([requestFor('app', store, ['arm/v6'])]);
    expect(cellsOf(plan)).toEqual([{ platform: 'linux/arm/v6', state: 'wrong' }]);
  });

  const windows = (version: string): Platform => ({
    os: 'windows',
    architecture: 'amd64',
    'os.version': version,
  });

  it('of Windows are kept apart by their os.version', async () => {
    const versions = ['10.0.17763.1', '10.0.20348.2'];
    const images = await Promise.all(versions.map((version) => randomImage('win', windows(version))));
    const index = createIndex(images);
    const store = new MemoryStore().add(index, 'win');
    for (const platforms of [undefined, ['windows/amd64']]) {
      const plan = await planBundle([requestFor('win', store, platforms)]);
      expect(plan.index.images[0]?.root.digest).toBe(index.manifest.digest);
      expect(plan.index.contract[0]?.platforms).toEqual(
        versions.map((version) => `windows/amd64:${version}`),
      );
      expect(plan.index.cells.map((cell) => cell.archTag?.split(':')[1])).toEqual(
        versions.map((version) => `latest-windows-${version}-amd64`),
      );
      expect(await findingsOf(plan)).toEqual([]);
      const bytes = await bundleBytes(plan);
      const contract = { platforms: [parsePlatform('windows/amd64')] };
      expect(await verifyBundle(inChunks(bytes), { contract })).toMatchObject({ complete: true });
    }
  });

  it('of Windows may have an os.version that the config leaves out, but not another one', async () => {
    const bare = await randomImage('win', 'windows/amd64');
    const other = await randomImage('win', windows('10.0.17763.1'));
    for (const [image, state] of [
      [bare, 'present'],
      [other, 'wrong'],
    ] as const) {
      const index = createIndex([contentOf(listedAs(image, windows('10.0.20348.2')))]);
      const plan = await planBundle([requestFor('win', new MemoryStore().add(index, 'win'))]);
      expect(cellsOf(plan)).toEqual([{ platform: 'windows/amd64:10.0.20348.2', state }]);
    }
  });
});
