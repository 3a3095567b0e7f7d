import { setTimeout as sleep } from 'node:timers/promises';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bytes } from '../../content/index.ts';
import { parsePlatform, parseReference, type Digest } from '../../model/index.ts';
import { MemoryStore, randomIndex } from '../../testing/index.ts';
import { bundleBytes, inChunks, requestFor } from '../../testing/bundles/bundle-parts.ts';
import { errorCodeOf } from '../../testing/error-code.ts';
import { createScratchFolder, type ScratchFolder } from '../../testing/files/scratch-folder.ts';
import { ENTRY_NAMES, serializeBundleIndex } from '../format/format.ts';
import { mapBundle, type BundleMap } from '../format/front-matter.ts';
import { planBundle, type BundlePlan } from '../plan/plan.ts';
import { verifyBundle, type VerifyReport } from './verify.ts';

let scratch: ScratchFolder;
let plan: BundlePlan;
let bytes: Buffer;
let map: BundleMap;
beforeAll(async () => {
  scratch = await createScratchFolder();
  const store = new MemoryStore()
    .add(await randomIndex('a', ['linux/amd64', 'linux/arm64'], { attestations: true }), 'a:v1')
    .add(await randomIndex('b', ['linux/amd64', 'linux/arm/v7']), 'b:v1');
  plan = await planBundle([requestFor('a:v1', store), requestFor('b:v1', store)], { name: 'release-1' });
  bytes = await bundleBytes(plan);
  map = mapBundle(plan.index, serializeBundleIndex(plan.index).byteLength);
});
afterAll(() => scratch.remove());

function changed(...places: readonly number[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const at of places) copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** Verifies as a file and as a stream, which must come to the same result. */
async function verifyBoth(bundle: Uint8Array): Promise<VerifyReport> {
  const fromFile = await verifyBundle(await scratch.save(bundle));
  expect(await verifyBundle(inChunks(bundle, 1000))).toEqual({
    ...fromFile,
    problems: fromFile.problems.map((problem) => ({ ...problem, message: expect.any(String) as string })),
  });
  return fromFile;
}

function front(name: string): number {
  return map.front.find((entry) => entry.name === name)?.contentOffset ?? 0;
}

function blobOf(kind: 'manifest' | 'config' | 'index' | undefined): {
  digest: Digest;
  offset: number;
  end: number;
} {
  const blob = plan.index.blobs.find((each) => each.kind === kind && each.size % 512 !== 0);
  if (blob === undefined) throw new Error('there is no such blob');
  const entry = map.blobs.get(blob.digest);
  return { digest: blob.digest, offset: entry?.contentOffset ?? 0, end: entry?.end ?? 0 };
}

describe('a good bundle', () => {
  it('is complete and intact, and not signed', async () => {
    const report = await verifyBoth(bytes);
    expect(report).toMatchObject({
      complete: true,
      integrity: 'ok',
      signed: false,
      quick: false,
      problems: [],
      index: plan.index,
    });
    expect(report.cells.map(({ image, platform, state }) => [image, platform, state])).toEqual([
      ['docker.io/library/a:v1', 'linux/amd64', 'present'],
      ['docker.io/library/a:v1', 'linux/arm64', 'present'],
      ['docker.io/library/b:v1', 'linux/amd64', 'present'],
      ['docker.io/library/b:v1', 'linux/arm/v7', 'present'],
    ]);
    const [cell] = plan.index.cells;
    expect(report.cells[0]).toEqual({
      image: cell?.image,
      platform: cell?.platform,
      state: 'present',
      digest: cell?.manifest?.digest,
      config: cell?.config?.digest,
      size: cell?.size,
      archTag: 'docker.io/library/a:v1-amd64',
    });
  });

  it('comes in chunks of any size', async () => {
    for (const size of [1, 511, 512, 513, 1_000_000]) {
      expect(await verifyBundle(inChunks(bytes, size))).toMatchObject({ integrity: 'ok', complete: true });
    }
  });
});

describe('damage', () => {
  const kinds: readonly (readonly [string, readonly string[], () => Buffer])[] = [
    ['to the first entry', ['NO_BUNDLE'], () => changed(10)],
    ['to the header of xbundle.json', ['NO_BUNDLE'], () => changed(1024 + 130)],
    ['to the syntax of xbundle.json', ['NO_BUNDLE'], () => changed(front(ENTRY_NAMES.index))],
    ['to a name in xbundle.json', ['DIGEST'], () => changed(bytes.indexOf('release-1') + 8)],
    ['to xbundle.json.sha256', ['DIGEST'], () => changed(front(ENTRY_NAMES.indexChecksum))],
    ['to index.json', ['DIGEST'], () => changed(front(ENTRY_NAMES.ociIndex) + 9)],
    ['to manifest.json', ['DIGEST'], () => changed(front(ENTRY_NAMES.dockerManifest) + 9)],
    ['to a layer', ['DIGEST'], () => changed(blobOf(undefined).offset)],
    ['to a manifest', ['DIGEST'], () => changed(blobOf('manifest').offset + 20)],
    ['to a config', ['DIGEST'], () => changed(blobOf('config').offset + 20)],
    ['to an index', ['DIGEST'], () => changed(blobOf('index').offset + 20)],
    ['to a header', ['STRUCTURE'], () => changed(blobOf(undefined).offset - 500)],
    ['to padding', ['STRUCTURE'], () => changed(blobOf(undefined).end - 1)],
    ['to the end', ['STRUCTURE'], () => changed(bytes.length - 1)],
    ['by bytes that follow', ['SIZE'], () => Buffer.concat([bytes, Buffer.alloc(1)])],
    ['by a cut within the end', ['SIZE', 'STRUCTURE'], () => bytes.subarray(0, -1)],
    [
      'by a cut within a blob',
      ['DIGEST', 'SIZE', 'STRUCTURE'],
      () => bytes.subarray(0, blobOf(undefined).offset + 1),
    ],
    ['by a cut within xbundle.json', ['NO_BUNDLE'], () => bytes.subarray(0, 2000)],
    ['that left nothing', ['NO_BUNDLE'], () => Buffer.alloc(0)],
  ];
  it.each(kinds)('%s is %j', async (_, codes, damage) => {
    const report = await verifyBoth(damage());
    expect(report.integrity).toBe('failed');
    expect([...new Set(report.problems.map(({ code }) => code))].sort()).toEqual(codes);
  });

  it('in several places is reported all at once, in the order of the bytes', async () => {
    const places = [
      front(ENTRY_NAMES.ociIndex),
      blobOf(undefined).offset - 500,
      blobOf('config').offset,
      bytes.length - 3,
    ];
    const { problems } = await verifyBoth(changed(...places));
    expect(problems.map(({ code }) => code).sort()).toEqual(['DIGEST', 'DIGEST', 'STRUCTURE', 'STRUCTURE']);
    expect(problems.map(({ offset = 0 }) => offset).sort((a, b) => a - b)).toEqual(
      places.map((at) => expect.closeTo(at, -3) as number).sort(),
    );
  });

  it('to a blob makes the cells that need it wrong, and no others', async () => {
    const layer = plan.fetches.find(({ blob }) => blob.mediaType.includes('layer'))?.blob.digest;
    const offset = layer === undefined ? 0 : (map.blobs.get(layer)?.contentOffset ?? 0);
    const report = await verifyBoth(changed(offset));
    const wrong = report.cells.filter(({ state }) => state === 'wrong');
    expect(wrong).toHaveLength(1);
    expect(wrong[0]?.reason).toContain(layer);
    expect(report.complete).toBe(false);
  });

  it('to layers is passed over by a quick look, damage to documents is not', async () => {
    const layer = await scratch.save(changed(blobOf(undefined).offset));
    expect(await verifyBundle(layer, { quick: true })).toMatchObject({ integrity: 'ok', quick: true });
    const config = await scratch.save(changed(blobOf('config').offset));
    expect(await verifyBundle(config, { quick: true })).toMatchObject({ integrity: 'failed' });
    const end = await scratch.save(changed(bytes.length - 1));
    expect(await verifyBundle(end, { quick: true })).toMatchObject({ integrity: 'failed' });
  });
});

describe('a contract from outside', () => {
  const [amd64, arm64, s390x] = ['amd64', 'arm64', 's390x'].map((text) => parsePlatform(text));
  it.each([
    ['the same platforms', { platforms: [amd64] }, []],
    ['more platforms', { platforms: [amd64, s390x] }, ['a:v1 linux/s390x', 'b:v1 linux/s390x']],
    ['an image that is there', { images: [{ name: parseReference('a:v1') }] }, []],
    ['an image that is not', { images: [{ name: parseReference('c:v1') }] }, ['c:v1 */*']],
    [
      'an image with its own platforms',
      { images: [{ name: parseReference('b:v1'), platforms: [arm64] }, { name: parseReference('a:v1') }] },
      ['b:v1 linux/arm64'],
    ],
    [
      'images and platforms',
      { images: [{ name: parseReference('a:v1') }, { name: parseReference('c:v1') }], platforms: [arm64] },
      ['c:v1 linux/arm64'],
    ],
  ])('with %s has these cells missing', async (_, contract, missing) => {
    const path = await scratch.save(bytes);
    const report = await verifyBundle(path, { contract: JSON.parse(JSON.stringify(contract)) as object });
    expect(report.integrity).toBe('ok');
    expect(report.complete).toBe(missing.length === 0);
    const cells = report.cells.filter(({ state }) => state === 'missing');
    expect(
      cells.map(({ image, platform }) => `${image.replace('docker.io/library/', '')} ${platform}`),
    ).toEqual(missing);
    expect(report.problems.map(({ code }) => code)).toEqual(missing.map(() => 'CELL_MISSING'));
  });
});

describe('a bundle that lacks cells', () => {
  it('is intact, not complete, and names them', async () => {
    const store = new MemoryStore().add(await randomIndex('a', ['linux/amd64']), 'a:v1');
    const lacking = await planBundle([
      requestFor('a:v1', store, ['amd64', 'arm64']),
      requestFor('none:v1', store),
    ]);
    const report = await verifyBoth(await bundleBytes(lacking));
    expect(report).toMatchObject({ integrity: 'ok', complete: false });
    expect(report.problems.map(({ code, image, platform }) => [code, image, platform])).toEqual([
      ['CELL_MISSING', 'docker.io/library/a:v1', 'linux/arm64'],
      ['CELL_MISSING', 'docker.io/library/none:v1', '*/*'],
    ]);
  });
});

describe('input that cannot be read', () => {
  it.each([
    ['is not there', () => Promise.resolve(`${scratch.path}/none.tar`)],
    [
      'is a directory',
      async () => {
        const path = scratch.fresh();
        await mkdir(path);
        return path;
      },
    ],
    [
      'is a pipe that nobody writes to',
      async () => {
        const path = scratch.fresh();
        await promisify(execFile)('mkfifo', [path]);
        return path;
      },
    ],
    ['is a device', () => Promise.resolve('/dev/zero')],
  ])('because it %s is an error of the file system, not a finding', async (_, place) => {
    expect(await errorCodeOf(verifyBundle(await place()))).toBe('FILE_SYSTEM');
  });

  it.each([
    ['an empty tar', Buffer.alloc(10_240)],
    ['a text', Buffer.from('#!/bin/sh\n'.repeat(1000))],
    ['zeros without end', Buffer.alloc(5_000_000)],
  ])('as a bundle because it is %s is NO_BUNDLE', async (_, input) => {
    expect((await verifyBoth(input)).problems.map(({ code }) => code)).toEqual(['NO_BUNDLE']);
  });

  it('for now because its writer has stalled is let go at once when aborted', async () => {
    async function* stalled(): Bytes {
      yield bytes.subarray(0, bytes.length / 2);
      await new Promise(() => undefined);
    }
    const abort = new AbortController();
    const work = errorCodeOf(verifyBundle(stalled(), { signal: abort.signal }));
    await sleep(50);
    const start = performance.now();
    abort.abort();
    expect(await work).toBe('INTERRUPTED');
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('because it was aborted is INTERRUPTED', async () => {
    const path = await scratch.save(bytes);
    expect(await errorCodeOf(verifyBundle(path, { signal: AbortSignal.abort() }))).toBe('INTERRUPTED');
  });
});
