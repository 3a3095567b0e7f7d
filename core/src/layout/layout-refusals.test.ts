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
