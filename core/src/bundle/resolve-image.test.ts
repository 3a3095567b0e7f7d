import { describe, expect, it } from 'vitest';
import { isXbundleError } from '../errors.ts';
import {
  MEDIA_TYPES,
  parsePlatform,
  parseReference,
  type Platform,
  type ProgressEvent,
} from '../model/index.ts';
import {
  createImage,
  createIndex,
  jsonBlob,
  MemoryStore,
  randomImage,
  randomIndex,
  randomLayer,
  type TestContent,
  type TestImage,
} from '../testing/index.ts';
import { bundleBytes, inChunks, requestFor } from '../testing/bundle-parts.ts';
import { planBundle, type BundlePlan } from './plan.ts';
import { verifyBundle } from './verify.ts';

const TWO = ['linux/amd64', 'linux/arm64'];

function cellsOf(plan: BundlePlan): readonly object[] {
  return plan.index.cells.map(({ platform, state }) => ({ platform, state }));
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((each: unknown) => each);
  return isXbundleError(error) ? error.code : `no error of xbundle: ${String(error)}`;
}

async function expectVerified(plan: BundlePlan): Promise<void> {
  const report = await verifyBundle(inChunks(await bundleBytes(plan)));
  expect(report.problems.filter(({ code }) => code !== 'CELL_MISSING' && code !== 'CELL_WRONG')).toEqual([]);
}

/** A descriptor's platform need not be what the config says. */
function listedAs(image: TestImage, platform: Platform): TestContent {
  return { ...image, manifest: { ...image.manifest, platform } };
}

function contentOf({ manifest, blobs, virtual }: TestContent): TestContent {
  return { manifest, blobs, virtual };
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
    await expectVerified(plan);
  });

  it('may be indexes themselves, because of their provenance', async () => {
    const store = new MemoryStore()
      .add(await randomIndex('one', ['linux/amd64'], { attestations: true }), 'app:v1-amd64')
      .add(await randomIndex('two', ['linux/arm64'], { attestations: true }), 'app:v1-arm64');
    const plan = await planBundle([requestFor('app:v1', store, TWO)]);
    expect(plan.index.complete).toBe(true);
    expect(plan.index.attestations).toHaveLength(2);
    await expectVerified(plan);
  });

  it('fill what the name itself lacks, and the index has all of it', async () => {
    const index = await randomIndex('app', ['linux/amd64'], { attestations: true });
    const arm64 = await randomImage('app', 'linux/arm64');
    const store = new MemoryStore().add(index, 'app:v1').add(arm64, 'app:v1-arm64');
    const plan = await planBundle([requestFor('app:v1', store, TWO)]);
    expect(plan.index.complete).toBe(true);
    expect(plan.index.images[0]?.origin).toBe('assembled');
    expect(plan.index.images[0]?.root.digest).not.toBe(index.manifest.digest);
    await expectVerified(plan);
  });

  it('fill what a single image lacks', async () => {
    const store = new MemoryStore()
      .add(await randomImage('app', 'linux/amd64'), 'app:v1')
      .add(await randomImage('app', 'linux/arm64'), 'app:v1-arm64');
    const plan = await planBundle([requestFor('app:v1', store, TWO)]);
    expect(plan.index.images[0]?.origin).toBe('assembled');
    await expectVerified(plan);
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
    await expectVerified(plan);
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
    await expectVerified(plan);
  });
});

describe('what is not there', () => {
  it.each([
    ['the name', ['linux/amd64'], /has no app:v1.*v1-amd64/],
    ['the name, without platforms', undefined, /has no app:v1/],
  ])('is a missing cell with its reason: %s', async (_, platforms, reason) => {
    const plan = await planBundle([requestFor('app:v1', new MemoryStore('shelf'), platforms)]);
    expect(plan.index.cells).toHaveLength(1);
    expect(plan.index.cells[0]).toMatchObject({ state: 'missing' });
    expect(plan.index.cells[0]?.reason).toMatch(reason);
    expect(plan.index.complete).toBe(false);
    expect(plan.index.images).toEqual([]);
  });

  it('is a missing cell that says which platforms there are', async () => {
    const store = new MemoryStore().add(await randomIndex('app', TWO), 'app:v1');
    const plan = await planBundle([requestFor('app:v1', store, ['amd64', 'riscv64'])]);
    expect(cellsOf(plan)).toEqual([
      { platform: 'linux/amd64', state: 'present' },
      { platform: 'linux/riscv64', state: 'missing' },
    ]);
    expect(plan.index.cells[1]?.reason).toContain('linux/amd64, linux/arm64');
    await expectVerified(plan);
  });

  it('is a missing cell naming a layer that the source lacks', async () => {
    const [amd64, arm64] = await Promise.all(TWO.map((platform) => randomImage('app', platform)));
    const store = new MemoryStore().add(
      createIndex([amd64, arm64].filter((each) => each !== undefined)),
      'app',
    );
    const layer = arm64?.layers[1]?.digest;
    if (layer !== undefined) store.drop(layer);
    const plan = await planBundle([requestFor('app', store, TWO)]);
    expect(cellsOf(plan)).toEqual([
      { platform: 'linux/amd64', state: 'present' },
      { platform: 'linux/arm64', state: 'missing' },
    ]);
    expect(plan.index.cells[1]?.reason).toContain(layer);
    await expectVerified(plan);
  });

  it('is a missing cell naming the manifest that the source lacks', async () => {
    const [amd64, arm64] = await Promise.all(TWO.map((platform) => randomImage('app', platform)));
    const store = new MemoryStore().add(
      createIndex([amd64, arm64].filter((each) => each !== undefined)),
      'app',
    );
    if (arm64 !== undefined) store.drop(arm64.manifest.digest);
    const plan = await planBundle([requestFor('app', store, TWO)]);
    expect(cellsOf(plan)[1]).toEqual({ platform: 'linux/arm64', state: 'missing' });
    expect(plan.index.cells[1]?.reason).toContain(arm64?.manifest.digest);
    await expectVerified(plan);
  });

  it('is a missing cell naming the blob that a source finds lacking only when it reads', async () => {
    const image = await randomImage('app', 'linux/amd64');
    const store = new MemoryStore().add(createIndex([image]), 'app');
    store.drop(image.config.digest);
    store.lacks = () => Promise.resolve([]);
    const plan = await planBundle([requestFor('app', store, ['amd64'])]);
    expect(plan.index.cells[0]).toMatchObject({ state: 'missing' });
    expect(plan.index.cells[0]?.reason).toContain(image.config.digest);
  });

  it('is a missing cell when what the name points to is gone', async () => {
    const index = await randomIndex('app', TWO);
    const store = new MemoryStore().add(index, 'app');
    store.drop(index.manifest.digest);
    const plan = await planBundle([requestFor('app', store, TWO)]);
    expect(plan.index.cells.map(({ state }) => state)).toEqual(['missing', 'missing']);
    expect(plan.index.cells[0]?.reason).toContain(index.manifest.digest);
  });

  it('is left out, and said, of what an index lists when no platform is named', async () => {
    const [amd64, arm64] = await Promise.all(TWO.map((platform) => randomImage('app', platform)));
    const store = new MemoryStore().add(
      createIndex([amd64, arm64].filter((each) => each !== undefined)),
      'app',
    );
    if (arm64 !== undefined) store.drop(arm64.manifest.digest);
    const notes: ProgressEvent[] = [];
    const plan = await planBundle([requestFor('app', store)], {
      onProgress: (event) => {
        if (event.type === 'note') notes.push(event);
      },
    });
    expect(plan.index.contract[0]?.platforms).toEqual(['linux/amd64']);
    expect(plan.index.images[0]?.origin).toBe('subset');
    expect(notes).toHaveLength(1);
    expect(JSON.stringify(notes)).toContain('linux/arm64');
    await expectVerified(plan);
  });

  it('is an attestation left out, and said, when its content is gone', async () => {
    const index = await randomIndex('app', TWO, { attestations: true });
    const store = new MemoryStore().add(index, 'app');
    const plan = await planBundle([requestFor('app', store)]);
    const gone = plan.index.attestations[0]?.manifest.digest;
    if (gone !== undefined) store.drop(gone);
    const notes: ProgressEvent[] = [];
    const again = await planBundle([requestFor('app', store)], { onProgress: (event) => notes.push(event) });
    expect(again.index.complete).toBe(true);
    expect(again.index.attestations).toHaveLength(1);
    expect(JSON.stringify(notes)).toContain(gone);
    await expectVerified(again);
  });
});

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
    await expectVerified(plan);
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
      await expectVerified(plan);
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

describe('artifacts in an index', () => {
  const artifact = (): TestContent => {
    const config = jsonBlob(MEDIA_TYPES.ociEmpty, {});
    const manifest = jsonBlob(MEDIA_TYPES.ociManifest, {
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.ociManifest,
      artifactType: 'application/vnd.example',
      config: config.descriptor,
      layers: [config.descriptor],
    });
    return {
      manifest: { ...manifest.descriptor, artifactType: 'application/vnd.example' },
      blobs: new Map([manifest, config].map((blob) => [blob.descriptor.digest, blob])),
      virtual: new Map(),
    };
  };

  it('travel with a kept index', async () => {
    const index = createIndex([await randomImage('app', 'linux/amd64'), artifact()]);
    const plan = await planBundle([requestFor('app', new MemoryStore().add(index, 'app'))]);
    expect(plan.index.images[0]).toMatchObject({ origin: 'kept', root: { digest: index.manifest.digest } });
    await expectVerified(plan);
  });

  it('that the source lacks are left out, and said', async () => {
    const extra = artifact();
    const index = createIndex([await randomImage('app', 'linux/amd64'), extra]);
    const store = new MemoryStore().add(index, 'app');
    store.drop(extra.manifest.digest);
    const notes: ProgressEvent[] = [];
    const plan = await planBundle([requestFor('app', store)], { onProgress: (event) => notes.push(event) });
    expect(plan.index).toMatchObject({ complete: true, images: [{ origin: 'subset' }] });
    expect(JSON.stringify(notes)).toContain(extra.manifest.digest);
    await expectVerified(plan);
  });

  it('alone are no image', async () => {
    const store = new MemoryStore().add(artifact(), 'app');
    expect(await codeOf(planBundle([requestFor('app', store)]))).toBe('UNSUPPORTED');
  });
});

describe('limits', () => {
  it('end indexes nested without end', async () => {
    const nested = await randomIndex('deep', ['linux/amd64'], { nested: 6 });
    const store = new MemoryStore().add(nested, 'deep');
    expect(await codeOf(planBundle([requestFor('deep', store)]))).toBe('LIMIT_EXCEEDED');
  });

  it('do not hide damage: wrong bytes of a document are an error, not a missing cell', async () => {
    const image = await randomImage('app', 'linux/amd64');
    const store = new MemoryStore().add(image, 'app');
    const bytes = Buffer.from(image.blobs.get(image.config.digest)?.bytes ?? []);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    store.corrupt(image.config, bytes);
    expect(await codeOf(planBundle([requestFor('app', store)]))).toBe('DIGEST_MISMATCH');
  });

  it('do not outlive the caller: an abort ends planning at once', async () => {
    const store = new MemoryStore().add(await randomImage('app', 'linux/amd64'), 'app');
    const stalled = {
      kind: store.kind,
      label: 'stalled',
      resolve: (_: unknown, { signal }: { signal?: AbortSignal } = {}) =>
        new Promise<undefined>((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            reject(signal.reason as Error);
          });
        }),
      content: () => store,
    };
    const abort = new AbortController();
    const work = codeOf(
      planBundle([{ name: parseReference('app'), source: stalled }], { signal: abort.signal }),
    );
    abort.abort();
    expect(await work).toBe('INTERRUPTED');
  });
});
