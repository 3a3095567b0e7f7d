import { beforeAll, describe, expect, it } from 'vitest';
import { formatPlatform, MEDIA_TYPES, parseManifest, type Index } from '../../model/index.ts';
import { createIndex, MemoryStore, randomImage, randomIndex, type TestContent } from '../../testing/index.ts';
import { findingsOf, requestFor } from '../../testing/bundles/bundle-parts.ts';
import { planBundle, type BundlePlan } from './plan.ts';

const THREE = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];

/** The index that a plan's only image has as its root. */
function rootIndex(plan: BundlePlan): Index {
  const root = plan.index.images[0]?.root;
  const bytes = root === undefined ? undefined : plan.documents.get(root.digest);
  if (root === undefined || bytes === undefined) throw new Error('the plan has no root');
  const document = parseManifest(bytes, root.mediaType, 'root');
  if (document.kind !== 'index') throw new Error('the root is no index');
  return document;
}

function states(plan: BundlePlan): readonly string[] {
  return plan.index.cells.map(({ platform, state }) => `${platform} ${state}`);
}

describe('the root of a planned image', () => {
  let index: TestContent;
  let store: MemoryStore;
  beforeAll(async () => {
    index = await randomIndex('app', THREE, { attestations: true });
    store = new MemoryStore().add(index, 'app:v1');
  });

  it('is the source index, digest unchanged, when all platforms and attestations come along', async () => {
    const plan = await planBundle([requestFor('app:v1', store, THREE)]);
    expect(plan.index.images[0]).toMatchObject({
      name: 'docker.io/library/app:v1',
      origin: 'kept',
      root: { digest: index.manifest.digest },
      source: { kind: 'oci', reference: 'docker.io/library/app:v1', digest: index.manifest.digest },
    });
    expect(plan.index.attestations).toHaveLength(3);
    expect(plan.index.complete).toBe(true);
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('is the same index when no platform is named, and the contract says which there are', async () => {
    const plan = await planBundle([requestFor('app:v1', store)]);
    expect(plan.index.images[0]?.root.digest).toBe(index.manifest.digest);
    expect(plan.index.contract).toEqual([
      { image: 'docker.io/library/app:v1', platforms: ['linux/amd64', 'linux/arm/v7', 'linux/arm64'] },
    ]);
  });

  it('is a new index of exactly the wanted platforms and their attestations for a subset', async () => {
    const plan = await planBundle([requestFor('app:v1', store, ['arm64', 'amd64'])]);
    expect(plan.index.images[0]).toMatchObject({
      origin: 'subset',
      source: { digest: index.manifest.digest },
    });
    const { manifests } = rootIndex(plan);
    expect(manifests.map(({ platform }) => platform && formatPlatform(platform))).toEqual([
      'linux/amd64',
      'linux/arm64',
      'unknown/unknown',
      'unknown/unknown',
    ]);
    const subjects = manifests.slice(2).map((child) => child.annotations?.['vnd.docker.reference.digest']);
    expect(subjects).toEqual(manifests.slice(0, 2).map((child) => child.digest));
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('leaves attestations out when told to, and is then another index', async () => {
    const plan = await planBundle([requestFor('app:v1', store, THREE)], { attestations: 'drop' });
    expect(plan.index.images[0]?.origin).toBe('subset');
    expect(plan.index.attestations).toEqual([]);
    expect(rootIndex(plan).manifests).toHaveLength(3);
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('is a kept index when it has no attestations and they are to be dropped', async () => {
    const bare = await randomIndex('bare', THREE);
    const source = new MemoryStore().add(bare, 'bare');
    const plan = await planBundle([requestFor('bare', source, THREE)], { attestations: 'drop' });
    expect(plan.index.images[0]?.root.digest).toBe(bare.manifest.digest);
  });

  it('is a nested index, kept with those inside it', async () => {
    const nested = await randomIndex('nested', THREE, { nested: 2 });
    const source = new MemoryStore().add(nested, 'nested');
    const plan = await planBundle([requestFor('nested', source)]);
    expect(plan.index.images[0]).toMatchObject({ origin: 'kept', root: { digest: nested.manifest.digest } });
    expect(plan.index.blobs.filter(({ kind }) => kind === 'index')).toHaveLength(3);
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('is a flat index for a subset of a nested one', async () => {
    const nested = await randomIndex('nested', THREE, { nested: 1 });
    const source = new MemoryStore().add(nested, 'nested');
    const plan = await planBundle([requestFor('nested', source, ['arm/v7'])]);
    expect(rootIndex(plan).manifests.map((child) => child.platform?.architecture)).toEqual(['arm']);
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('is a manifest where the name has no index', async () => {
    const image = await randomImage('single', 'linux/arm64');
    const source = new MemoryStore().add(image, 'single');
    const plan = await planBundle([requestFor('single', source)]);
    expect(plan.index.images[0]).toMatchObject({ origin: 'kept', root: { digest: image.manifest.digest } });
    expect(states(plan)).toEqual(['linux/arm64 present']);
    expect(await findingsOf(plan)).toEqual([]);
  });

  it.each([
    ['Docker schema 2', MEDIA_TYPES.dockerIndex, 'docker'],
    ['a Docker list of OCI images', MEDIA_TYPES.dockerIndex, 'oci'],
    ['an OCI index of Docker images', MEDIA_TYPES.ociIndex, 'docker'],
  ] as const)('stays in its family for %s, whole and in part', async (_, mediaType, family) => {
    const images = await Promise.all(THREE.map((platform) => randomImage('mixed', platform, { family })));
    const list = createIndex(images, { mediaType });
    const source = new MemoryStore().add(list, 'mixed');
    const whole = await planBundle([requestFor('mixed', source)]);
    expect(whole.index.images[0]?.root.digest).toBe(list.manifest.digest);
    const part = await planBundle([requestFor('mixed', source, ['amd64'])]);
    expect(part.index.images[0]).toMatchObject({ origin: 'subset', root: { mediaType } });
    expect(rootIndex(part).manifests[0]?.digest).toBe(images[0]?.manifest.digest);
    expect(await findingsOf(whole)).toEqual([]);
    expect(await findingsOf(part)).toEqual([]);
  });

  it('is kept, and verifies, when an index lists a manifest twice', async () => {
    const image = await randomImage('twice', 'linux/amd64');
    const twice = createIndex([image, image]);
    const plan = await planBundle([requestFor('twice', new MemoryStore().add(twice, 'twice'))]);
    expect(plan.index.images[0]?.root.digest).toBe(twice.manifest.digest);
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('is a new index of one of each when an index offers two images for a platform', async () => {
    const images = await Promise.all(['one', 'two'].map((seed) => randomImage(seed, 'linux/amd64')));
    const plan = await planBundle([requestFor('two', new MemoryStore().add(createIndex(images), 'two'))]);
    expect(rootIndex(plan).manifests.map(({ digest }) => digest)).toEqual([images[0]?.manifest.digest]);
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('keeps the annotations of the index it is a subset of', async () => {
    const images = await Promise.all(THREE.map((platform) => randomImage('noted', platform)));
    const noted = createIndex(images, { annotations: { 'org.example.note': 'kept' } });
    const source = new MemoryStore().add(noted, 'noted');
    const plan = await planBundle([requestFor('noted', source, ['amd64', 'arm64'])]);
    expect(rootIndex(plan).annotations).toEqual({ 'org.example.note': 'kept' });
  });
});
