import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planBundle, plannedContent, type BundlePlan } from '../bundle/index.ts';
import { parsePlatforms, parseReference, type ProgressEvent } from '../model/index.ts';
import { elfFor } from '../testing/images/arch-binaries.ts';
import { errorCodeOf } from '../testing/error-code.ts';
import { createImage, createIndex, layerOf, MemoryStore, type Layer } from '../testing/index.ts';
import { readAllowFile } from './allow-file.ts';
import { checkContent } from './check-content.ts';
import { createExportCheck, type ExportCheck } from './export-check.ts';

const NAME = 'docker.io/team/app:v1';

const layerFor = (architecture: string, path = 'bin/app'): Promise<Layer> =>
  layerOf([{ name: path, content: elfFor(architecture), mode: 0o755 }]);

/** A store with one image of these platforms. */
function storeOf(cells: Readonly<Record<string, readonly Layer[]>>): MemoryStore {
  const images = Object.entries(cells).map(([platform, layers]) =>
    createImage({ platform, layers, cmd: ['/bin/app'] }),
  );
  return new MemoryStore().add(createIndex(images), NAME);
}

function plan(store: MemoryStore, check?: ExportCheck): Promise<BundlePlan> {
  return planBundle([{ name: parseReference(NAME), source: store }], { lookInside: check?.lookInside });
}

describe('checkContent', () => {
  it('reports each cell of a plan, the worst of them as the whole', async () => {
    const store = storeOf({
      'linux/amd64': [await layerFor('amd64')],
      'linux/arm64': [await layerFor('amd64'), await layerFor('arm64', 'other')],
    });
    const report = await checkContent(plannedContent(await plan(store), 'it'), { depth: 'full' });
    expect(report).toMatchObject({
      state: 'wrong',
      absent: [],
      cells: [
        { image: NAME, platform: 'linux/amd64', state: 'ok' },
        { image: NAME, platform: 'linux/arm64', state: 'wrong' },
      ],
    });
    expect(report.cells[1]?.findings[0]).toMatchObject({ tier: 1, path: '/bin/app' });
  });

  it('misses a platform that is asked for and not there', async () => {
    const store = storeOf({ 'linux/amd64': [await layerFor('amd64')] });
    const content = plannedContent(await plan(store), 'it');
    const platforms = parsePlatforms(['amd64', 'arm64']);
    const { cells, absent } = await checkContent(content, { depth: 'quick', platforms });
    expect(cells.map(({ platform }) => platform)).toEqual(['linux/amd64']);
    expect(absent).toMatchObject([{ platform: 'linux/arm64', state: 'missing' }]);
  });

  it('compares with platforms that are not asked for, and does not report them', async () => {
    const shared = [await layerFor('amd64')];
    const store = storeOf({ 'linux/amd64': shared, 'linux/arm64': shared });
    const platforms = parsePlatforms(['amd64']);
    const content = plannedContent(await plan(store), 'it');
    expect(await checkContent(content, { depth: 'quick', platforms })).toMatchObject({
      state: 'suspect',
      cells: [{ platform: 'linux/amd64' }],
    });
  });
});

describe('createExportCheck', () => {
  it('makes a cell wrong before the index is chosen', async () => {
    const shared = [await layerFor('amd64')];
    const store = storeOf({ 'linux/amd64': shared, 'linux/arm64': shared });
    const check = createExportCheck({ depth: 'decide' });
    const { index } = await plan(store, check);
    expect(index.complete).toBe(false);
    expect(index.cells).toMatchObject([
      { platform: 'linux/amd64', state: 'present' },
      { platform: 'linux/arm64', state: 'wrong', reason: expect.stringContaining('/bin/app') as string },
    ]);
    expect(index.images).toMatchObject([{ origin: 'subset' }]);
    expect(check.checked.map(({ platform, state }) => `${platform} ${state}`)).toEqual([
      'linux/amd64 ok',
      'linux/arm64 wrong',
    ]);
  });

  it('leaves a plan as it is where nothing is wrong', async () => {
    const store = storeOf({
      'linux/amd64': [await layerFor('amd64')],
      'linux/arm64': [await layerFor('arm64')],
    });
    const checked = await plan(store, createExportCheck({ depth: 'full' }));
    expect(checked.index).toEqual((await plan(store)).index);
  });

  it('tells warnings as notes, and lets them pass', async () => {
    const events: ProgressEvent[] = [];
    const store = storeOf({
      'linux/arm/v6': [
        await layerOf([{ name: 'bin/app', content: elfFor('arm', { armTag: 10 }), mode: 0o755 }]),
      ],
    });
    const check = createExportCheck({ depth: 'full', onProgress: (event) => events.push(event) });
    expect((await plan(store, check)).index.complete).toBe(true);
    expect(events).toContainEqual({
      type: 'note',
      level: 'warning',
      code: 'arch-warning',
      values: expect.objectContaining({ image: 'team/app:v1', platform: 'linux/arm/v6' }) as object,
      message: expect.stringContaining('arm/v7') as string,
    });
  });
});

describe('readAllowFile', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xbundle-allow-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function read(text: string): Promise<unknown> {
    const path = join(folder, 'allow.json');
    await writeFile(path, text);
    return readAllowFile(path);
  }

  it('reads rules', async () => {
    const text = '[{"path": "opt/**", "reason": "ours"}, {"path": "/x", "arch": "amd64", "reason": "too"}]';
    expect(await read(text)).toEqual([
      { path: 'opt/**', reason: 'ours' },
      { path: '/x', architecture: 'amd64', reason: 'too' },
    ]);
  });

  it.each([
    ['x86_64', 'amd64'],
    ['aarch64', 'arm64'],
    ['sparc64', 'sparc64'],
  ])('takes %s for %s', async (arch, architecture) => {
    const text = JSON.stringify([{ path: 'opt/**', arch, reason: 'ours' }]);
    expect(await read(text)).toMatchObject([{ architecture }]);
  });

  it.each([
    [
      'an architecture that there is not',
      '[{"path": "opt/**", "arch": "amd65", "reason": "x"}]',
      'DEFINITION_INVALID',
    ],
    ['a rule without a reason', '[{"path": "opt/**"}]', 'DEFINITION_INVALID'],
    ['no list', '{}', 'DEFINITION_INVALID'],
    ['no JSON', 'path: opt', 'DOCUMENT_INVALID'],
  ])('refuses %s', async (_, text, code) => {
    expect(await errorCodeOf(read(text))).toBe(code);
  });

  it('fails where there is no file', async () => {
    expect(await errorCodeOf(readAllowFile(join(folder, 'none')))).toBe('FILE_SYSTEM');
  });
});
