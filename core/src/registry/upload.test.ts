import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TargetImage } from '../content/index.ts';
import { parseReference, type Descriptor, type ProgressEvent } from '../model/index.ts';
import {
  createImage,
  layerOfVirtual,
  MemoryStore,
  startRegistry,
  virtualBlob,
  type FaultAction,
  type FaultMatch,
  type TestContent,
  type TestRegistry,
} from '../testing/index.ts';
import { createRegistryClient, RegistryTarget, type RegistryClient } from './index.ts';

let registry: TestRegistry;
let client: RegistryClient;
let target: RegistryTarget;
let store: MemoryStore;
let events: ProgressEvent[];

beforeEach(async () => {
  registry = await startRegistry();
  client = createRegistryClient({ retry: { baseDelayMs: 1 }, noProgressMs: 400 });
  target = new RegistryTarget(client, registry.host);
  store = new MemoryStore();
  events = [];
});
afterEach(async () => {
  await client.close();
  await registry.close();
});

function imageOf(name: string, root: Descriptor): TargetImage {
  return { name: target.locate(parseReference(name)), root, cells: [] };
}

async function push(...images: readonly TargetImage[]): Promise<void> {
  await target.store(images, store, { onProgress: (event) => events.push(event) });
}

function fault(action: FaultAction, match: FaultMatch = {}, times = 1): void {
  registry.fault({ action, match, times });
}

function sent(method: string): string[] {
  return registry.requests.filter((request) => request.method === method).map(({ path }) => path);
}

const size = 40_000_001;
let image: TestContent;

beforeEach(() => {
  const layer = layerOfVirtual(virtualBlob(size, 'large'));
  image = createImage({ platform: 'linux/amd64', layers: [layer] });
  store.add(image);
});

it('goes in one piece, and says how far it is', async () => {
  await push(imageOf('team/app:v1', image.manifest));
  expect(sent('PATCH')).toEqual([]);
  const last = events.filter((event) => event.type === 'blob').at(-1);
  expect(last).toMatchObject({ bytes: size, size });
});

it.each([405, 413])('goes in chunks where one piece is answered with %i', async (status) => {
  fault({ type: 'status', status }, { method: 'PUT', kind: 'upload' }, 2);
  await push(imageOf('team/app:v1', image.manifest));
  expect(sent('PATCH').length).toBeGreaterThanOrEqual(3);
  expect(registry.repository('team/app').tags.get('v1')).toBe(image.manifest.digest);
});

it('starts again when a chunk is not taken whole', async () => {
  fault({ type: 'status', status: 413 }, { method: 'PUT', kind: 'upload' }, 3);
  fault({ type: 'headers', set: { range: '0-99' } }, { method: 'PATCH' });
  await push(imageOf('team/app:v1', image.manifest));
  expect(registry.repository('team/app').tags.get('v1')).toBe(image.manifest.digest);
});
