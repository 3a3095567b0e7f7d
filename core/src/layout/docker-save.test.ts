import { open, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseReference } from '../model/index.ts';
import { indexTar } from '../tar/foreign-index.ts';
import { dockerTable, layoutFiles, tarOfFiles, type ListedImage } from '../testing/images/image-archives.ts';
import { createIndex, randomImage, randomIndex } from '../testing/images/random-image.ts';
import type { RawTarEntry } from '../testing/images/raw-tar.ts';
import { readImage } from '../testing/images/read-image.ts';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { failure } from '../testing/suites/suite-blobs.ts';
import { openArchive } from './archive-source.ts';
import type { LayoutSource } from './layout-source.ts';

const CONTAINERD = 'io.containerd.image.name';
const REF = 'org.opencontainers.image.ref.name';

const index = await randomIndex('index', ['linux/amd64', 'linux/arm64'], { attestations: true });
const amd64 = await randomImage('flat', 'linux/amd64');
const arm64 = await randomImage('flat', 'linux/arm64');
const otherAmd64 = await randomImage('other', 'linux/amd64');

const scratch = await useScratchFolder();

type Open = (files: readonly RawTarEntry[]) => Promise<LayoutSource>;

const openAsArchive: Open = async (files) => openArchive(await scratch.save(tarOfFiles(files)));

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
