import { access } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { XbundleError } from '../../errors.ts';
import { createEngineClient, parseEndpoint, type EngineClient } from '../../engine/index.ts';
import { familiarReference, parsePlatform, parseReference, type ProgressEvent } from '../../model/index.ts';
import { createRegistryClient, type RegistryClient } from '../../registry/index.ts';
import {
  createIndex,
  randomImage,
  randomIndex,
  startRegistry,
  type TestContent,
  type TestRegistry,
} from '../../testing/index.ts';
import { errorCodeOf } from '../../testing/error-code.ts';
import { layoutFiles, tarOfFiles, writeFiles } from '../../testing/images/image-archives.ts';
import { startImageEngine } from '../../testing/engine/image-engine.ts';
import { createScratchFolder, type ScratchFolder } from '../../testing/files/scratch-folder.ts';
import type { ScriptedEngine } from '../../testing/engine/scripted-engine.ts';
import type { WantedImage } from './engine-offer.ts';
import { planBundle, type BundlePlan } from '../plan/plan.ts';
import { openSources, type SourceChoice, type SourceClients } from './sources.ts';

const TWO = ['linux/amd64', 'linux/arm64'];

let scratch: ScratchFolder;
let registry: TestRegistry;
let engine: ScriptedEngine;
let whole: TestContent;
let registryClient: RegistryClient;
let engineClient: EngineClient;
const notes: ProgressEvent[] = [];

const name = (path: string): string => `${registry.host}/${path}`;

beforeAll(async () => {
  scratch = await createScratchFolder();
  registry = await startRegistry();
  whole = await randomIndex('whole', TWO, { attestations: true });
  const arm64 = await randomImage('tagged', 'linux/arm64');
  const tagged = await randomIndex('tagged', ['linux/amd64']);
  const partial = await randomIndex('partial', TWO);
  const lost = [...partial.blobs.values()].find(({ bytes }) => Buffer.from(bytes).includes('"layers"'));
  for (const path of ['whole', 'partial', 'remote'])
    registry.push(path, 'v1', path === 'partial' ? partial : whole);
  engine = await startImageEngine({
    [name('whole:v1')]: { content: whole },
    [name('partial:v1')]: { content: partial, without: lost === undefined ? [] : [lost.descriptor.digest] },
    [name('tagged:v1')]: { content: tagged },
    [name('tagged:v1-arm64')]: { content: arm64 },
  });
});
beforeEach(() => {
  notes.length = 0;
  registry.clearRequests();
  registryClient = createRegistryClient();
  engineClient = createEngineClient(parseEndpoint(engine.host, { chosenBy: 'test' }));
});
afterEach(async () => {
  await registryClient.close();
  await engineClient.close();
});
afterAll(async () => {
  await registry.close();
  await engine[Symbol.asyncDispose]();
  await scratch.remove();
});

const clients: SourceClients = {
  registry: () => registryClient,
  engine: () => Promise.resolve(engineClient),
};

function wanted(path: string, platforms?: readonly string[]): WantedImage {
  return {
    name: parseReference(name(path)),
    ...(platforms !== undefined && { platforms: platforms.map((text) => parsePlatform(text)) }),
  };
}

/** The plan of these images from there, and the private file that was used for it. */
async function planFrom(
  images: readonly WantedImage[],
  from: SourceChoice,
  reach: SourceClients = clients,
): Promise<BundlePlan> {
  const spool = scratch.fresh('.save');
  const sources = await openSources(images, from, {
    clients: reach,
    spool,
    onProgress: (event) => notes.push(event),
  });
  try {
    return await planBundle(sources.requests, { engineStore: sources.engineStore });
  } finally {
    await sources.close();
    await expect(access(spool)).rejects.toThrow();
  }
}

function kinds({ index }: BundlePlan): readonly string[] {
  return index.images.map(({ name: image, source }) => `${image.replace(name(''), '')} ${source.kind}`);
}

function noted(): string {
  return notes.map((event) => (event.type === 'note' ? event.message : '')).join('\n');
}

const noEngine: SourceClients = {
  ...clients,
  engine: () => Promise.reject(new XbundleError('UNREACHABLE', 'there is no engine here')),
};

describe('the source of images', () => {
  it('is the registry when that is chosen, and the engine is not asked', async () => {
    const asked = engine.asked.length;
    const plan = await planFrom([wanted('whole:v1')], { kind: 'registry' });
    expect(kinds(plan)).toEqual(['whole:v1 registry']);
    expect(plan.index.images[0]?.root.digest).toBe(whole.manifest.digest);
    expect(engine.asked).toHaveLength(asked);
  });

  it('is the engine when that is chosen, and the registry is not asked', async () => {
    const plan = await planFrom([wanted('whole:v1')], { kind: 'docker' });
    expect(kinds(plan)).toEqual(['whole:v1 docker']);
    expect(plan.index.images[0]).toMatchObject({
      root: { digest: whole.manifest.digest },
      source: { store: 'containerd' },
    });
    expect(registry.requests).toEqual([]);
  });

  it('when it is the engine has missing cells for what that lacks', async () => {
    const plan = await planFrom([wanted('partial:v1', TWO), wanted('nothing:v1', ['amd64'])], {
      kind: 'docker',
    });
    expect(plan.index.cells.map(({ state }) => state).sort()).toEqual(['missing', 'missing', 'present']);
  });

  it('is the engine for what it has whole, arch tags included, and the registry for the rest', async () => {
    const images = [
      wanted('whole:v1', TWO),
      wanted('partial:v1', TWO),
      wanted('tagged:v1', TWO),
      wanted('remote:v1'),
    ];
    const plan = await planFrom(images, { kind: 'auto' });
    expect(kinds(plan)).toEqual([
      'partial:v1 registry',
      'remote:v1 registry',
      'tagged:v1 docker',
      'whole:v1 docker',
    ]);
    expect(plan.index.complete).toBe(true);
    expect(noted().trim().split('\n')).toEqual([
      `from the engine: ${name('whole:v1')}, ${name('tagged:v1')}`,
      `from the registry, as the engine lacks linux/amd64: ${name('partial:v1')}`,
      `from the registry: ${name('remote:v1')}`,
    ]);
  });

  it('is the registry for an image pinned to a digest that the engine has in part, arch tag or not', async () => {
    const tagged = await randomIndex('tagged', ['linux/amd64']);
    registry.push('tagged', 'v1', tagged);
    const image = wanted(`tagged:v1@${tagged.manifest.digest}`, TWO);
    const plan = await planFrom([image], { kind: 'auto' });
    expect(kinds(plan)).toEqual(['tagged:v1 registry']);
    expect(plan.index.cells.map(({ state }) => state)).toEqual(['present', 'missing']);
  });

  it('is the registry when there is no engine, and that is said', async () => {
    const plan = await planFrom([wanted('whole:v1')], { kind: 'auto' }, noEngine);
    expect(kinds(plan)).toEqual(['whole:v1 registry']);
    expect(noted()).toContain('from the registry, as no Docker Engine answers');
  });

  it('fails as the engine does when that is chosen', async () => {
    const work = planFrom([wanted('whole:v1')], { kind: 'docker' }, noEngine);
    expect(await errorCodeOf(work)).toBe('UNREACHABLE');
  });

  it.each(['auto', 'registry', 'docker'] as const)('of nothing is refused (%s)', async (kind) => {
    expect(await errorCodeOf(planFrom([], { kind }))).toBe('USAGE');
  });
});

describe('a file as the source', () => {
  const listed = (full: string): Parameters<typeof layoutFiles>[0] => [
    { content: whole, annotations: { 'io.containerd.image.name': full } },
  ];

  it.each(['oci', 'docker-archive'] as const)(
    'gives all of its images when none is named (%s)',
    async (kind) => {
      const path = await scratch.save(tarOfFiles(layoutFiles(listed('docker.io/library/app:v1'))));
      const plan = await planFrom([], { kind, path });
      expect(plan.index.images.map((image) => image.name)).toEqual(['docker.io/library/app:v1']);
      expect(plan.index.images[0]?.root.digest).toBe(whole.manifest.digest);
    },
  );

  it('may be a layout folder, of which images are named', async () => {
    const path = scratch.fresh();
    await writeFiles(path, layoutFiles(listed('docker.io/library/app:v1')));
    const plan = await planFrom([{ name: parseReference('app:v1') }], { kind: 'oci', path });
    expect(plan.index.complete).toBe(true);
    const other = await planFrom([{ name: parseReference('app:v2') }], { kind: 'oci', path });
    expect(other.index.cells.map(({ state }) => state)).toEqual(['missing']);
  });

  it('has arch tags that are no images of their own, unless they lead elsewhere', async () => {
    const named = (content: TestContent, tag: string): Parameters<typeof layoutFiles>[0][number] => ({
      content,
      annotations: { 'io.containerd.image.name': `docker.io/library/app:${tag}` },
    });
    const [amd64, arm64] = [await randomImage('a', 'linux/amd64'), await randomImage('a', 'linux/arm64')];
    const images = [
      named(createIndex([amd64, arm64]), 'v1'),
      named(amd64, 'v1-amd64'),
      named(await randomImage('other', 'linux/arm64'), 'v1-arm64'),
      named(arm64, 'v2-arm64'),
    ];
    const path = await scratch.save(tarOfFiles(layoutFiles(images)));
    const plan = await planFrom([], { kind: 'oci', path });
    expect(plan.index.images.map((image) => familiarReference(parseReference(image.name)))).toEqual([
      'app:v1',
      'app:v1-arm64',
      'app:v2-arm64',
    ]);
    expect(noted()).toBe('app:v1-amd64 is an arch tag of app:v1, no image of its own');
  });

  it.each([
    ['holds no image', () => []],
    ['holds an image without a full name', () => [{ content: whole, annotations: {} }]],
  ])('that %s cannot be exported as a whole', async (_, images) => {
    const path = await scratch.save(tarOfFiles(layoutFiles(images())));
    expect(await errorCodeOf(planFrom([], { kind: 'oci', path }))).toBe('USAGE');
  });

  it('is an error of the file system where there is none', async () => {
    const path = scratch.fresh('.tar');
    expect(await errorCodeOf(planFrom([], { kind: 'oci', path }))).toBe('FILE_SYSTEM');
  });
});
