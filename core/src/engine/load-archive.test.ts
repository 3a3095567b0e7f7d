import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf, type TargetImage } from '../content/index.ts';
import { openArchive } from '../layout/index.ts';
import { parseReference } from '../model/index.ts';
import { createScratchFolder, type ScratchFolder } from '../testing/files/scratch-folder.ts';
import { MemoryStore, randomImage, randomIndex, type TestContent, type TestImage } from '../testing/index.ts';
import { loadArchiveBytes, planLoadArchive, type LoadArchive } from './load-archive.ts';

let scratch: ScratchFolder;
let index: TestContent;
let amd64: TestImage;
let arm64: TestImage;
beforeAll(async () => {
  scratch = await createScratchFolder();
  index = await randomIndex('index', ['amd64', 'arm64'], { attestations: true, layerBytes: 3_000 });
  amd64 = await randomImage('one', 'amd64', { layerBytes: 512 });
  arm64 = await randomImage('two', 'arm64');
  return () => scratch.remove();
});

function cellImage(name: string, { manifest, platform, config }: TestImage): TargetImage {
  return { name: parseReference(name), root: manifest, cells: [{ platform, manifest, config }] };
}

function indexImage(name: string): TargetImage {
  return { name: parseReference(name), root: index.manifest, cells: [] };
}

async function bytesOf(archive: LoadArchive, from: MemoryStore): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of loadArchiveBytes(archive, from)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('an archive for a containerd store', () => {
  it('holds every root as it is with all under it, and the full names', async () => {
    const from = new MemoryStore().add(index).add(amd64);
    const images = [indexImage('app:v1'), indexImage('far:5000/app:v2'), cellImage('one:v1', amd64)];
    const archive = await planLoadArchive(images, from, { store: 'containerd' });
    const bytes = await bytesOf(archive, from);
    expect(bytes.byteLength).toBe(archive.size);
    const source = await openArchive(await scratch.save(bytes));
    expect(source.names()).toEqual([
      'docker.io/library/app:v1',
      'far:5000/app:v2',
      'docker.io/library/one:v1',
    ]);
    for (const { name, root } of images) {
      expect(await source.resolve(name)).toMatchObject({ digest: root.digest, size: root.size });
    }
    const blobs = [...index.blobs.values(), ...amd64.blobs.values()].map(({ descriptor }) => descriptor);
    expect(await source.content(parseReference('app:v1')).lacks(blobs)).toEqual([]);
    await source.close();
  });

  it('is the same bytes each time', async () => {
    const from = new MemoryStore().add(index).add(amd64);
    const make = async (): Promise<string> => {
      const archive = await planLoadArchive([indexImage('app:v1'), cellImage('one:v1', amd64)], from, {
        store: 'containerd',
      });
      return digestOf(await bytesOf(archive, from));
    };
    expect(await make()).toBe(await make());
  });

  it('is not planned when the source lacks a blob', async () => {
    const from = new MemoryStore().add(amd64);
    from.drop(amd64.layers[1]?.digest ?? amd64.config.digest);
    const plan = planLoadArchive([cellImage('one:v1', amd64)], from, { store: 'containerd' });
    await expect(plan).rejects.toMatchObject({ code: 'INCOMPLETE' });
  });

  it('ends before the last byte of a blob that is not what its digest says', async () => {
    const from = new MemoryStore().add(amd64);
    const archive = await planLoadArchive([cellImage('one:v1', amd64)], from, { store: 'containerd' });
    const [layer] = amd64.layers;
    if (layer === undefined) throw new Error('a random image has layers');
    from.corrupt(layer, Buffer.alloc(layer.size, 1));
    await expect(bytesOf(archive, from)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });
});

describe('an archive for a classic store', () => {
  it('lists config and layers of one platform under each name', async () => {
    const from = new MemoryStore().add(amd64).add(arm64);
    const images = [
      cellImage('app:v1', amd64),
      cellImage('app:v1-arm64', arm64),
      cellImage('far:5000/same:v1', amd64),
    ];
    const archive = await planLoadArchive(images, from, { store: 'classic' });
    expect(archive.documents.map(({ name }) => name)).toEqual(['manifest.json']);
    const path = (digest: string): string => `blobs/sha256/${digest.slice('sha256:'.length)}`;
    expect(JSON.parse(Buffer.from(archive.documents[0]?.content ?? []).toString())).toEqual([
      {
        Config: path(amd64.config.digest),
        RepoTags: ['docker.io/library/app:v1', 'far:5000/same:v1'],
        Layers: amd64.layers.map(({ digest }) => path(digest)),
      },
      {
        Config: path(arm64.config.digest),
        RepoTags: ['docker.io/library/app:v1-arm64'],
        Layers: arm64.layers.map(({ digest }) => path(digest)),
      },
    ]);
    const digests = archive.blobs.map(({ digest }) => digest);
    expect(digests).toEqual([...digests].sort());
    expect(digests).toHaveLength(6);
    expect((await bytesOf(archive, from)).byteLength).toBe(archive.size);
  });

  it('refuses an image of several platforms', async () => {
    const both = { ...cellImage('app:v1', amd64), root: index.manifest };
    const image = { ...both, cells: [...both.cells, ...cellImage('app:v1', arm64).cells] };
    const from = new MemoryStore().add(index).add(amd64).add(arm64);
    const plan = planLoadArchive([image], from, { store: 'classic' });
    await expect(plan).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });
});
