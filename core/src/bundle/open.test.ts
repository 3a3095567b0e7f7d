import { appendFile, truncate } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../content/index.ts';
import { parseReference } from '../model/index.ts';
import { MemoryStore, randomIndex } from '../testing/index.ts';
import { bundleBytes, requestFor } from '../testing/bundles/bundle-parts.ts';
import { errorCodeOf } from '../testing/error-code.ts';
import { createScratchFolder, type ScratchFolder } from '../testing/files/scratch-folder.ts';
import { openBundle, type BundleReader } from './open.ts';
import { planBundle, type BundlePlan } from './plan/plan.ts';

let scratch: ScratchFolder;
let plan: BundlePlan;
let bytes: Buffer;
let reader: BundleReader;
beforeAll(async () => {
  scratch = await createScratchFolder();
  const store = new MemoryStore();
  store.add(await randomIndex('a', ['linux/amd64', 'linux/arm64'], { attestations: true }), 'a:v1');
  plan = await planBundle([requestFor('a:v1', store)]);
  bytes = await bundleBytes(plan);
});
beforeEach(async () => {
  reader = await openBundle(await scratch.save(bytes));
});
afterEach(() => reader.close());
afterAll(() => scratch.remove());

describe('an open bundle', () => {
  it('resolves images and arch tags', async () => {
    const root = plan.index.images[0]?.root;
    expect(await reader.resolve(parseReference('a:v1'))).toEqual(root);
    expect(await reader.resolve(parseReference('docker.io/library/a:v1'))).toEqual(root);
    const arm64 = await reader.resolve(parseReference('a:v1-arm64'));
    expect(arm64?.digest).toBe(plan.index.cells[1]?.manifest?.digest);
    expect(await reader.resolve(parseReference('a:v2'))).toBeUndefined();
  });

  it('resolves a digest to exactly that, whatever the tag beside it', async () => {
    const manifest = plan.index.cells[1]?.manifest?.digest ?? '';
    expect((await reader.resolve(parseReference(`a:v1@${manifest}`)))?.digest).toBe(manifest);
    expect((await reader.resolve(parseReference(`a@${manifest}`)))?.digest).toBe(manifest);
    const attestation = plan.index.attestations[0]?.manifest.digest ?? '';
    expect((await reader.resolve(parseReference(`a@${attestation}`)))?.digest).toBe(attestation);
    const other = `sha256:${'0'.repeat(64)}`;
    expect(await reader.resolve(parseReference(`a:v1@${other}`))).toBeUndefined();
  });

  it('gives every blob, whole and from any offset', async () => {
    for (const { digest, size } of plan.index.blobs) {
      const blob = { mediaType: 'x', digest, size };
      const whole = await collect(reader.content().read(blob), size, 'it');
      const half = await collect(reader.readFrom(blob, size >> 1), size, 'it');
      expect(
        Buffer.from(whole)
          .subarray(size >> 1)
          .equals(half),
      ).toBe(true);
    }
  });

  it('knows what it lacks', async () => {
    const [blob] = plan.fetches;
    const none = { mediaType: 'x', digest: reader.head.id, size: 5 };
    const here = blob === undefined ? none : blob.blob;
    const otherSize = { ...here, size: here.size + 1 };
    expect(await reader.lacks([here, none, otherSize])).toEqual([none, otherSize]);
    expect(await errorCodeOf(collect(reader.read(none), 5, 'it'))).toBe('NOT_FOUND');
    expect(await errorCodeOf(collect(reader.read(otherSize), 50_000, 'it'))).toBe('SIZE_MISMATCH');
  });

  it.each([
    ['cut short', (path: string) => truncate(path, bytes.length - 1)],
    ['longer than it says', (path: string) => appendFile(path, 'x')],
    ['cut within xbundle.json', (path: string) => truncate(path, 2000)],
    ['empty', (path: string) => truncate(path, 0)],
  ])('is refused when it is %s', async (_, change) => {
    const path = await scratch.save(bytes);
    await change(path);
    expect(await errorCodeOf(openBundle(path))).toBe('BUNDLE_INVALID');
  });

  it('is not there where there is no file', async () => {
    expect(await errorCodeOf(openBundle(scratch.fresh()))).toBe('FILE_SYSTEM');
    expect(await errorCodeOf(openBundle(scratch.path))).toBe('FILE_SYSTEM');
  });

  it('that is cut short while it is read is an error, not less content', async () => {
    const path = await scratch.save(bytes);
    const open = await openBundle(path);
    await truncate(path, (open.head.map.blobs.values().next().value?.contentOffset ?? 0) + 10);
    const codes = await Promise.all(
      plan.fetches.map(({ blob }) => errorCodeOf(collect(open.read(blob), blob.size, 'it'))),
    );
    await open.close();
    expect(codes).toContain('SIZE_MISMATCH');
  });
});
