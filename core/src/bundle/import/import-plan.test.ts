import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MEDIA_TYPES, parsePlatform, parseReference, type Platform } from '../../model/index.ts';
import { collect } from '../../content/index.ts';
import { MemoryStore, randomIndex } from '../../testing/index.ts';
import { bundleBytes, requestFor } from '../../testing/bundles/bundle-parts.ts';
import { threeImages } from '../../testing/images/three-images.ts';
import { errorCodeOf } from '../../testing/error-code.ts';
import { MemoryTarget } from '../../testing/stores/memory-target.ts';
import { createScratchFolder, type ScratchFolder } from '../../testing/files/scratch-folder.ts';
import { planImport } from './import-plan.ts';
import type { ImportOptions } from './import-selection.ts';
import { openBundle, type BundleReader } from '../open.ts';
import { planBundle } from '../plan/plan.ts';
import type { ImageRequest } from '../plan/image-request.ts';

let scratch: ScratchFolder;
let bundle: BundleReader;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());

async function open(requests: readonly ImageRequest[]): Promise<BundleReader> {
  return openBundle(await scratch.save(await bundleBytes(await planBundle(requests))));
}

beforeEach(async () => {
  bundle = await open(await threeImages());
});
afterEach(() => bundle.close());

const platforms = (...texts: readonly string[]): readonly Platform[] =>
  texts.map((text) => parsePlatform(text));

describe('what the plain name points to', () => {
  it('is the root of the bundle, digest unchanged, for all platforms', async () => {
    const plan = await planImport(bundle, new MemoryTarget());
    expect(plan.steps[0]?.target.root).toEqual(bundle.index.images[0]?.root);
  });

  it('is an index made of the wanted platforms and their attestations', async () => {
    const options = { platforms: platforms('arm64'), images: [parseReference('a:v1')] };
    const plan = await planImport(bundle, new MemoryTarget(), options);
    const root = plan.steps[0]?.target.root;
    expect(root?.mediaType).toBe(MEDIA_TYPES.ociIndex);
    const bytes = root === undefined ? [] : await collect(plan.content.read(root), 10_000, 'the index');
    const { manifests } = JSON.parse(Buffer.from(bytes).toString()) as { manifests: { digest: string }[] };
    const arm64 = bundle.index.cells.find(({ platform }) => platform === 'linux/arm64')?.manifest?.digest;
    const attestation = bundle.index.attestations.find(({ subject }) => subject === arm64)?.manifest.digest;
    expect(manifests.map(({ digest }) => digest)).toEqual([arm64, attestation]);
  });

  it('is the same made index however the platforms are asked for', async () => {
    const roots = await Promise.all(
      [platforms('arm64', 'amd64'), platforms('amd64', 'arm64', 'amd64')].map(async (each) => {
        const plan = await planImport(bundle, new MemoryTarget(), {
          platforms: each,
          images: [parseReference('a:v1')],
        });
        return plan.steps[0]?.target.root.digest;
      }),
    );
    expect(roots[0]).toBe(roots[1]);
  });
});

describe('cells that are wanted and not there', () => {
  it('are named with what there is', async () => {
    const plan = await planImport(bundle, new MemoryTarget(), { platforms: platforms('arm64') });
    expect(plan.absent).toEqual([
      {
        image: 'docker.io/library/b:v1',
        platform: 'linux/arm64',
        reason: 'the bundle has it for linux/amd64',
      },
    ]);
  });

  it('are those of the native platform too', async () => {
    const plan = await planImport(bundle, new MemoryTarget({ holdsIndexes: false, platform: 'linux/s390x' }));
    expect(plan.absent).toHaveLength(3);
    expect(plan.steps).toEqual([]);
  });

  it('are all that an incomplete bundle lacks, images of which it has nothing included', async () => {
    const store = new MemoryStore().add(await randomIndex('a', ['linux/amd64']), 'a:v1');
    await bundle.close();
    bundle = await open([
      requestFor('a:v1', store, ['amd64', 'arm64']),
      requestFor('z:v1', store, ['amd64']),
    ]);
    const cells = async (options: ImportOptions): Promise<readonly string[]> => {
      const { absent } = await planImport(bundle, new MemoryTarget(), options);
      return absent.map(({ image, platform }) => `${image.replace('docker.io/library/', '')} ${platform}`);
    };
    expect(await cells({})).toEqual(['a:v1 linux/arm64', 'z:v1 linux/amd64']);
    expect(await cells({ platforms: platforms('amd64') })).toEqual(['z:v1 linux/amd64']);
    expect(await cells({ images: [parseReference('z:v1')] })).toEqual(['z:v1 linux/amd64']);
    expect(await cells({ images: [parseReference('a:v1')], platforms: 'native' })).toEqual([]);
  });

  it('are an error when the bundle knows nothing of the image', async () => {
    const work = planImport(bundle, new MemoryTarget(), { images: [parseReference('nothing')] });
    expect(await errorCodeOf(work)).toBe('NOT_FOUND');
  });

  it('cannot be told of a native platform where nothing is run', async () => {
    expect(
      await errorCodeOf(planImport(bundle, new MemoryTarget({ platform: null }), { platforms: 'native' })),
    ).toBe('USAGE');
  });
});

describe('names that the target has already', () => {
  const only = { images: [parseReference('a:v1')] };
  async function targetWith(tag: 'same' | 'other' | 'broken'): Promise<MemoryTarget> {
    const target = new MemoryTarget();
    const { steps, content } = await planImport(bundle, target, only);
    await target.store(
      steps.map((step) => step.target),
      content,
    );
    const [name = ''] = target.names.keys();
    const found = target.names.get(name);
    if (found === undefined) throw new Error('nothing was stored');
    if (tag === 'other') target.names.set(name, { ...found, root: bundle.head.id });
    if (tag === 'broken') {
      target.names.set(name, { ...found, cells: found.cells.map((cell) => ({ ...cell, complete: false })) });
    }
    return target;
  }

  it.each<{ what: string; tag: 'same' | 'other' | 'broken'; options?: ImportOptions; action: string }>([
    { what: 'the same', tag: 'same', action: 'present' },
    { what: 'the same in part', tag: 'broken', action: 'repair' },
    {
      what: 'something else, to be replaced',
      tag: 'other',
      options: { onExistingTag: 'overwrite' },
      action: 'overwrite',
    },
    { what: 'something else, to be kept', tag: 'other', options: { onExistingTag: 'skip' }, action: 'skip' },
  ])('and which are $what', async ({ tag, options, action }) => {
    const target = await targetWith(tag);
    const { steps } = await planImport(bundle, target, { ...only, ...options });
    expect(steps[0]?.action).toBe(action);
    expect(steps[0]?.existing).toBe(target.names.get('docker.io/library/a:v1')?.root);
  });

  it('and which are something else are refused', async () => {
    expect(await errorCodeOf(planImport(bundle, await targetWith('other'), only))).toBe('EXISTS');
  });
});
