import { beforeAll, describe, expect, it } from 'vitest';
import { isXbundleError } from '../errors.ts';
import { formatPlatform, MEDIA_TYPES, parseManifest, type Index } from '../model/index.ts';
import {
  createImage,
  createIndex,
  MemoryStore,
  randomImage,
  randomIndex,
  randomLayer,
  type TestContent,
} from '../testing/index.ts';
import { bundleBytes, requestFor } from '../testing/bundle-parts.ts';
import { planBundle, type BundlePlan } from './plan.ts';
import { verifyBundle } from './verify.ts';
import { inChunks } from '../testing/bundle-parts.ts';

const THREE = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];

function codeOf(error: unknown): string {
  return isXbundleError(error) ? error.code : String(error);
}

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

/** A plan is only good if the bundle it makes verifies. */
async function expectVerified(plan: BundlePlan): Promise<void> {
  const report = await verifyBundle(inChunks(await bundleBytes(plan)));
  expect(report.problems.filter(({ code }) => code !== 'CELL_MISSING' && code !== 'CELL_WRONG')).toEqual([]);
  expect(report.complete).toBe(plan.index.complete);
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
    await expectVerified(plan);
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
    await expectVerified(plan);
  });

  it('leaves attestations out when told to, and is then another index', async () => {
    const plan = await planBundle([requestFor('app:v1', store, THREE)], { attestations: 'drop' });
    expect(plan.index.images[0]?.origin).toBe('subset');
    expect(plan.index.attestations).toEqual([]);
    expect(rootIndex(plan).manifests).toHaveLength(3);
    await expectVerified(plan);
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
    await expectVerified(plan);
  });

  it('is a flat index for a subset of a nested one', async () => {
    const nested = await randomIndex('nested', THREE, { nested: 1 });
    const source = new MemoryStore().add(nested, 'nested');
    const plan = await planBundle([requestFor('nested', source, ['arm/v7'])]);
    expect(rootIndex(plan).manifests.map((child) => child.platform?.architecture)).toEqual(['arm']);
    await expectVerified(plan);
  });

  it('is a manifest where the name has no index', async () => {
    const image = await randomImage('single', 'linux/arm64');
    const source = new MemoryStore().add(image, 'single');
    const plan = await planBundle([requestFor('single', source)]);
    expect(plan.index.images[0]).toMatchObject({ origin: 'kept', root: { digest: image.manifest.digest } });
    expect(states(plan)).toEqual(['linux/arm64 present']);
    await expectVerified(plan);
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
    await expectVerified(whole);
    await expectVerified(part);
  });

  it('keeps the annotations of the index it is a subset of', async () => {
    const images = await Promise.all(THREE.map((platform) => randomImage('noted', platform)));
    const noted = createIndex(images, { annotations: { 'org.example.note': 'kept' } });
    const source = new MemoryStore().add(noted, 'noted');
    const plan = await planBundle([requestFor('noted', source, ['amd64', 'arm64'])]);
    expect(rootIndex(plan).annotations).toEqual({ 'org.example.note': 'kept' });
  });
});

describe('the bytes of a plan', () => {
  it('do not depend on the order in which images and platforms are asked for', async () => {
    const store = new MemoryStore()
      .add(await randomIndex('a', THREE, { attestations: true }), 'a')
      .add(await randomIndex('b', THREE), 'b');
    const one = [requestFor('a', store, ['amd64', 'arm64']), requestFor('b', store, THREE)];
    const other = [requestFor('b', store, [...THREE].reverse()), requestFor('a', store, ['arm64', 'amd64'])];
    const bytes = await bundleBytes(await planBundle(one));
    expect((await bundleBytes(await planBundle(other))).equals(bytes)).toBe(true);
  });

  it('do not depend on a platform being asked for twice', async () => {
    const store = new MemoryStore().add(await randomIndex('a', THREE), 'a');
    const plan = await planBundle([requestFor('a', store, ['amd64', 'linux/x86_64', 'amd64'])]);
    expect(states(plan)).toEqual(['linux/amd64 present']);
  });

  it('say the time of the newest image', async () => {
    const layer = await randomLayer('layer', 64);
    const images = ['2020-05-05T00:00:00.987654321Z', '2023-06-07T10:00:00+02:00', 'last Tuesday'].map(
      (created, number) => createImage({ platform: THREE[number] ?? '', layers: [layer], created }),
    );
    const store = new MemoryStore().add(createIndex(images), 'dated');
    const plan = await planBundle([requestFor('dated', store)]);
    expect(plan.index.created).toBe('2023-06-07T08:00:00Z');
  });

  it.each([
    ['a time before 1970', '0001-01-01T00:00:00Z'],
    ['a time that RFC 3339 cannot write', '+012345-01-01T00:00:00Z'],
    ['a time that depends on the time zone', 'Jan 1, 2020 00:00:00'],
  ])('ignore %s', async (_, created) => {
    const layers = [await randomLayer('layer', 64)];
    const store = new MemoryStore().add(createImage({ platform: 'linux/amd64', layers, created }), 'dated');
    const plan = await planBundle([requestFor('dated', store)]);
    expect(plan.index.created).toBe('1970-01-01T00:00:00Z');
    await expectVerified(plan);
  });

  it('say the time that is given, in whole seconds', async () => {
    const store = new MemoryStore().add(await randomIndex('a', THREE), 'a');
    const plan = await planBundle([requestFor('a', store)], { created: new Date(1_700_000_000_999) });
    expect(plan.index.created).toBe('2023-11-14T22:13:20Z');
  });

  it('carry name and version of the release', async () => {
    const store = new MemoryStore().add(await randomIndex('a', THREE), 'a');
    const plan = await planBundle([requestFor('a', store)], { name: 'site', version: '1.2' });
    expect(plan.index).toMatchObject({ name: 'site', version: '1.2' });
    await expectVerified(plan);
  });
});

describe('what images share', () => {
  it('stands in the plan once', async () => {
    const base = [await randomLayer('base', 512)];
    const store = new MemoryStore()
      .add(await randomIndex('a', THREE, { base, layers: 1 }), 'a')
      .add(await randomIndex('b', THREE, { base, layers: 1 }), 'b');
    const plan = await planBundle([requestFor('a', store), requestFor('b', store)]);
    expect(plan.fetches).toHaveLength(1 + 3 + 3);
    expect(new Set(plan.index.blobs.map(({ digest }) => digest)).size).toBe(plan.index.blobs.length);
    await expectVerified(plan);
  });

  it('is refused when two manifests say different sizes of it', async () => {
    const layer = await randomLayer('base', 512);
    const lied = { ...layer, descriptor: { ...layer.descriptor, size: layer.descriptor.size + 1 } };
    const store = new MemoryStore()
      .add(createImage({ platform: 'linux/amd64', layers: [lied] }), 'liar')
      .add(createImage({ platform: 'linux/arm64', layers: [layer] }), 'honest');
    const error: unknown = await planBundle([requestFor('liar', store), requestFor('honest', store)]).catch(
      (each: unknown) => each,
    );
    expect(codeOf(error)).toBe('DOCUMENT_INVALID');
  });
});

describe('names', () => {
  it('are refused when one is asked for twice', async () => {
    const store = new MemoryStore().add(await randomIndex('a', THREE), 'a');
    const error: unknown = await planBundle([
      requestFor('a', store),
      requestFor('docker.io/library/a:latest', store),
    ]).catch((each: unknown) => each);
    expect(codeOf(error)).toBe('DEFINITION_INVALID');
  });

  it('are made of the digest where there is no tag', async () => {
    const index = await randomIndex('a', ['linux/amd64', 'linux/arm64']);
    const store = new MemoryStore().add(index);
    const plan = await planBundle([requestFor(`a@${index.manifest.digest}`, store)]);
    const tag = index.manifest.digest.replace(':', '-');
    expect(plan.index.images[0]?.name).toBe(`docker.io/library/a:${tag}`);
    expect(plan.index.images[0]?.source.reference).toBe(`docker.io/library/a@${index.manifest.digest}`);
    expect(plan.index.cells.map((cell) => cell.archTag)).toEqual([
      `docker.io/library/a:${tag}-amd64`,
      `docker.io/library/a:${tag}-arm64`,
    ]);
    await expectVerified(plan);
  });

  it('go to the image that is asked for by them, not to the arch tag of another', async () => {
    const index = await randomIndex('a', ['linux/amd64', 'linux/arm64']);
    const other = await randomImage('other', 'linux/arm64');
    const store = new MemoryStore().add(index, 'a:v1').add(other, 'a:v1-arm64');
    const plan = await planBundle([requestFor('a:v1', store), requestFor('a:v1-arm64', store)]);
    expect(plan.index.cells.map((cell) => cell.archTag?.split(':')[1])).toEqual([
      'v1-amd64',
      undefined,
      'v1-arm64-arm64',
    ]);
    await expectVerified(plan);
  });

  it('are refused when two cells would share an arch tag', async () => {
    const store = new MemoryStore().add(await randomIndex('a', THREE), 'a:v1');
    const error: unknown = await planBundle([requestFor('a:v1', store)], {
      archTagPattern: '{tag}-{os}',
    }).catch((each: unknown) => each);
    expect(codeOf(error)).toBe('DEFINITION_INVALID');
  });

  it('include no arch tags when those are not wanted', async () => {
    const store = new MemoryStore().add(await randomIndex('a', THREE), 'a:v1');
    const plan = await planBundle([requestFor('a:v1', store)], { archTags: false });
    expect(plan.index.cells.map((cell) => cell.archTag)).toEqual([undefined, undefined, undefined]);
    expect(JSON.parse(Buffer.from(plan.foreign.dockerManifest).toString())).toEqual([]);
    await expectVerified(plan);
  });
});

describe('the files that other tools read', () => {
  it('give every name its own entry, and the plain name to docker only for a single platform', async () => {
    const store = new MemoryStore()
      .add(await randomIndex('a', ['linux/amd64', 'linux/arm64']), 'a:v1')
      .add(await randomImage('b', 'linux/amd64'), 'b:v1');
    const { foreign } = await planBundle([requestFor('a:v1', store), requestFor('b:v1', store)]);
    const ociIndex = JSON.parse(Buffer.from(foreign.ociIndex).toString()) as {
      manifests: { annotations: Record<string, string> }[];
    };
    const names = ociIndex.manifests.map(({ annotations }) => annotations['io.containerd.image.name']);
    expect(names.map((name) => name?.replace('docker.io/library/', ''))).toEqual([
      'a:v1',
      'a:v1-amd64',
      'a:v1-arm64',
      'b:v1',
      'b:v1-amd64',
    ]);
    expect(names).toEqual(
      ociIndex.manifests.map(({ annotations }) => annotations['org.opencontainers.image.ref.name']),
    );
    const docker = JSON.parse(Buffer.from(foreign.dockerManifest).toString()) as { RepoTags: string[] }[];
    expect(docker.map(({ RepoTags }) => RepoTags)).toEqual([
      ['docker.io/library/a:v1-amd64'],
      ['docker.io/library/a:v1-arm64'],
      ['docker.io/library/b:v1-amd64', 'docker.io/library/b:v1'],
    ]);
  });
});
