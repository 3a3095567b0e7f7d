import {
  RegistryTarget,
  createRegistryClient,
  parseReference,
  type Descriptor,
  type TargetImage,
} from '@xbundle/core';
import { MemoryStore, createImage, createIndex, randomLayer, type Layer } from '@xbundle/core/testing';

/** Twelve images of two platforms on three shared bases: about 120 blobs and 350 MB compressed. */
export interface Workload {
  readonly store: MemoryStore;
  /** Repository names without a registry, each with its index. */
  readonly images: readonly { readonly repository: string; readonly root: Descriptor }[];
}

const PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;
const IMAGES = 12;
const BASES = 3;
const MB = 1_000_000;

/** Content like that of real images: it compresses to a little under half. */
const CONTENT = { content: 'realistic' } as const;

async function baseLayers(base: number, platform: string): Promise<readonly Layer[]> {
  const layers: Layer[] = [];
  for (const [at, size] of [28 * MB, 9 * MB, 2 * MB].entries()) {
    layers.push(await randomLayer(`base ${base} ${platform} ${at}`, size, CONTENT));
  }
  return layers;
}

async function ownLayers(image: number, platform: string): Promise<readonly Layer[]> {
  const sizes = [(8 + (image % 5) * 4) * MB, 6 * MB];
  const layers: Layer[] = [];
  for (const [at, size] of sizes.entries()) {
    layers.push(await randomLayer(`image ${image} ${platform} ${at}`, size, CONTENT));
  }
  return layers;
}

export async function createWorkload(): Promise<Workload> {
  const store = new MemoryStore();
  const bases = new Map<string, readonly Layer[]>();
  for (const platform of PLATFORMS) {
    for (let base = 0; base < BASES; base++)
      bases.set(`${base} ${platform}`, await baseLayers(base, platform));
  }
  const images: { repository: string; root: Descriptor }[] = [];
  for (let image = 0; image < IMAGES; image++) {
    const children = [];
    for (const platform of PLATFORMS) {
      const base = bases.get(`${image % BASES} ${platform}`) ?? [];
      children.push(createImage({ platform, layers: [...base, ...(await ownLayers(image, platform))] }));
    }
    const index = createIndex(children);
    store.add(index);
    images.push({ repository: `bench/image-${String(image).padStart(2, '0')}`, root: index.manifest });
  }
  return { store, images };
}

/** Puts the workload into a registry, so that every tool reads it there. */
export async function publish({ store, images }: Workload, host: string): Promise<void> {
  const client = createRegistryClient();
  try {
    const target = new RegistryTarget(client, host);
    const named = images.map(({ repository, root }): TargetImage => ({
      name: parseReference(`${host}/${repository}:v1`),
      root,
      cells: [],
    }));
    await target.store(named, store, { jobs: 8 });
  } finally {
    await client.close();
  }
}
