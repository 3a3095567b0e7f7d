import { describe, expect, it } from 'vitest';
import { MEDIA_TYPES } from '../../model/index.ts';
import { createImage, MemoryStore, randomImage, randomIndex, randomLayer } from '../../testing/index.ts';
import { findingsOf, requestFor } from '../../testing/bundles/bundle-parts.ts';
import { planBundle, type BundlePlan } from './plan.ts';

const TWO = ['linux/amd64', 'linux/arm64'];

function cellsOf(plan: BundlePlan): readonly object[] {
  return plan.index.cells.map(({ platform, state }) => ({ platform, state }));
}

describe('arch tags', () => {
  it('become an index that nobody made', async () => {
    const amd64 = await randomImage('app', 'linux/amd64');
    const arm = await randomImage('app', 'linux/arm/v7');
    const store = new MemoryStore().add(amd64, 'app:v1-amd64').add(arm, 'app:v1-arm-v7');
    const plan = await planBundle([requestFor('app:v1', store, ['amd64', 'arm/v7'])]);
    expect(plan.index.complete).toBe(true);
    expect(plan.index.images[0]).toMatchObject({
      name: 'docker.io/library/app:v1',
      origin: 'assembled',
      root: { mediaType: MEDIA_TYPES.ociIndex },
    });
    expect(plan.index.images[0]?.source.digest).toBeUndefined();
    expect(plan.index.cells.map((cell) => cell.manifest?.digest)).toEqual([
      amd64.manifest.digest,
      arm.manifest.digest,
    ]);
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('may be indexes themselves, because of their provenance', async () => {
    const store = new MemoryStore()
      .add(await randomIndex('one', ['linux/amd64'], { attestations: true }), 'app:v1-amd64')
      .add(await randomIndex('two', ['linux/arm64'], { attestations: true }), 'app:v1-arm64');
    const plan = await planBundle([requestFor('app:v1', store, TWO)]);
    expect(plan.index.complete).toBe(true);
    expect(plan.index.attestations).toHaveLength(2);
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('fill what the name itself lacks, and the index has all of it', async () => {
    const index = await randomIndex('app', ['linux/amd64'], { attestations: true });
    const arm64 = await randomImage('app', 'linux/arm64');
    const store = new MemoryStore().add(index, 'app:v1').add(arm64, 'app:v1-arm64');
    const plan = await planBundle([requestFor('app:v1', store, TWO)]);
    expect(plan.index.complete).toBe(true);
    expect(plan.index.images[0]?.origin).toBe('assembled');
    expect(plan.index.images[0]?.root.digest).not.toBe(index.manifest.digest);
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('fill what a single image lacks', async () => {
    const store = new MemoryStore()
      .add(await randomImage('app', 'linux/amd64'), 'app:v1')
      .add(await randomImage('app', 'linux/arm64'), 'app:v1-arm64');
    const plan = await planBundle([requestFor('app:v1', store, TWO)]);
    expect(plan.index.images[0]?.origin).toBe('assembled');
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('follow the pattern that is given', async () => {
    const store = new MemoryStore().add(await randomImage('app', 'linux/arm64'), 'app:arm64.v1');
    const plan = await planBundle([requestFor('app:v1', store, ['arm64'])], {
      archTagPattern: '{arch}.{tag}',
    });
    expect(plan.index.cells[0]).toMatchObject({
      state: 'present',
      archTag: 'docker.io/library/app:arm64.v1',
    });
  });

  it('with another architecture behind them are wrong, with both named', async () => {
    const store = new MemoryStore().add(await randomImage('app', 'linux/amd64'), 'app:v1-arm64');
    const plan = await planBundle([requestFor('app:v1', store, ['arm64'])]);
    expect(plan.index.cells[0]).toMatchObject({ platform: 'linux/arm64', state: 'wrong' });
    expect(plan.index.cells[0]?.reason).toMatch(/linux\/amd64.*linux\/arm64/);
    expect(plan.index.complete).toBe(false);
  });

  it('with a config that leaves the variant out hold the variant that the tag says', async () => {
    const layers = [await randomLayer('layer', 64)];
    const image = createImage({ platform: { os: 'linux', architecture: 'arm' }, layers });
    const store = new MemoryStore().add(image, 'app:v1-arm-v6');
    const plan = await planBundle([requestFor('app:v1', store, ['arm/v6'])]);
    expect(cellsOf(plan)).toEqual([{ platform: 'linux/arm/v6', state: 'present' }]);
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('are not asked for when the name is pinned to a digest', async () => {
    const index = await randomIndex('app', ['linux/amd64']);
    const store = new MemoryStore()
      .add(index, 'app:v1')
      .add(await randomImage('app', 'linux/arm64'), 'app:v1-arm64');
    const plan = await planBundle([requestFor(`app:v1@${index.manifest.digest}`, store, TWO)]);
    expect(cellsOf(plan)).toEqual([
      { platform: 'linux/amd64', state: 'present' },
      { platform: 'linux/arm64', state: 'missing' },
    ]);
    expect(await findingsOf(plan)).toEqual([]);
  });
});
