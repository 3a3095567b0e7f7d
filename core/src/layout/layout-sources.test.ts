import { mkdir, open, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseManifest, parseReference, type Descriptor } from '../model/index.ts';
import { collect } from '../content/index.ts';
import { indexTar } from '../tar/foreign-index.ts';
import {
  dockerTable,
  layoutFiles,
  tarOfFiles,
  writeFiles,
  type ListedImage,
} from '../testing/image-archives.ts';
import { createAttestation, createIndex, randomImage, randomIndex } from '../testing/random-image.ts';
import { type RawTarEntry } from '../testing/raw-tar.ts';
import { readImage } from '../testing/read-image.ts';
import { createScratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { failure } from '../testing/suite-blobs.ts';
import { openArchive } from './archive-source.ts';
import { type LayoutSource } from './layout-source.ts';
import { openLayout } from './oci-layout-source.ts';

const CONTAINERD = 'io.containerd.image.name';
const REF = 'org.opencontainers.image.ref.name';

const index = await randomIndex('index', ['linux/amd64', 'linux/arm64'], { attestations: true });
const amd64 = await randomImage('flat', 'linux/amd64');
const arm64 = await randomImage('flat', 'linux/arm64');
const otherAmd64 = await randomImage('other', 'linux/amd64');

let scratch: ScratchFolder;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());

type Open = (files: readonly RawTarEntry[]) => Promise<LayoutSource>;

const openAsLayout: Open = async (files) => {
  const folder = scratch.fresh();
  await writeFiles(folder, files);
  return openLayout(folder);
};
const openAsArchive: Open = async (files) => openArchive(await scratch.save(tarOfFiles(files)));

describe.each<[string, Open]>([
  ['layout directory', openAsLayout],
  ['OCI archive', openAsArchive],
])('an %s', (_, openFiles) => {
  const opened = (...images: readonly ListedImage[]): Promise<LayoutSource> => openFiles(layoutFiles(images));
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
    const source = await openFiles([...(marker ? [marker] : []), table, ...blobs]);
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

  it.each<[string, string, string]>([
    ['no JSON', '{', 'DOCUMENT_INVALID'],
    ['a member that stands twice', '{"schemaVersion":2,"manifests":[],"manifests":[]}', 'DOCUMENT_INVALID'],
    ['members that differ in case', '{"schemaVersion":2,"manifests":[],"Manifests":[]}', 'DOCUMENT_INVALID'],
    ['manifests and layers', '{"schemaVersion":2,"manifests":[],"layers":[]}', 'DOCUMENT_INVALID'],
    ['another version', '{"schemaVersion":1,"manifests":[]}', 'DOCUMENT_INVALID'],
    [
      'a digest that is none',
      `{"schemaVersion":2,"manifests":[{"mediaType":"a","digest":"sha256:../..","size":1}]}`,
      'DOCUMENT_INVALID',
    ],
    [
      'an upper-case digest',
      `{"schemaVersion":2,"manifests":[{"mediaType":"a","digest":"sha256:${'A'.repeat(64)}","size":1}]}`,
      'DOCUMENT_INVALID',
    ],
    [
      'a negative size',
      `{"schemaVersion":2,"manifests":[{"mediaType":"a","digest":"sha256:${'a'.repeat(64)}","size":-1}]}`,
      'DOCUMENT_INVALID',
    ],
    [
      'a size with a fraction',
      `{"schemaVersion":2,"manifests":[{"mediaType":"a","digest":"sha256:${'a'.repeat(64)}","size":1.5}]}`,
      'DOCUMENT_INVALID',
    ],
    ['endless nesting', `{"schemaVersion":2,"x":${'['.repeat(1000)}${']'.repeat(1000)}}`, 'LIMIT_EXCEEDED'],
    ['more bytes than allowed', `{"schemaVersion":2,"x":"${'x'.repeat(17_000_000)}"}`, 'LIMIT_EXCEEDED'],
  ])('refuses an index.json with %s', async (_what, content, code) => {
    const [marker] = layoutFiles([]);
    const files = [...(marker ? [marker] : []), { name: 'index.json', content }];
    expect((await failure(openFiles(files))).code).toBe(code);
  });

  it.each<[string, readonly RawTarEntry[], string]>([
    [
      'without index.json',
      [{ name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' }],
      'ARCHIVE_INVALID',
    ],
    ['without oci-layout', [{ name: 'index.json', content: '{"schemaVersion":2}' }], 'ARCHIVE_INVALID'],
    ['with neither', [{ name: 'etc/passwd', content: 'root' }], 'ARCHIVE_INVALID'],
    [
      'of another version',
      [
        { name: 'oci-layout', content: '{"imageLayoutVersion":"2.0.0"}' },
        { name: 'index.json', content: '{"schemaVersion":2}' },
      ],
      'UNSUPPORTED',
    ],
  ])('refuses files %s', async (_what, files, code) => {
    expect((await failure(openFiles(files))).code).toBe(code);
  });

  it('has no images where Go wrote an empty list as null', async () => {
    const [marker] = layoutFiles([]);
    const table = { name: 'index.json', content: '{"schemaVersion":2,"manifests":null}' };
    const source = await openFiles([...(marker ? [marker] : []), table]);
    expect(source.names()).toEqual([]);
    expect(await resolved(source, 'app:v1')).toBeUndefined();
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

describe('a layout directory', () => {
  it.each(['oci-layout', 'index.json'])('does not follow a link in place of %s', async (name) => {
    const folder = scratch.fresh();
    await writeFiles(folder, layoutFiles([{ content: amd64 }]));
    await rename(join(folder, name), `${folder}.moved`);
    await symlink(`${folder}.moved`, join(folder, name));
    expect((await failure(openLayout(folder))).code).toBe('ARCHIVE_INVALID');
  });

  it('may be reached through a link itself', async () => {
    const folder = scratch.fresh();
    await writeFiles(folder, layoutFiles([{ content: amd64 }]));
    await symlink(folder, `${folder}.link`);
    const source = await openLayout(`${folder}.link`);
    await readImage(amd64.manifest, source.content(parseReference('app:v1')));
  });

  it('says so when it is a file, empty or absent', async () => {
    const empty = scratch.fresh();
    await mkdir(empty);
    for (const path of [await scratch.save('{}'), empty, scratch.fresh()]) {
      expect((await failure(openLayout(path))).code).toBe('ARCHIVE_INVALID');
    }
  });
});

describe('an archive of docker save', () => {
  const v1 = { [CONTAINERD]: 'docker.io/library/app:v1', [REF]: 'v1' };
  const opened = (images: readonly ListedImage[], table: RawTarEntry): Promise<LayoutSource> =>
    openAsArchive([...layoutFiles(images), table]);

  it('is what its index says, and knows no name twice', async () => {
    const source = await opened([{ content: index, annotations: v1 }], dockerTable(amd64, ['app:v1']));
    expect(source.kind).toBe('oci');
    expect(source.names()).toEqual(['docker.io/library/app:v1']);
    expect(await source.resolve(parseReference('app:v1'))).toEqual(index.manifest);
    await source.close();
  });

  it.each<[string, readonly ListedImage[]]>([
    ['the only image, which has none', [{ content: amd64 }]],
    ['the image that has its config', [{ content: otherAmd64 }, { content: createIndex([amd64, arm64]) }]],
    ['the image that has only a tag', [{ content: amd64, annotations: { [REF]: 'v1' } }]],
    [
      'the image without a name, though a named one fits',
      [{ content: amd64, annotations: v1 }, { content: createIndex([amd64, arm64]) }],
    ],
    [
      'the only image without a name, whose manifest is absent',
      [{ content: amd64, without: [amd64.manifest.digest] }],
    ],
  ])('gives the names of manifest.json to %s', async (_what, images) => {
    const source = await opened(images, dockerTable(amd64, ['app:other', 'org/app:v3']));
    expect(source.names()).toEqual(
      expect.arrayContaining(['docker.io/library/app:other', 'docker.io/org/app:v3']),
    );
    const owner = images.at(-1)?.content.manifest;
    expect(await source.resolve(parseReference('app:other'))).toEqual(owner);
    expect(await source.resolve(parseReference('org/app:v3'))).toEqual(owner);
    expect(source.unnamed()).not.toContain(owner?.digest);
    await source.close();
  });

  it('takes an image from manifest.json that the index does not list', async () => {
    const unlisted = layoutFiles([{ content: amd64 }]).filter(({ name }) => name !== 'index.json');
    const table = {
      name: 'index.json',
      content: JSON.stringify({ schemaVersion: 2, manifests: [otherAmd64.manifest] }),
    };
    const source = await openAsArchive([...unlisted, table, dockerTable(amd64, ['app:v1'])]);
    const root = await source.resolve(parseReference('app:v1'));
    if (root === undefined) throw new Error('it does not resolve');
    const read = await readImage(root, source.content(parseReference('app:v1')));
    expect(read).toContain(amd64.config.digest);
    await source.close();
  });

  it("is presented as its engine's when the caller says so", async () => {
    const path = await scratch.save(tarOfFiles(layoutFiles([{ content: index, annotations: v1 }])));
    const source = await openArchive(path, { kind: 'docker', label: 'engine unix:///x' });
    expect([source.kind, source.label]).toEqual(['docker', 'engine unix:///x']);
    await rm(path);
    await readImage(index.manifest, source.content(parseReference('app:v1')));
    await source.close();
  });

  it('lets go of its file, and reads nothing then', async () => {
    const path = await scratch.save(tarOfFiles(layoutFiles([{ content: index, annotations: v1 }])));
    const source = await openArchive(path);
    await source.close();
    await source.close();
    const content = source.content(parseReference('app:v1'));
    expect((await failure(readImage(index.manifest, content))).code).toBe('FILE_SYSTEM');
  });

  it('names a blob whose bytes have gone wrong', async () => {
    const path = await scratch.save(tarOfFiles(layoutFiles([{ content: index, annotations: v1 }])));
    const [layer] = (await randomImage('index', 'linux/amd64')).layers;
    if (layer === undefined) throw new Error('no layer');
    const offset = (await indexTar(path)).get(`blobs/${layer.digest.replace(':', '/')}`)?.offset ?? NaN;
    const file = await open(path, 'r+');
    await file.write(Buffer.of(0xff, 0xff, 0xff), 0, 3, offset + 100);
    await file.close();
    const source = await openArchive(path);
    const error = await failure(readImage(index.manifest, source.content(parseReference('app:v1'))));
    expect(error.code).toBe('DIGEST_MISMATCH');
    expect(error.message).toContain(layer.digest);
    await source.close();
  });

  it.each(['layout/index.json', 'image/manifest.json'])('says what to do about %s', async (name) => {
    const path = await scratch.save(tarOfFiles([{ name, content: '{}' }]));
    const error = await failure(openArchive(path));
    expect(error.code).toBe('ARCHIVE_INVALID');
    expect(error.message).toContain(name);
  });

  it('is not opened when aborted', async () => {
    const path = scratch.fresh();
    await writeFile(path, tarOfFiles(layoutFiles([{ content: index }])));
    expect((await failure(openArchive(path, { signal: AbortSignal.abort() }))).code).toBe('INTERRUPTED');
  });
});
