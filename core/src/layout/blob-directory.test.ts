import { mkdir, readFile, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { digestOf, type Bytes } from '../content/index.ts';
import type { Descriptor } from '../model/index.ts';
import { testBlobSink, testBlobSource, type SourceHarness } from '../testing/suites/blob-store-suite.ts';
import { tarOfFiles } from '../testing/images/image-archives.ts';
import { readAll } from '../testing/images/read-image.ts';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { failure, LARGE_BLOB, SMALL_BLOB } from '../testing/suites/suite-blobs.ts';
import type { TestImage } from '../testing/images/random-image.ts';
import { openArchive } from './archive-source.ts';
import { createBlobDirectory } from './blob-directory.ts';

const scratch = await useScratchFolder();

const pathIn = (root: string, { digest }: Descriptor): string => join(root, 'blobs', ...digest.split(':'));

async function filesUnder(root: string): Promise<readonly string[]> {
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Files that this process has open below a folder. */
async function openBelow(root: string): Promise<number> {
  const descriptors = await readdir('/proc/self/fd');
  const paths = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(root)).length;
}

const isLinux = process.platform === 'linux';

testBlobSink('a blob directory', async () => {
  const root = scratch.fresh();
  await mkdir(root);
  return {
    sink: createBlobDirectory(root),
    stored: (blob) => readFile(pathIn(root, blob)).catch(() => undefined),
    visible: () => filesUnder(root),
  };
});

testBlobSource('a blob directory', async (image): Promise<SourceHarness> => {
  const root = scratch.fresh();
  for (const { descriptor, bytes } of image.blobs.values()) {
    await mkdir(join(pathIn(root, descriptor), '..'), { recursive: true });
    await writeFile(pathIn(root, descriptor), bytes);
  }
  return {
    source: createBlobDirectory(root),
    corrupt: (blob, bytes) => writeFile(pathIn(root, blob), bytes),
    drop: (blob) => rm(pathIn(root, blob)),
    ...(isLinux && { open: () => openBelow(root) }),
  };
});

testBlobSource('an archive', async (image): Promise<SourceHarness> => {
  const files = [
    { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    { name: 'index.json', content: JSON.stringify({ schemaVersion: 2, manifests: [image.manifest] }) },
    ...[...image.blobs.values()].map(({ descriptor, bytes }) => ({
      name: `blobs/${descriptor.digest.replace(':', '/')}`,
      content: bytes,
    })),
  ];
  const path = await scratch.save(tarOfFiles(files));
  const archive = await openArchive(path);
  return { source: archive.content(ANY), close: () => archive.close() };
});

const ANY = { registry: 'host', repository: 'any', tag: 'v1' };

describe('a blob directory', () => {
  async function stored(image: Pick<TestImage, 'blobs'>): Promise<string> {
    const root = scratch.fresh();
    const directory = createBlobDirectory(root);
    for (const { descriptor, bytes } of image.blobs.values())
      await directory.write(descriptor, bytesOf(bytes));
    return root;
  }
  const small = { blobs: new Map([[SMALL_BLOB.descriptor.digest, SMALL_BLOB]]) };

  it.each<[string, (root: string) => Promise<void>]>([
    [
      'a blob',
      async (root) => {
        const path = pathIn(root, SMALL_BLOB.descriptor);
        await rename(path, `${root}.bytes`);
        await symlink(`${root}.bytes`, path);
      },
    ],
    [
      'the folder of an algorithm',
      async (root) => {
        await rename(join(root, 'blobs/sha256'), `${root}.sha256`);
        await symlink(`${root}.sha256`, join(root, 'blobs/sha256'));
      },
    ],
    [
      'the blobs folder',
      async (root) => {
        await rename(join(root, 'blobs'), `${root}.blobs`);
        await symlink(`${root}.blobs`, join(root, 'blobs'));
      },
    ],
  ])('follows no link in place of %s', async (_, link) => {
    const root = await stored(small);
    await link(root);
    const directory = createBlobDirectory(root);
    const blob = SMALL_BLOB.descriptor;
    expect((await failure(readAll(directory.read(blob)))).code).toBe('ARCHIVE_INVALID');
    expect((await failure(readAll(directory.readFrom(blob, 1)))).code).toBe('ARCHIVE_INVALID');
    expect((await failure(directory.lacks([blob]))).code).toBe('ARCHIVE_INVALID');
  });

  it('does not write through a link in place of a folder', async () => {
    const [root, elsewhere] = [scratch.fresh(), scratch.fresh()];
    await mkdir(elsewhere);
    await mkdir(root);
    await symlink(elsewhere, join(root, 'blobs'));
    const work = createBlobDirectory(root).write(SMALL_BLOB.descriptor, bytesOf(SMALL_BLOB.bytes));
    expect((await failure(work)).code).toBe('ARCHIVE_INVALID');
    expect(await filesUnder(elsewhere)).toEqual([]);
  });

  it('does not read a folder that has the name of a blob', async () => {
    const root = await stored(small);
    const path = pathIn(root, SMALL_BLOB.descriptor);
    await rm(path);
    await mkdir(path);
    const work = readAll(createBlobDirectory(root).read(SMALL_BLOB.descriptor));
    expect((await failure(work)).code).toBe('ARCHIVE_INVALID');
  });

  it('keeps a sha512 blob in a folder of its own', async () => {
    const bytes = Buffer.from('content');
    const blob = { mediaType: 'text/plain', digest: digestOf(bytes, 'sha512'), size: bytes.byteLength };
    const root = scratch.fresh();
    const directory = createBlobDirectory(root);
    await directory.write(blob, bytesOf(bytes));
    expect(await readFile(pathIn(root, blob), 'utf8')).toBe('content');
    expect((await readAll(directory.read(blob))).toString()).toBe('content');
  });

  it('mends a blob whose bytes have gone wrong', async () => {
    const root = await stored(small);
    await writeFile(pathIn(root, SMALL_BLOB.descriptor), Buffer.alloc(SMALL_BLOB.bytes.byteLength));
    const directory = createBlobDirectory(root);
    await directory.write(SMALL_BLOB.descriptor, bytesOf(SMALL_BLOB.bytes));
    await readAll(directory.read(SMALL_BLOB.descriptor));
  });

  it('stops writing at once when aborted, also while its content stalls and does not listen', async () => {
    const root = scratch.fresh();
    const abort = new AbortController();
    const content = (async function* (): Bytes {
      yield LARGE_BLOB.bytes.subarray(0, 1000);
      await new Promise(() => undefined);
    })();
    const directory = createBlobDirectory(root);
    const work = failure(directory.write(LARGE_BLOB.descriptor, content, { signal: abort.signal }));
    await sleep(50);
    const start = performance.now();
    abort.abort();
    expect((await work).code).toBe('INTERRUPTED');
    expect(performance.now() - start).toBeLessThan(500);
    expect(await filesUnder(root)).toEqual([]);
  });
});

async function* bytesOf(bytes: Uint8Array): Bytes {
  yield await Promise.resolve(bytes);
}
