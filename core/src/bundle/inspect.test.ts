import { describe, expect, it } from 'vitest';
import { MEDIA_TYPES } from '../model/index.ts';
import {
  createImage,
  createIndex,
  jsonBlob,
  MemoryStore,
  randomImage,
  randomIndex,
  randomLayer,
} from '../testing/index.ts';
import { imagesIn, inspectImage } from './inspect.ts';

describe('the tree of an image', () => {
  it('has every platform with its layers, and its attestations with what they speak of', async () => {
    const index = await randomIndex('app', ['linux/amd64', 'linux/arm64'], { attestations: true });
    const tree = await inspectImage(index.manifest, new MemoryStore().add(index));
    if (tree.kind !== 'index') throw new Error('the root is no index');
    expect(tree.children.map(({ kind }) => kind)).toEqual(['image', 'image', 'attestation', 'attestation']);
    const images = imagesIn(tree);
    expect(images.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(images[0]?.layers.map(({ createdBy }) => createdBy)).toEqual(['layer 0', 'layer 1']);
    expect(tree.children[2]).toMatchObject({
      subject: images[0]?.digest,
      predicates: ['https://slsa.dev/provenance/v0.2'],
    });
  });

  it('tells which platforms share a layer', async () => {
    const base = [await randomLayer('base', 64)];
    const index = await randomIndex('app', ['linux/amd64', 'linux/arm64'], { base, layers: 1 });
    const tree = await inspectImage(index.manifest, new MemoryStore().add(index));
    expect(imagesIn(tree).map(({ layers }) => layers.map(({ sharedBy }) => sharedBy))).toEqual([
      [['linux/amd64', 'linux/arm64'], undefined],
      [['linux/amd64', 'linux/arm64'], undefined],
    ]);
  });

  it('is a single image where there is no index', async () => {
    const image = await randomImage('app', 'linux/s390x');
    const tree = await inspectImage(image.manifest, new MemoryStore().add(image));
    expect(tree).toMatchObject({
      kind: 'image',
      platform: 'linux/s390x',
      config: { digest: image.config.digest },
    });
  });

  it('leaves build steps out where they do not correspond to the layers', async () => {
    const image = createImage({ platform: 'linux/amd64', layers: [await randomLayer('one', 64)] });
    const text = Buffer.from(image.blobs.get(image.config.digest)?.bytes ?? []).toString();
    const config = jsonBlob(MEDIA_TYPES.ociConfig, { ...(JSON.parse(text) as object), history: [] });
    const manifest = jsonBlob(MEDIA_TYPES.ociManifest, {
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.ociManifest,
      config: config.descriptor,
      layers: image.layers,
    });
    const blobs = new Map([config, manifest].map((blob) => [blob.descriptor.digest, blob]));
    const store = new MemoryStore().add({ manifest: manifest.descriptor, blobs, virtual: new Map() });
    const [inspected] = imagesIn(await inspectImage(manifest.descriptor, store));
    expect(inspected?.layers.map(({ createdBy }) => createdBy)).toEqual([undefined]);
  });

  it('shows what is listed and not there, and does not fail for it', async () => {
    const images = await Promise.all(
      ['linux/amd64', 'linux/arm64'].map((platform) => randomImage('app', platform)),
    );
    const index = createIndex(images);
    const store = new MemoryStore().add(index);
    const gone = images[1]?.manifest.digest;
    if (gone !== undefined) store.drop(gone);
    const tree = await inspectImage(index.manifest, store);
    expect(tree).toMatchObject({
      children: [{ kind: 'image' }, { kind: 'absent', digest: gone, platform: 'linux/arm64' }],
    });
  });

  it('tells artifacts from images', async () => {
    const config = jsonBlob(MEDIA_TYPES.ociEmpty, {});
    const manifest = jsonBlob(MEDIA_TYPES.ociManifest, {
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.ociManifest,
      artifactType: 'application/vnd.example',
      config: config.descriptor,
      layers: [config.descriptor],
    });
    const blobs = new Map([config, manifest].map((blob) => [blob.descriptor.digest, blob]));
    const store = new MemoryStore().add({ manifest: manifest.descriptor, blobs, virtual: new Map() });
    expect(await inspectImage(manifest.descriptor, store)).toMatchObject({
      kind: 'artifact',
      artifactType: 'application/vnd.example',
    });
  });
});
