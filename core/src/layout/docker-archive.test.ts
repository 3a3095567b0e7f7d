import { describe, expect, it } from 'vitest';
import { MEDIA_TYPES, parseReference, type Descriptor } from '../model/index.ts';
import { readManifest, digestOf } from '../content/index.ts';
import { dockerArchiveFiles, tarOfFiles, type DockerArchiveStyle } from '../testing/images/image-archives.ts';
import { layerOf } from '../testing/images/layers.ts';
import { createImage, randomImage } from '../testing/images/random-image.ts';
import type { RawTarEntry } from '../testing/images/raw-tar.ts';
import { readImage } from '../testing/images/read-image.ts';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { failure } from '../testing/suites/suite-blobs.ts';
import { openArchive } from './archive-source.ts';
import type { LayoutSource } from './layout-source.ts';

const base = await layerOf([{ name: 'base', content: 'b' }]);
const image = await randomImage('image', 'linux/arm64', { base: [base] });
const other = await randomImage('other', 'linux/amd64', { base: [base] });
const app = parseReference('app:v1');

const scratch = await useScratchFolder();

async function opened(files: readonly RawTarEntry[]): Promise<LayoutSource> {
  return openArchive(await scratch.save(tarOfFiles(files)));
}

async function resolved(source: LayoutSource, name = 'app:v1'): Promise<Descriptor> {
  const root = await source.resolve(parseReference(name));
  if (root === undefined) throw new Error(`${name} does not resolve`);
  return root;
}

const styles: readonly DockerArchiveStyle[] = ['docker', 'podman', 'crane'];

describe.each(styles)('a docker archive as %s writes it', (style) => {
  const files = dockerArchiveFiles(
    [
      { image, repoTags: ['app:v1', 'registry.example/app:v2'] },
      { image: other, repoTags: ['other:v1'] },
    ],
    style,
  );

  it('has the names of its table, and for each the same manifest every time', async () => {
    const source = await opened(files);
    expect(source.kind).toBe('docker-archive');
    expect(source.names()).toEqual([
      'docker.io/library/app:v1',
      'registry.example/app:v2',
      'docker.io/library/other:v1',
    ]);
    const root = await resolved(source);
    expect(await resolved(source, 'registry.example/app:v2')).toEqual(root);
    const again = await opened(files);
    expect(await resolved(again)).toEqual(root);
    expect(root.mediaType).toBe(MEDIA_TYPES.ociManifest);
    await source.close();
    await again.close();
  });

  it('keeps config and layers as they are, and finds their digests by hashing', async () => {
    const source = await opened(files);
    const content = source.content(app);
    const root = await resolved(source);
    const { document } = await readManifest(root, content);
    if (document.kind !== 'manifest') throw new Error('no manifest');
    expect(document.config.digest).toBe(image.config.digest);
    const diffIds = [base.diffId, ...(await diffIdsOf('image', 'linux/arm64'))];
    const expected = style === 'crane' ? image.layers.map(({ digest }) => digest) : diffIds;
    expect(document.layers.map(({ digest }) => digest)).toEqual(expected);
    const type = style === 'crane' ? MEDIA_TYPES.ociLayerGzip : MEDIA_TYPES.ociLayer;
    expect(new Set(document.layers.map(({ mediaType }) => mediaType))).toEqual(new Set([type]));
    expect((await readImage(root, content)).size).toBe(2 + 3);
    expect(await content.lacks([root, document.config, ...document.layers])).toEqual([]);
    await source.close();
  });

  it('answers for many names at once', async () => {
    const source = await opened(files);
    const roots = await Promise.all(source.names().map((name) => resolved(source, name)));
    expect(new Set(roots.map(({ digest }) => digest)).size).toBe(2);
    await source.close();
  });

  it('resolves a digest that is found by hashing', async () => {
    const source = await opened(files);
    const { digest } = await resolved(source, 'other:v1');
    expect((await source.resolve(parseReference(`other@${digest}`)))?.digest).toBe(digest);
    await source.close();
  });

  it('says which layer of which image is absent', async () => {
    const lacking = files.filter(({ name }) => !/layer\.tar|\.tar(\.gz)?$/.test(name.toString()));
    const source = await opened(lacking);
    const error = await failure(resolved(source));
    expect(error.code).toBe('INCOMPLETE');
    expect(error.message).toContain('app:v1');
    await source.close();
  });

  it('says when the config is absent', async () => {
    const source = await opened(
      files.filter(({ name }) => !/\.json$|^sha256:/.test(name.toString()) || name === 'manifest.json'),
    );
    expect((await failure(resolved(source))).code).toBe('INCOMPLETE');
    await source.close();
  });

  it('refuses a layer that is not what the config says', async () => {
    const layer = /layer\.tar$|\.tar(\.gz)?$/;
    const [first, second] = files.filter(
      ({ name, type }) => layer.test(name.toString()) && type === undefined,
    );
    const swapped = files.map((file) =>
      file === second ? { ...file, content: first?.content ?? '' } : file,
    );
    const source = await opened(swapped);
    expect((await failure(resolved(source))).exitCode).toBe(4);
    await source.close();
  });

  it('refuses a config that is not what its name says', async () => {
    const config = /[0-9a-f]{64}(\.json)?$/;
    const changed = files.map((file) => {
      return config.test(file.name.toString()) && file.content !== undefined && file.type === undefined
        ? { ...file, content: Buffer.concat([Buffer.from(file.content), Buffer.from(' ')]) }
        : file;
    });
    const source = await opened(changed);
    expect((await failure(resolved(source))).exitCode).toBe(4);
    await source.close();
  });
});

async function diffIdsOf(seed: string, platform: string): Promise<readonly string[]> {
  const { config, blobs } = await randomImage(seed, platform);
  const text = Buffer.from(blobs.get(config.digest)?.bytes ?? '').toString();
  return (JSON.parse(text) as { rootfs: { diff_ids: string[] } }).rootfs.diff_ids;
}

describe('a docker archive', () => {
  const one = (table: unknown): readonly RawTarEntry[] => [
    ...dockerArchiveFiles([{ image, repoTags: ['app:v1'] }], 'podman').filter(
      ({ name }) => name !== 'manifest.json',
    ),
    { name: 'manifest.json', content: JSON.stringify(table) },
  ];

  it('resolves any name where its only image has none', async () => {
    const source = await opened(dockerArchiveFiles([{ image, repoTags: null }], 'podman'));
    expect(source.names()).toEqual([]);
    expect(source.unnamed()).toHaveLength(1);
    await readImage(await resolved(source, 'any.example/app:v9'), source.content(app));
    await source.close();
  });

  it('makes an index of one tag for several platforms', async () => {
    const entries = [image, other].map((each) => ({ image: each, repoTags: ['app:v1'] }));
    const source = await opened(dockerArchiveFiles(entries, 'podman'));
    const { document } = await readManifest(await resolved(source), source.content(app));
    const platforms = document.kind === 'index' ? document.manifests.map(({ platform }) => platform) : [];
    expect(platforms.map((platform) => platform?.architecture)).toEqual(['arm64', 'amd64']);
    await source.close();
  });

  it('knows zstd layers by their first bytes', async () => {
    const bytes = Buffer.from('28b52ffd04000100009952d3ca', 'hex');
    const layer = {
      descriptor: { mediaType: MEDIA_TYPES.ociLayerZstd, digest: digestOf(bytes), size: bytes.length },
      bytes,
    };
    const zstd = createImage({ platform: 'linux/amd64', layers: [{ ...layer, diffId: base.diffId }] });
    const source = await opened(dockerArchiveFiles([{ image: zstd, repoTags: ['app:v1'] }], 'podman'));
    const { document } = await readManifest(await resolved(source), source.content(app));
    expect(document.kind === 'manifest' && document.layers).toEqual([layer.descriptor]);
    await source.close();
  });

  it.each<[string, unknown, string]>([
    ['no list', { Config: 'c' }, 'DOCUMENT_INVALID'],
    ['no config', [{ Layers: [] }], 'DOCUMENT_INVALID'],
    ['layers that are no paths', [{ Config: 'c', Layers: [1] }], 'DOCUMENT_INVALID'],
    ['two spellings of one key', [{ Config: 'c', Layers: [], layers: [] }], 'DOCUMENT_INVALID'],
    ['too many layers', [{ Config: 'c', Layers: Array<string>(1001).fill('a') }], 'LIMIT_EXCEEDED'],
    ['too many images', Array<unknown>(10_001).fill({ Config: 'c' }), 'LIMIT_EXCEEDED'],
  ])('is refused for a manifest.json with %s', async (_, table, code) => {
    expect((await failure(opened(one(table)))).code).toBe(code);
  });

  it.each<[string, string]>([
    ['outside', '../../etc/passwd'],
    ['of the whole machine', '/etc/passwd'],
  ])('reads no file %s that its manifest.json names', async (_, path) => {
    for (const table of [
      [{ Config: path, RepoTags: ['app:v1'], Layers: [] }],
      [{ Config: `${image.config.digest.slice(7)}.json`, RepoTags: ['app:v1'], Layers: [path, path, path] }],
    ]) {
      const source = await opened(one(table));
      expect((await failure(resolved(source))).code).toBe('INCOMPLETE');
      await source.close();
    }
  });

  it('refuses another number of layers than the config has', async () => {
    const source = await opened(
      one([{ Config: `${image.config.digest.slice(7)}.json`, RepoTags: ['app:v1'] }]),
    );
    expect((await failure(resolved(source))).code).toBe('ARCHIVE_INVALID');
    await source.close();
  });

  it.each(['manifest.json', `${image.config.digest.slice(7)}.json`])('refuses %s as a link', async (name) => {
    const files = dockerArchiveFiles([{ image, repoTags: ['app:v1'] }], 'podman');
    const linked = files.flatMap((file): RawTarEntry[] =>
      file.name === name
        ? [
            { ...file, name: 'elsewhere' },
            { name, type: '2', linkName: 'elsewhere' },
          ]
        : [file],
    );
    const work = opened(linked).then(async (source) => {
      await using open = source;
      return await resolved(open);
    });
    expect((await failure(work)).code).toBe('ARCHIVE_INVALID');
  });

  it.each<[string, Buffer]>([
    [
      'cut off',
      Buffer.from(image.blobs.get(image.layers[0]?.digest ?? base.diffId)?.bytes ?? '').subarray(0, 40),
    ],
    ['of bzip2', Buffer.from('BZh91AY&SY')],
    ['of junk after gzip', Buffer.concat([Buffer.from('1f8b08', 'hex'), Buffer.alloc(300, 7)])],
  ])('refuses a layer %s', async (_, content) => {
    const files = dockerArchiveFiles([{ image, repoTags: ['app:v1'] }], 'crane');
    const layer = `${base.descriptor.digest.slice(7)}.tar.gz`;
    const source = await opened(files.map((file) => (file.name === layer ? { ...file, content } : file)));
    expect([4, 9]).toContain((await failure(resolved(source))).exitCode);
    await source.close();
  });

  it('stops hashing at once when aborted, and hashes for the next caller', async () => {
    const source = await opened(dockerArchiveFiles([{ image, repoTags: ['app:v1'] }], 'crane'));
    const signal = AbortSignal.abort();
    expect((await failure(source.resolve(app, { signal }))).code).toBe('INTERRUPTED');
    await readImage(await resolved(source), source.content(app));
    await source.close();
  });
});
