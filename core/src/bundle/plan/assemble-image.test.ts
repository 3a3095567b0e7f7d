import { describe, expect, it } from 'vitest';
import { parseReference } from '../../model/index.ts';
import { MemoryStore, randomImage, randomIndex } from '../../testing/index.ts';
import { findingsOf, requestFor } from '../../testing/bundles/bundle-parts.ts';
import { MemoryTarget } from '../../testing/stores/memory-target.ts';
import { plannedContent } from './content.ts';
import type { ImageRequest } from './image-request.ts';
import { importBundle } from '../import/import.ts';
import { planBundle, type BundlePlan } from './plan.ts';

const amd64 = await randomImage('one', 'linux/amd64');
const arm64 = await randomIndex('two', ['linux/arm64'], { attestations: true });
const store = new MemoryStore().add(amd64, 'build:a').add(arm64, 'build:b');

function madeOf(parts: readonly string[], platforms?: readonly string[]): ImageRequest {
  return { ...requestFor('app:v1', store, platforms), parts: parts.map((part) => parseReference(part)) };
}

function cellsOf({ index }: BundlePlan): readonly string[] {
  return index.cells.map(({ platform, state, reason = '' }) => `${platform} ${state} ${reason}`.trim());
}

describe('an image made of parts', () => {
  it('has the platforms of all its parts, and their attestations', async () => {
    const plan = await planBundle([madeOf(['build:a', 'build:b'])]);
    expect(cellsOf(plan)).toEqual(['linux/amd64 present', 'linux/arm64 present']);
    expect(plan.index.attestations).toHaveLength(1);
    expect(plan.index.images[0]?.origin).toBe('assembled');
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('does not look under the name itself', async () => {
    const other = new MemoryStore().add(amd64, 'app:v1').add(arm64, 'build:b');
    const plan = await planBundle([{ ...requestFor('app:v1', other), parts: [parseReference('build:b')] }]);
    expect(cellsOf(plan)).toEqual(['linux/arm64 present']);
  });

  it('is the part itself where that is the only one and whole', async () => {
    const plan = await planBundle([madeOf(['build:b'])]);
    expect(plan.index.images[0]).toMatchObject({ origin: 'kept', root: { digest: arm64.manifest.digest } });
  });

  it('has a new root, and asks for no arch tags, when its parts are pinned to digests', async () => {
    const parts = [`build@${amd64.manifest.digest}`, `build@${arm64.manifest.digest}`];
    const plan = await planBundle([madeOf(parts)]);
    expect(plan.index.images[0]?.origin).toBe('made');
    expect(await findingsOf(plan)).toEqual([]);
  });

  it.each([
    {
      title: 'a wanted platform that no part has',
      parts: ['build:a'],
      platforms: ['amd64', 'arm64'],
      reason: /linux\/arm64 missing build:a in .*: it is for linux\/amd64/,
    },
    {
      title: 'a part that is not there',
      parts: ['build:a', 'build:c'],
      platforms: ['amd64', 'arm64'],
      reason: /linux\/arm64 missing .* has no build:c/,
    },
    {
      title: 'a part that is not there, of any platform',
      parts: ['build:a', 'build:c'],
      platforms: undefined,
      reason: /\*\/\* missing .* has no build:c/,
    },
  ])('is missing a cell for $title', async ({ parts, platforms, reason }) => {
    const plan = await planBundle([madeOf(parts, platforms)]);
    expect(plan.index.complete).toBe(false);
    expect(cellsOf(plan).join('\n')).toMatch(reason);
  });

  it('cannot have two parts for one platform', async () => {
    const rivals = new MemoryStore()
      .add(amd64, 'build:a')
      .add(await randomImage('other', 'linux/amd64'), 'build:c');
    const request = {
      ...requestFor('app:v1', rivals),
      parts: ['build:a', 'build:c'].map((part) => parseReference(part)),
    };
    await expect(planBundle([request])).rejects.toMatchObject({ code: 'DEFINITION_INVALID' });
  });

  it('may have one part twice', async () => {
    const plan = await planBundle([madeOf(['build:a', `build@${amd64.manifest.digest}`], ['amd64'])]);
    expect(plan.index.complete).toBe(true);
  });
});

it('a planned bundle is imported without being a file first', async () => {
  const plan = await planBundle([madeOf(['build:a', 'build:b'])]);
  const target = new MemoryTarget();
  const receipt = await importBundle(plannedContent(plan, 'the plan'), target, { archTags: 'never' });
  expect(receipt.complete).toBe(true);
  expect([...target.names.keys()]).toEqual(['docker.io/library/app:v1']);
  expect(target.blobs).toEqual(new Set(plan.index.blobs.map(({ digest }) => digest)));
});
