import { gunzipSync, gzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { digestOf, readConfig, readManifest, walkManifests } from '../../content/index.ts';
import { attestationSubject, isAttestation, isUnknownPlatform, MEDIA_TYPES } from '../../model/index.ts';
import {
  blobSize,
  createImage,
  createIndex,
  layerOf,
  layerOfVirtual,
  MemoryStore,
  randomBytes,
  randomImage,
  randomIndex,
  randomLayer,
  realisticBytes,
  virtualBlob,
  type Layer,
  type TestContent,
} from '../index.ts';

function bytesOf(layer: Layer): Uint8Array {
  if ('bytes' in layer) return layer.bytes;
  throw new Error('want a layer in memory');
}

async function entriesOf(tar: Uint8Array): Promise<Record<string, string>> {
  const entries: Record<string, string> = {};
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const { name, type, linkname, mode } = entry.header;
    const content = type === 'symlink' ? linkname : Buffer.concat(chunks).toString();
    entries[name] = [type, mode.toString(8), content].join(' ');
  }
  return entries;
}

describe('seeded bytes', () => {
  it('are the same from any offset', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(5000), (offset, size) => {
        const whole = randomBytes('seed', offset + size);
        expect(randomBytes('seed', size, offset).equals(whole.subarray(offset))).toBe(true);
      }),
    );
  });

  it('differ by seed', () => {
    expect(randomBytes(1, 100).equals(randomBytes(2, 100))).toBe(false);
  });

  it('do not compress, and realistic ones compress to about half', () => {
    const size = 1_000_000;
    expect(gzipSync(randomBytes(1, size)).length / size).toBeGreaterThan(0.99);
    const ratio = gzipSync(realisticBytes(1, size)).length / size;
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(0.6);
  });
});

describe('layers', () => {
  it('are tars with the files, modes and links given', async () => {
    const layer = await layerOf([
      { name: 'bin/tool', content: '#!', mode: 0o755 },
      { name: 'etc/empty' },
      { name: 'bin/sh', link: 'tool' },
    ]);
    expect(layer.descriptor.mediaType).toBe(MEDIA_TYPES.ociLayerGzip);
    expect(await entriesOf(gunzipSync(bytesOf(layer)))).toEqual({
      'bin/tool': 'file 755 #!',
      'etc/empty': 'file 644 ',
      'bin/sh': 'symlink 644 tool',
    });
  });

  it.each(['gzip', 'none'] as const)('with compression %s have the diff ID of the tar', async (compress) => {
    const layer = await randomLayer('x', 10_000, { compress });
    const bytes = bytesOf(layer);
    expect(digestOf(compress === 'gzip' ? gunzipSync(bytes) : bytes)).toBe(layer.diffId);
    expect(digestOf(bytes)).toBe(layer.descriptor.digest);
    expect(bytes.byteLength).toBe(layer.descriptor.size);
  });

  it('of one seed are the same, of others not', async () => {
    const [first, same, other] = await Promise.all([1, 1, 2].map((seed) => randomLayer(seed, 5000)));
    expect(first).toEqual(same);
    expect(first?.descriptor.digest).not.toBe(other?.descriptor.digest);
  });
});

describe('virtual blobs', () => {
  it('have the digest of what they generate, from any place', () => {
    const blob = virtualBlob(3_000_000, 'virtual');
    const whole = Buffer.concat([...blob.generate(0, 3_000_000)]);
    expect(digestOf(whole)).toBe(blob.descriptor.digest);
    expect(whole.length).toBe(blobSize(blob));
    const part = Buffer.concat([...blob.generate(1_048_570, 2_097_160)]);
    expect(part.equals(whole.subarray(1_048_570, 2_097_160))).toBe(true);
  });

  it('can be the layer of an image', async () => {
    const blob = virtualBlob(1000, 'virtual');
    const image = createImage({ platform: 'amd64', layers: [layerOfVirtual(blob)] });
    expect([...image.virtual.keys()]).toEqual([blob.descriptor.digest]);
    const { diffIds } = await readConfig(image.config, new MemoryStore().add(image));
    expect(diffIds).toEqual([blob.descriptor.digest]);
  });
});

async function manifestsOf(content: TestContent) {
  const nodes = [];
  const store = new MemoryStore().add(content);
  for await (const node of walkManifests(content.manifest, store)) nodes.push(node);
  return nodes;
}

describe('images', () => {
  it.each(['oci', 'docker'] as const)('of the %s family are whole and say what they are', async (family) => {
    const image = await randomImage(1, 'linux/arm/v6', { family });
    const store = new MemoryStore().add(image);
    const { document } = await readManifest(image.manifest, store);
    const types = [document.mediaType, image.config.mediaType, image.layers[0]?.mediaType];
    expect(types.every((type) => type?.includes(family === 'oci' ? 'vnd.oci' : 'vnd.docker'))).toBe(true);
    const config = await readConfig(image.config, store);
    expect(config.platform).toEqual({ os: 'linux', architecture: 'arm', variant: 'v6' });
    expect(await store.lacks([image.config, ...image.layers])).toEqual([]);
  });

  it('share the layers they are built on', async () => {
    const base = [await randomLayer('base', 1000)];
    const [left, right] = await Promise.all([1, 2].map((seed) => randomImage(seed, 'amd64', { base })));
    expect(left?.layers[0]).toEqual(right?.layers[0]);
    expect(left?.layers[1]).not.toEqual(right?.layers[1]);
  });

  it('of platforms that differ in their variant only differ', async () => {
    const [v6, v7] = await Promise.all(['arm/v6', 'arm/v7'].map((text) => randomImage(1, text)));
    expect(v6?.layers).not.toEqual(v7?.layers);
  });
});

describe('indexes', () => {
  it('list their images with platforms, and attestations after them', async () => {
    const index = await randomIndex(1, ['amd64', 'arm/v7'], { attestations: true });
    const [root, ...rest] = await manifestsOf(index);
    const children = root?.document.kind === 'index' ? root.document.manifests : [];
    expect(rest).toHaveLength(4);
    expect(children.slice(0, 2).map(({ platform }) => platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
    ]);
    expect(
      children.slice(2).every((child) => isAttestation(child) && isUnknownPlatform(child.platform)),
    ).toBe(true);
    expect(children.slice(2).map(attestationSubject)).toEqual(
      children.slice(0, 2).map(({ digest }) => digest),
    );
  });

  it('can be of either family, with children of the other, and nested', async () => {
    const images = [await randomImage(1, 'amd64', { family: 'docker' }), await randomImage(1, 'arm64')];
    const index = createIndex(images, { mediaType: MEDIA_TYPES.dockerIndex, nested: 1 });
    expect((await manifestsOf(index)).map(({ document }) => document.mediaType)).toEqual([
      MEDIA_TYPES.dockerIndex,
      MEDIA_TYPES.dockerIndex,
      MEDIA_TYPES.dockerManifest,
      MEDIA_TYPES.ociManifest,
    ]);
  });
});
