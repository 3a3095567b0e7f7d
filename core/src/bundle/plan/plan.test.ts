import { describe, expect, it } from 'vitest';
import {
  createImage,
  createIndex,
  MemoryStore,
  randomImage,
  randomIndex,
  randomLayer,
} from '../../testing/index.ts';
import { bundleBytes, findingsOf, requestFor } from '../../testing/bundles/bundle-parts.ts';
import { errorCodeOf } from '../../testing/error-code.ts';
import { planBundle, type BundlePlan } from './plan.ts';

const THREE = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];

function states(plan: BundlePlan): readonly string[] {
  return plan.index.cells.map(({ platform, state }) => `${platform} ${state}`);
}

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
    expect(await findingsOf(plan)).toEqual([]);
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
    expect(await findingsOf(plan)).toEqual([]);
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
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('is refused when two manifests say different sizes of it', async () => {
    const layer = await randomLayer('base', 512);
    const lied = { ...layer, descriptor: { ...layer.descriptor, size: layer.descriptor.size + 1 } };
    const store = new MemoryStore()
      .add(createImage({ platform: 'linux/amd64', layers: [lied] }), 'liar')
      .add(createImage({ platform: 'linux/arm64', layers: [layer] }), 'honest');
    expect(await errorCodeOf(planBundle([requestFor('liar', store), requestFor('honest', store)]))).toBe(
      'DOCUMENT_INVALID',
    );
  });
});

describe('names', () => {
  it('are refused when one is asked for twice', async () => {
    const store = new MemoryStore().add(await randomIndex('a', THREE), 'a');
    expect(
      await errorCodeOf(
        planBundle([requestFor('a', store), requestFor('docker.io/library/a:latest', store)]),
      ),
    ).toBe('DEFINITION_INVALID');
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
    expect(await findingsOf(plan)).toEqual([]);
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
    expect(await findingsOf(plan)).toEqual([]);
  });

  it('are refused when two cells would share an arch tag', async () => {
    const store = new MemoryStore().add(await randomIndex('a', THREE), 'a:v1');
    const work = planBundle([requestFor('a:v1', store)], { archTagPattern: '{tag}-{os}' });
    expect(await errorCodeOf(work)).toBe('DEFINITION_INVALID');
  });

  it('include no arch tags when those are not wanted', async () => {
    const store = new MemoryStore().add(await randomIndex('a', THREE), 'a:v1');
    const plan = await planBundle([requestFor('a:v1', store)], { archTags: false });
    expect(plan.index.cells.map((cell) => cell.archTag)).toEqual([undefined, undefined, undefined]);
    expect(JSON.parse(Buffer.from(plan.foreign.dockerManifest).toString())).toEqual([]);
    expect(await findingsOf(plan)).toEqual([]);
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
