import { describe, expect, it } from 'vitest';
import { parseManifest, parseReference, type Descriptor } from '../model/index.ts';
import { collect } from '../content/index.ts';
import { layoutFiles, type ListedImage } from '../testing/images/image-archives.ts';
import { createAttestation, createIndex, randomImage, randomIndex } from '../testing/images/random-image.ts';
import { readImage } from '../testing/images/read-image.ts';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { openFilesAsArchive, openFilesAsLayout, type OpenFiles } from '../testing/files/open-files.ts';
import { failure } from '../testing/suites/suite-blobs.ts';
import type { LayoutSource } from './layout-source.ts';

const CONTAINERD = 'io.containerd.image.name';
const REF = 'org.opencontainers.image.ref.name';

const index = await randomIndex('index', ['linux/amd64', 'linux/arm64'], { attestations: true });
const amd64 = await randomImage('flat', 'linux/amd64');
const arm64 = await randomImage('flat', 'linux/arm64');
const otherAmd64 = await randomImage('other', 'linux/amd64');

const scratch = await useScratchFolder();

describe.each<[string, OpenFiles]>([
  ['layout directory', openFilesAsLayout],
  ['OCI archive', openFilesAsArchive],
])('an %s', (_, openFiles) => {
  const opened = (...images: readonly ListedImage[]): Promise<LayoutSource> =>
    openFiles(scratch, layoutFiles(images));
  const resolved = (source: LayoutSource, name: string): Promise<Descriptor | undefined> =>
    source.resolve(parseReference(name));

  it.each<[string, ListedImage['annotations'], string]>([
    ["containerd's annotation", { [CONTAINERD]: 'docker.io/library/app:v1', [REF]: 'v1' }, 'app:v1'],
    ["containerd's annotation before another", { [CONTAINERD]: 'app:v1', [REF]: 'x/y:v2' }, 'app:v1'],
    ['a full ref.name', { [REF]: 'registry.example/app:v1' }, 'registry.example/app:v1'],
    ['a familiar ref.name', { [REF]: 'org/app:v1' }, 'docker.io/org/app:v1'],
    ['a ref.name where containerd names nothing', { [CONTAINERD]: '@@', [REF]: 'org/app' }, 'org/app:latest'],
  ])('has the name of %s', async (_annotation, annotations, name) => {
    const source = await opened({ content: index, annotations: annotations ?? {} });
    expect(source.kind).toBe('oci');
    expect(source.names()).toHaveLength(1);
    expect(source.unnamed()).toEqual([]);
    const root = await resolved(source, name);
    expect(root).toEqual(index.manifest);
    expect(await readImage(index.manifest, source.content(parseReference(name)))).toEqual(
      new Set(index.blobs.keys()),
    );
    expect(await resolved(source, 'registry.example/other:v1')).toBeUndefined();
    expect(await resolved(source, `${name}-other`)).toBeUndefined();
    await source.close();
  });

  it('finds a bare tag under any repository, but under no other tag', async () => {
    const source = await opened(
      { content: index, annotations: { [REF]: 'v1' } },
      { content: amd64, annotations: { [REF]: 'v2' } },
    );
    expect(source.names()).toEqual([]);
    expect(source.unnamed()).toEqual(['v1', 'v2']);
    expect(await resolved(source, 'any.example/app:v1')).toEqual(index.manifest);
    expect(await resolved(source, 'other/app:v2')).toEqual(amd64.manifest);
    expect(await resolved(source, 'other/app:v3')).toBeUndefined();
    await source.close();
  });

  it('takes a full name before a bare tag', async () => {
    const source = await opened(
      { content: amd64, annotations: { [REF]: 'v1' } },
      { content: index, annotations: { [REF]: 'host.example/app:v1' } },
    );
    expect(await resolved(source, 'host.example/app:v1')).toEqual(index.manifest);
    expect(await resolved(source, 'host.example/other:v1')).toEqual(amd64.manifest);
    await source.close();
  });

  it('resolves any name to the only image, where nothing has a name', async () => {
    const source = await opened({ content: index });
    expect(source.names()).toEqual([]);
    expect(source.unnamed()).toEqual([index.manifest.digest]);
    expect(await resolved(source, 'any.example/app:v1')).toEqual(index.manifest);
    await source.close();
  });

  it('takes what an index holds for no image of its own, as oras lists it', async () => {
    const children = parseManifest(bytesOf(index.manifest), index.manifest.mediaType, 'index');
    const listed = children.kind === 'index' ? children.manifests : [];
    const [marker, , ...blobs] = layoutFiles([{ content: index }]);
    const manifests = [index.manifest, ...listed, { ...amd64.manifest, artifactType: 'application/x' }];
    const table = { name: 'index.json', content: JSON.stringify({ schemaVersion: 2, manifests }) };
    const source = await openFiles(scratch, [...(marker ? [marker] : []), table, ...blobs]);
    expect(source.unnamed()).toEqual([index.manifest.digest]);
    expect(await resolved(source, 'any.example/app:v1')).toEqual(index.manifest);
    await source.close();
  });

  it.each<[string, ListedImage['annotations'], boolean]>([
    ['one name', { [CONTAINERD]: 'app:v1' }, true],
    ['one name and says no platforms', { [CONTAINERD]: 'app:v1' }, false],
    ['one tag', { [REF]: 'v1' }, true],
    ['no name', {}, true],
  ])(
    'makes the index of platforms listed side by side under %s',
    async (_name, annotations, saysPlatform) => {
      const attestation = createAttestation(amd64);
      const parts: ListedImage[] = [amd64, arm64].map((content) => ({
        content,
        annotations: annotations ?? {},
        ...(saysPlatform && { platform: content.platform }),
      }));
      const attested = { ...attestation.manifest.annotations, ...annotations };
      const source = await opened(...parts, { content: attestation, annotations: attested });
      const root = await resolved(source, 'app:v1');
      const content = source.content(parseReference('app:v1'));
      if (root === undefined) throw new Error('it does not resolve');
      const document = parseManifest(await collect(content.read(root), 1e6, 'it'), root.mediaType, 'it');
      const children = document.kind === 'index' ? document.manifests : [];
      expect(children.map(({ digest }) => digest)).toEqual(
        [amd64, arm64, attestation].map(({ manifest }) => manifest.digest),
      );
      expect(children.map(({ platform }) => platform?.architecture)).toEqual(['amd64', 'arm64', 'unknown']);
      expect(children[0]?.annotations).toBeUndefined();
      expect(await content.lacks([root])).toEqual([]);
      expect((await readImage(root, content)).size).toBe(1 + 3 * 2 + amd64.layers.length * 2 + 1);
      await source.close();
    },
  );

  it.each<[string, readonly ListedImage[]]>([
    ['two images of one platform', [{ content: amd64 }, { content: otherAmd64 }]],
    ['an image and an index', [{ content: amd64 }, { content: index }]],
  ])('does not choose between %s under one name', async (_what, images) => {
    const named = images.map((image) => ({ ...image, annotations: { [CONTAINERD]: 'app:v1' } }));
    const source = await opened(...named);
    const error = await failure(resolved(source, 'app:v1'));
    expect(error.code).toBe('DOCUMENT_INVALID');
    expect(error.message).toContain('docker.io/library/app:v1');
    await source.close();
  });

  it('takes two entries of one name and digest for one', async () => {
    const annotations = { [CONTAINERD]: 'app:v1' };
    const source = await opened({ content: index, annotations }, { content: index, annotations });
    expect(await resolved(source, 'app:v1')).toEqual(index.manifest);
    await source.close();
  });

  it('resolves a digest to exactly that, also of a child', async () => {
    const nested = createIndex([index]);
    const annotations = { [CONTAINERD]: 'app:v1' };
    const source = await opened(
      { content: nested, annotations },
      { content: amd64, annotations: { [REF]: 'v2' } },
    );
    const child = [...index.blobs.values()].find(({ descriptor }) =>
      descriptor.mediaType.includes('manifest'),
    );
    for (const { digest } of [
      nested.manifest,
      index.manifest,
      amd64.manifest,
      child?.descriptor ?? amd64.config,
    ]) {
      expect((await resolved(source, `app@${digest}`))?.digest).toBe(digest);
      expect((await resolved(source, `app:v1@${digest}`))?.digest).toBe(digest);
    }
    expect(await resolved(source, `app@sha256:${'0'.repeat(64)}`)).toBeUndefined();
    await source.close();
  });

  it('resolves what is not all there, and names what it lacks', async () => {
    const [first] = parseChildren(index.manifest);
    if (first === undefined) throw new Error('no child');
    const source = await opened({
      content: index,
      annotations: { [CONTAINERD]: 'app:v1' },
      without: [first.digest, amd64.manifest.digest],
    });
    expect(await resolved(source, 'app:v1')).toEqual(index.manifest);
    const content = source.content(parseReference('app:v1'));
    expect(await content.lacks([index.manifest, ...parseChildren(index.manifest)])).toEqual([first]);
    expect((await failure(readImage(index.manifest, content))).code).toBe('NOT_FOUND');
    await source.close();
  });
});

function bytesOf({ digest }: Descriptor): Uint8Array {
  return index.blobs.get(digest)?.bytes ?? Buffer.alloc(0);
}

function parseChildren(root: Descriptor): readonly Descriptor[] {
  const document = parseManifest(bytesOf(root), root.mediaType, 'index');
  return document.kind === 'index' ? document.manifests : [];
}
