import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FoundImage } from '../../content/index.ts';
import { parsePlatform, type ProgressEvent } from '../../model/index.ts';
import { MemoryStore, randomImage, randomIndex } from '../../testing/index.ts';
import {
  assemble,
  bundleBytes,
  remakeForeignFiles,
  requestFor,
  takeApart,
} from '../../testing/bundles/bundle-parts.ts';
import { errorCodeOf } from '../../testing/error-code.ts';
import { cellAt, contractAt, setPlatform } from '../../testing/bundles/forgery.ts';
import { MemoryTarget } from '../../testing/stores/memory-target.ts';
import { createScratchFolder, type ScratchFolder } from '../../testing/files/scratch-folder.ts';
import { importBundle, openVerified } from './import.ts';
import { openBundle, type BundleReader } from '../open.ts';
import { planBundle } from '../plan/plan.ts';

let scratch: ScratchFolder;
let bytes: Buffer;
let bundle: BundleReader;
beforeAll(async () => {
  scratch = await createScratchFolder();
  const store = new MemoryStore()
    .add(await randomIndex('a', ['linux/amd64', 'linux/arm64'], { attestations: true }), 'a:v1')
    .add(await randomImage('b', 'linux/amd64'), 'b:v1');
  const requests = [requestFor('a:v1', store), requestFor('b:v1', store)];
  bytes = await bundleBytes(await planBundle(requests, { name: 'site', version: '7' }));
});
beforeEach(async () => {
  bundle = await openVerified(await scratch.save(bytes));
});
afterEach(() => bundle.close());
afterAll(() => scratch.remove());

const A = 'docker.io/library/a:v1';

function foundIn(target: MemoryTarget, name: string): FoundImage {
  const found = target.names.get(name);
  if (found === undefined) throw new Error(`the target has no ${name}`);
  return found;
}

describe('a receipt', () => {
  it('says what the target has', async () => {
    const receipt = await importBundle(bundle, new MemoryTarget());
    expect(receipt).toMatchObject({
      type: 'application/vnd.xbundle.receipt.v1+json',
      bundle: { id: bundle.head.id, name: 'site', version: '7' },
      target: { kind: 'docker', label: 'memory target' },
      complete: true,
    });
    const root = bundle.index.images[0]?.root.digest;
    expect(receipt.names[0]).toEqual({ image: A, name: A, action: 'create', wanted: root, found: root });
    expect(receipt.cells.map(({ image, platform, state }) => [image, platform, state])).toEqual([
      [A, 'linux/amd64', 'present'],
      [A, 'linux/arm64', 'present'],
      ['docker.io/library/b:v1', 'linux/amd64', 'present'],
    ]);
    const [cell] = bundle.index.cells;
    expect(receipt.cells[0]).toMatchObject({ digest: cell?.manifest?.digest, config: cell?.config?.digest });
  });

  it('of a store without indexes is complete by its image IDs', async () => {
    const target = new MemoryTarget({ holdsIndexes: false });
    const receipt = await importBundle(bundle, target, { platforms: 'all', allowIncomplete: true });
    expect(receipt.complete).toBe(true);
    expect(receipt.names.map(({ name, found }) => [name, found])).toEqual([
      [A, bundle.index.cells[0]?.config?.digest],
      ['docker.io/library/a:v1-arm64', bundle.index.cells[1]?.config?.digest],
      ['docker.io/library/b:v1', bundle.index.cells[2]?.config?.digest],
    ]);
  });

  it.each<readonly [string, string, (target: MemoryTarget) => void]>([
    ['lost the name', 'missing', (target) => target.names.delete(A)],
    [
      'has the name for something else',
      'wrong',
      (target) => target.names.set(A, { ...foundIn(target, A), root: bundle.head.id }),
    ],
    [
      'has another image under it',
      'missing',
      (target) => target.names.set(A, { root: bundle.head.id, cells: [] }),
    ],
    [
      'has it in part',
      'wrong',
      (target) => {
        const found = foundIn(target, A);
        target.names.set(A, { ...found, cells: found.cells.map((cell) => ({ ...cell, complete: false })) });
      },
    ],
  ])('is not complete when the target took all and %s', async (_, state, lose) => {
    const target = new MemoryTarget();
    const store = target.store.bind(target);
    target.store = async (...args) => {
      await store(...args);
      lose(target);
    };
    const receipt = await importBundle(bundle, target);
    expect(receipt.complete).toBe(false);
    expect(receipt.cells.filter(({ image }) => image === A).map((cell) => cell.state)).toEqual([
      state,
      state,
    ]);
    expect(receipt.cells[0]?.reason).toBeTruthy();
    expect(receipt.cells.find(({ image }) => image !== A)?.state).toBe('present');
  });

  it('is not complete when one platform of several did not arrive', async () => {
    const target = new MemoryTarget();
    const store = target.store.bind(target);
    target.store = async (...args) => {
      await store(...args);
      const found = foundIn(target, A);
      target.names.set(A, { ...found, cells: found.cells.slice(0, 1) });
    };
    const receipt = await importBundle(bundle, target);
    expect(receipt.cells.map(({ state }) => state)).toEqual(['present', 'missing', 'present']);
  });

  it('is not complete where a name was kept as it is', async () => {
    const target = new MemoryTarget();
    target.names.set(A, { root: bundle.head.id, cells: [] });
    const receipt = await importBundle(bundle, target, { onExistingTag: 'skip' });
    expect(receipt.complete).toBe(false);
    expect(receipt.names[0]).toMatchObject({ action: 'skip', found: bundle.head.id });
    expect(target.names.get(A)?.root).toBe(bundle.head.id);
  });
});

describe('an import that was done before', () => {
  it('moves nothing and asks for nothing to be stored', async () => {
    const target = new MemoryTarget();
    const first = await importBundle(bundle, target);
    const moved = target.movedBytes;
    const again = await importBundle(bundle, target);
    expect(target.stored).toHaveLength(1);
    expect(target.movedBytes).toBe(moved);
    expect(again).toEqual({ ...first, names: first.names.map((name) => ({ ...name, action: 'present' })) });
  });

  it('is repaired where content has gone since', async () => {
    const target = new MemoryTarget();
    await importBundle(bundle, target);
    const config = bundle.index.cells[1]?.config?.digest;
    if (config !== undefined) target.blobs.delete(config);
    const receipt = await importBundle(bundle, target);
    expect(receipt.complete).toBe(true);
    expect(receipt.names.map(({ action }) => action)).toEqual(['repair', 'present']);
    expect(target.stored.at(-1)).toHaveLength(1);
  });
});

describe('cells that are not there', () => {
  it('end the import before anything is moved', async () => {
    const target = new MemoryTarget();
    const options = { platforms: [parsePlatform('arm64')] };
    expect(await errorCodeOf(importBundle(bundle, target, options))).toBe('INCOMPLETE');
    expect(target.stored).toEqual([]);
  });

  it('stand in the receipt when the rest is imported all the same', async () => {
    const target = new MemoryTarget();
    const options = { platforms: [parsePlatform('arm64')], allowIncomplete: true };
    const receipt = await importBundle(bundle, target, options);
    expect(receipt.complete).toBe(false);
    expect(receipt.cells.map(({ image, state }) => [image, state])).toEqual([
      [A, 'present'],
      ['docker.io/library/b:v1', 'missing'],
    ]);
  });
});

describe('a bundle that is not as it should be', () => {
  it.each<readonly [string, string, (bytes: Buffer) => Buffer]>([
    ['has a damaged blob', 'DIGEST_MISMATCH', (good) => flip(good, good.length - 2000)],
    ['has damaged padding', 'BUNDLE_INVALID', (good) => flip(good, good.length - 1)],
    ['is cut short', 'BUNDLE_INVALID', (good) => good.subarray(0, -512)],
    ['is none', 'BUNDLE_INVALID', () => Buffer.alloc(4096)],
  ])('because it %s is refused before a target is touched', async (_, code, damage) => {
    expect(await errorCodeOf(openVerified(await scratch.save(damage(bytes))))).toBe(code);
  });

  it('because a cell holds another platform than it says is refused too', async () => {
    const parts = await takeApart(bytes);
    setPlatform(cellAt(parts), 'linux/386');
    contractAt(parts).platforms = ['linux/386', 'linux/arm64'];
    remakeForeignFiles(parts);
    expect(await errorCodeOf(openVerified(await scratch.save(assemble(parts))))).toBe('BUNDLE_INVALID');
  });

  it('because it was changed after it was opened is found out when it is read', async () => {
    const target = new MemoryTarget();
    const { path } = bundle;
    const file = await readFile(path);
    await writeFile(path, flip(file, (bundle.head.map.blobs.values().next().value?.contentOffset ?? 0) + 5));
    expect(await errorCodeOf(importBundle(bundle, target))).toBe('DIGEST_MISMATCH');
  });
});

function flip(good: Buffer, at: number): Buffer {
  const copy = Buffer.from(good);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

describe('an import', () => {
  it('tells that it asks the target afterwards', async () => {
    const events: ProgressEvent[] = [];
    await importBundle(bundle, new MemoryTarget(), { onProgress: (event) => events.push(event) });
    expect(events.at(-1)).toEqual({ type: 'phase', phase: 'read-back' });
  });

  it('is INTERRUPTED when it is aborted', async () => {
    const work = importBundle(bundle, new MemoryTarget(), { signal: AbortSignal.abort() });
    expect(await errorCodeOf(work)).toBe('INTERRUPTED');
  });

  it('fails as the target does', async () => {
    const target = new MemoryTarget();
    target.store = () => Promise.reject(new Error('the target is on fire'));
    await expect(importBundle(bundle, target)).rejects.toThrow('on fire');
  });
});

describe('a bundle as a source', () => {
  it('gives back the same bundle', async () => {
    const reader = await openBundle(bundle.path);
    const requests = [requestFor('a:v1', reader), requestFor('b:v1', reader)];
    const plan = await planBundle(requests, { name: 'site', version: '7' });
    expect(plan.index.images.map(({ root }) => root)).toEqual(bundle.index.images.map(({ root }) => root));
    expect(plan.index.blobs).toEqual(bundle.index.blobs);
    await reader.close();
  });
});
