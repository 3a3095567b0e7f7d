import { describe, expect, it } from 'vitest';
import { MEDIA_TYPES, parseReference, type ProgressEvent } from '../../model/index.ts';
import {
  createIndex,
  jsonBlob,
  MemoryStore,
  randomImage,
  randomIndex,
  type TestContent,
} from '../../testing/index.ts';
import { findingsOf, requestFor } from '../../testing/bundles/bundle-parts.ts';
import { errorCodeOf } from '../../testing/error-code.ts';
import { planBundle, type BundlePlan } from './plan.ts';

const TWO = ['linux/amd64', 'linux/arm64'];

function cellsOf(plan: BundlePlan): readonly object[] {
  return plan.index.cells.map(({ platform, state }) => ({ platform, state }));
}

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
    expect(await findingsOf(plan)).toEqual([]);
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
    expect(await findingsOf(plan)).toEqual([]);
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
    expect(await findingsOf(plan)).toEqual([]);
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
    expect(await findingsOf(plan)).toEqual([]);
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
    expect(await findingsOf(again)).toEqual([]);
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
    expect(await findingsOf(plan)).toEqual([]);
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
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('alone are no image', async () => {
    const store = new MemoryStore().add(artifact(), 'app');
    expect(await errorCodeOf(planBundle([requestFor('app', store)]))).toBe('UNSUPPORTED');
  });
});

describe('limits', () => {
  it('end indexes nested without end', async () => {
    const nested = await randomIndex('deep', ['linux/amd64'], { nested: 6 });
    const store = new MemoryStore().add(nested, 'deep');
    expect(await errorCodeOf(planBundle([requestFor('deep', store)]))).toBe('LIMIT_EXCEEDED');
  });

  it('do not hide damage: wrong bytes of a document are an error, not a missing cell', async () => {
    const image = await randomImage('app', 'linux/amd64');
    const store = new MemoryStore().add(image, 'app');
    const bytes = Buffer.from(image.blobs.get(image.config.digest)?.bytes ?? []);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    store.corrupt(image.config, bytes);
    expect(await errorCodeOf(planBundle([requestFor('app', store)]))).toBe('DIGEST_MISMATCH');
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
    const work = errorCodeOf(
      planBundle([{ name: parseReference('app'), source: stalled }], { signal: abort.signal }),
    );
    abort.abort();
    expect(await work).toBe('INTERRUPTED');
  });
});
