import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { MEDIA_TYPES, type Descriptor } from '../model/index.ts';
import {
  createIndex,
  jsonBlob,
  MemoryStore,
  randomImage,
  randomIndex,
  type TestContent,
} from '../testing/index.ts';
import { childrenOf, walkManifests, type GraphNode } from './graph.ts';

async function walk(content: TestContent, store = new MemoryStore().add(content)): Promise<GraphNode[]> {
  const nodes: GraphNode[] = [];
  for await (const node of walkManifests(content.manifest, store)) nodes.push(node);
  return nodes;
}

const limit = { code: 'LIMIT_EXCEEDED' };

describe('walkManifests', () => {
  it('visits an image as one node', async () => {
    const image = await randomImage(1, 'amd64');
    const nodes = await walk(image);
    expect(nodes.map(({ descriptor }) => descriptor)).toEqual([image.manifest]);
    expect(nodes[0]?.parents).toEqual([]);
    expect(nodes[0] && childrenOf(nodes[0].document)).toEqual([image.config, ...image.layers]);
  });

  it('visits parents before children, in document order, attestations included', async () => {
    const index = await randomIndex(1, ['amd64', 'arm64'], { attestations: true });
    const [root, ...children] = await walk(index);
    expect(root?.descriptor).toEqual(index.manifest);
    expect(children.map(({ descriptor }) => descriptor)).toEqual(root && childrenOf(root.document));
    expect(children.every(({ parents }) => parents[0]?.digest === index.manifest.digest)).toBe(true);
  });

  it('names every index above a nested manifest, the root first', async () => {
    const index = await randomIndex(1, ['amd64'], { nested: 2 });
    const nodes = await walk(index);
    expect(nodes.map(({ parents }) => parents.length)).toEqual([0, 1, 2, 3]);
    expect(nodes[3]?.parents).toEqual(nodes.slice(0, 3).map(({ descriptor }) => descriptor));
  });

  it('visits each digest once, however often it is listed', async () => {
    const image = await randomImage(1, 'amd64');
    const inner = createIndex([image, image]);
    const nodes = await walk(createIndex([image, inner, image, inner]));
    expect(nodes).toHaveLength(3);
  });

  it('walks indexes nested as deep as the limit and refuses one more', async () => {
    const deepest = await randomIndex(1, ['amd64'], { nested: LIMITS.indexDepth - 1 });
    expect(await walk(deepest)).toHaveLength(LIMITS.indexDepth + 1);
    const deeper = await randomIndex(1, ['amd64'], { nested: LIMITS.indexDepth });
    await expect(walk(deeper)).rejects.toMatchObject(limit);
  });

  it('refuses a graph of more descriptors than the limit, without reading the rest', async () => {
    const store = new MemoryStore();
    const leaf = await randomImage(1, 'amd64');
    store.add(leaf);
    const wide = (number: number): TestContent => {
      const manifests = Array.from({ length: LIMITS.manifestsPerIndex }, () => leaf.manifest);
      const blob = jsonBlob(MEDIA_TYPES.ociIndex, {
        schemaVersion: 2,
        manifests,
        annotations: { number: `${number}` },
      });
      return {
        manifest: blob.descriptor,
        blobs: new Map([[blob.descriptor.digest, blob]]),
        virtual: new Map(),
      };
    };
    const children = Array.from({ length: 20 }, (_, number) => wide(number));
    const root = createIndex(children);
    let visited = 0;
    const work = async () => {
      for await (const node of walkManifests(root.manifest, store.add(root))) visited += node.parents.length;
    };
    await expect(work()).rejects.toMatchObject(limit);
    expect(visited).toBeLessThanOrEqual(LIMITS.descriptorsPerImage / LIMITS.manifestsPerIndex);
  });

  it('says NOT_FOUND for a child that is not there, after what comes before it', async () => {
    const index = await randomIndex(1, ['amd64', 'arm64']);
    const store = new MemoryStore().add(index);
    const [, , second] = await walk(index);
    store.drop((second?.descriptor as Descriptor).digest);
    await expect(walk(index, store)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('refuses a child that is no manifest', async () => {
    const blob = jsonBlob('application/vnd.example+json', {});
    const child = {
      manifest: blob.descriptor,
      blobs: new Map([[blob.descriptor.digest, blob]]),
      virtual: new Map(),
    };
    await expect(walk(createIndex([child]))).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('walks indexes with children of the other family', async () => {
    const images = [await randomImage(1, 'amd64', { family: 'docker' }), await randomImage(1, 'arm64')];
    for (const mediaType of [MEDIA_TYPES.ociIndex, MEDIA_TYPES.dockerIndex] as const) {
      expect(await walk(createIndex(images, { mediaType }))).toHaveLength(3);
    }
  });
});
