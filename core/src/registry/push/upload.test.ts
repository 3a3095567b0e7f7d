import { afterEach, beforeEach, expect, it } from 'vitest';
import { createImage, layerOfVirtual, virtualBlob, type TestContent } from '../../testing/index.ts';
import { PushRegistry } from '../../testing/registry/push-registry.ts';

let server: PushRegistry;

beforeEach(async () => {
  server = await PushRegistry.start();
});

afterEach(() => server.close());

function sent(method: string): string[] {
  return server.registry.requests.filter((request) => request.method === method).map(({ path }) => path);
}

const size = 40_000_001;
let image: TestContent;

beforeEach(() => {
  const layer = layerOfVirtual(virtualBlob(size, 'large'));
  image = createImage({ platform: 'linux/amd64', layers: [layer] });
  server.store.add(image);
});

it('goes in one piece, and says how far it is', async () => {
  await server.push([server.image('team/app:v1', image.manifest)]);
  expect(sent('PATCH')).toEqual([]);
  const last = server.events.filter((event) => event.type === 'blob').at(-1);
  expect(last).toMatchObject({ bytes: size, size });
});

it.each([405, 413])('goes in chunks where one piece is answered with %i', async (status) => {
  server.fault({ type: 'status', status }, { method: 'PUT', kind: 'upload' }, 2);
  await server.push([server.image('team/app:v1', image.manifest)]);
  expect(sent('PATCH').length).toBeGreaterThanOrEqual(3);
  expect(server.registry.repository('team/app').tags.get('v1')).toBe(image.manifest.digest);
});

it('starts again when a chunk is not taken whole', async () => {
  server.fault({ type: 'status', status: 413 }, { method: 'PUT', kind: 'upload' }, 3);
  server.fault({ type: 'headers', set: { range: '0-99' } }, { method: 'PATCH' });
  await server.push([server.image('team/app:v1', image.manifest)]);
  expect(server.registry.repository('team/app').tags.get('v1')).toBe(image.manifest.digest);
});
