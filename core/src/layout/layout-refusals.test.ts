import { mkdir, readdir, rename, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseReference } from '../model/index.ts';
import { layoutFiles, writeFiles } from '../testing/images/image-archives.ts';
import { randomImage } from '../testing/images/random-image.ts';
import { HOSTILE_TAR_ENTRIES } from '../testing/images/hostile-tar-entries.ts';
import { rawTar, type RawTarEntry } from '../testing/images/raw-tar.ts';
import { readImage } from '../testing/images/read-image.ts';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { openFilesAsArchive, openFilesAsLayout, type OpenFiles } from '../testing/files/open-files.ts';
import { failure } from '../testing/suites/suite-blobs.ts';
import { openArchive } from './archive-source.ts';
import { openLayout } from './oci-layout-source.ts';

const amd64 = await randomImage('flat', 'linux/amd64');

const scratch = await useScratchFolder();

describe.each<[string, OpenFiles]>([
  ['layout directory', openFilesAsLayout],
  ['OCI archive', openFilesAsArchive],
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
    expect((await failure(openFiles(scratch, files))).code).toBe(code);
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
    expect((await failure(openFiles(scratch, files))).code).toBe(code);
  });

  it('has no images where Go wrote an empty list as null', async () => {
    const [marker] = layoutFiles([]);
    const table = { name: 'index.json', content: '{"schemaVersion":2,"manifests":null}' };
    const source = await openFiles(scratch, [...(marker ? [marker] : []), table]);
    expect(source.names()).toEqual([]);
    expect(await source.resolve(parseReference('app:v1'))).toBeUndefined();
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

describe('an archive with something hostile in it', () => {
  it.each(HOSTILE_TAR_ENTRIES)('is refused for %s, whatever else it holds', async (_, parts) => {
    const before = await readdir(scratch.path);
    const path = await scratch.save(rawTar(...layoutFiles([{ content: amd64 }]), ...parts));
    expect([4, 9]).toContain((await failure(openArchive(path))).exitCode);
    expect(await readdir(scratch.path)).toEqual([...before, basename(path)].sort());
  });

  it.each(['oci-layout', 'index.json'])('is refused when %s is a link', async (name) => {
    const files = layoutFiles([{ content: amd64 }]).map((file) =>
      file.name === name ? { ...file, name: 'x' } : file,
    );
    const path = await scratch.save(rawTar(...files, { name, type: '2', linkName: 'x' }));
    expect((await failure(openArchive(path))).code).toBe('ARCHIVE_INVALID');
  });
});
