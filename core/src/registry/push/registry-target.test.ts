import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TargetImage } from '../../content/index.ts';
import type { ErrorCode } from '../../errors.ts';
import { parseReference, type Descriptor } from '../../model/index.ts';
import {
  createIndex,
  randomIndex,
  startRegistry,
  type FaultAction,
  type FaultMatch,
  type TestContent,
} from '../../testing/index.ts';
import { testImageTarget } from '../../testing/suites/image-target-suite.ts';
import { PushRegistry } from '../../testing/registry/push-registry.ts';
import { createRegistryClient, RegistrySource, RegistryTarget } from '../index.ts';

let server: PushRegistry;
let index: TestContent;

beforeEach(async () => {
  server = await PushRegistry.start();
  index = await randomIndex('target', ['linux/amd64', 'linux/arm64'], { attestations: true });
  server.store.add(index);
});

afterEach(() => server.close());

function imageOf(name: string, root: Descriptor = index.manifest): TargetImage {
  return server.image(name, root);
}

async function expectCode(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  await expect(promise).rejects.toMatchObject({ name: 'XbundleError', code });
}

function imageIn(target: RegistryTarget, name: string): TargetImage {
  return { name: target.locate(parseReference(name)), root: index.manifest, cells: [] };
}

function sent(method: string): string[] {
  return server.registry.requests.filter((request) => request.method === method).map(({ path }) => path);
}

testImageTarget('a registry', async () => {
  const registry = await PushRegistry.start();
  return { target: registry.target, close: () => registry.close() };
});

describe('pushing', () => {
  it('stores all of an image, the tag last', async () => {
    await server.push([imageOf('team/app:v1')]);
    const { tags, manifests, blobs } = server.registry.repository('team/app');
    expect(tags.get('v1')).toBe(index.manifest.digest);
    expect(manifests.size + blobs.size).toBe(index.blobs.size);
    const puts = sent('PUT');
    expect(puts.at(-1)).toBe('/v2/team/app/manifests/v1');
    const firstManifest = puts.findIndex((path) => path.includes('/manifests/'));
    expect(puts.slice(firstManifest).every((path) => path.includes('/manifests/'))).toBe(true);
  });

  it('changes and moves nothing when repeated', async () => {
    await server.push([imageOf('team/app:v1')]);
    server.registry.clearRequests();
    await server.push([imageOf('team/app:v1')]);
    expect(server.registry.requests.every(({ method }) => method === 'HEAD')).toBe(true);
  });

  it('uploads a blob once and mounts it into the other repositories', async () => {
    await server.push([imageOf('team/one:v1'), imageOf('team/two:v1'), imageOf('team/one:v2')]);
    const blobs = [...index.blobs.values()].filter(
      ({ descriptor: { mediaType } }) => !/manifest|index/.test(mediaType),
    );
    expect(sent('PUT').filter((path) => path.includes('/blobs/'))).toHaveLength(blobs.length);
    expect(sent('POST').filter((path) => path.includes('mount='))).toHaveLength(blobs.length);
    expect(server.registry.repository('team/two').tags.get('v1')).toBe(index.manifest.digest);
    expect(server.events.filter((event) => event.type === 'blob-done')).toHaveLength(blobs.length);
  });

  it.each([202, 404, 405])(
    'uploads to each repository where mounting is answered with %i',
    async (status) => {
      const headers = { location: '/v2/team/two/blobs/uploads/none' };
      server.fault({ type: 'status', status, headers }, { path: /mount=/ }, Infinity);
      await server.push([imageOf('team/one:v1'), imageOf('team/two:v1')]);
      expect(server.registry.repository('team/two').tags.get('v1')).toBe(index.manifest.digest);
    },
  );

  it('puts nested indexes after what they list', async () => {
    const nested = createIndex([createIndex([index])]);
    server.store.add(nested);
    await server.push([imageOf('team/app:deep', nested.manifest)]);
    expect(server.registry.repository('team/app').tags.get('deep')).toBe(nested.manifest.digest);
  });

  it('sets the tags of what an index lists before the tag of the index', async () => {
    const [child] = [...index.blobs.values()].filter(({ descriptor }) =>
      /manifest/.test(descriptor.mediaType),
    );
    await server.push([imageOf('team/app:v1'), imageOf('team/app:v1-amd64', child?.descriptor)]);
    const manifests = '/v2/team/app/manifests';
    expect(sent('PUT').slice(-2)).toEqual([`${manifests}/v1-amd64`, `${manifests}/v1`]);
  });

  it('asks for a login that may push, and for reading where it mounts from', async () => {
    const login = { username: 'ann', password: 'pw' };
    const guarded = await startRegistry({ auth: { kind: 'bearer', ...login } });
    const writer = createRegistryClient({
      credentials: () => Promise.resolve({ kind: 'password', ...login }),
    });
    const target = new RegistryTarget(writer, guarded.host);
    const images = ['team/one:v1', 'team/two:v1'].map((name) => imageIn(target, name));
    await target.store(images, server.store);
    expect(guarded.repository('team/two').tags.get('v1')).toBe(index.manifest.digest);
    const scopes = guarded.requests.filter(({ kind }) => kind === 'token').map(({ path }) => path);
    expect(scopes.every((path) => path.includes('pull%2Cpush'))).toBe(true);
    expect(scopes.some((path) => path.includes('two') && path.includes('one%3Apull'))).toBe(true);
    await writer.close();
    await guarded.close();
  });

  it.each<[what: string, action: FaultAction, match: FaultMatch]>([
    ['a lost session', { type: 'status', status: 404 }, { method: 'PUT', kind: 'upload' }],
    ['a session that is out of order', { type: 'status', status: 416 }, { method: 'PUT', kind: 'upload' }],
    ['503 to the last request', { type: 'status', status: 503 }, { method: 'PUT' }],
    ['429 to the first', { type: 'status', status: 429 }, { method: 'POST' }],
    ['a reset while sending', { type: 'reset-upload', at: 10 }, { method: 'PUT', kind: 'upload' }],
    ['no answer', { type: 'stall', at: 'start' }, { method: 'HEAD' }],
    ['a login that ran out', { type: 'expire-tokens' }, { method: 'PUT' }],
    ['a reset at a manifest', { type: 'reset', at: 'start' }, { method: 'PUT', kind: 'manifest' }],
  ])('gets over %s', async (_what, action, match) => {
    server.fault(action, match);
    await server.push([imageOf('team/app:v1')]);
    expect(server.registry.repository('team/app').tags.get('v1')).toBe(index.manifest.digest);
  });

  it.each<[what: string, fault: readonly [FaultAction, FaultMatch], code: ErrorCode]>([
    [
      'a manifest is refused',
      [
        { type: 'status', status: 400 },
        { method: 'PUT', kind: 'manifest' },
      ],
      'REFUSED',
    ],
    ['a login is wanted', [{ type: 'status', status: 401 }, { method: 'POST' }], 'UNAUTHORIZED'],
    ['pushing is not allowed', [{ type: 'status', status: 403 }, { method: 'POST' }], 'UNAUTHORIZED'],
    [
      'the session is always lost',
      [
        { type: 'status', status: 404 },
        { method: 'PUT', kind: 'upload' },
      ],
      'REFUSED',
    ],
    [
      'the disk is full',
      [
        { type: 'status', status: 507 },
        { method: 'PUT', kind: 'upload' },
      ],
      'REFUSED',
    ],
    ['no upload is opened', [{ type: 'status', status: 200 }, { method: 'POST' }], 'REMOTE_INVALID'],
    [
      'there is no location',
      [{ type: 'headers', set: { location: null } }, { method: 'POST' }],
      'REMOTE_INVALID',
    ],
    [
      'the location is link-local',
      [{ type: 'headers', set: { location: 'http://169.254.169.254/' } }, { method: 'POST' }],
      'REMOTE_INVALID',
    ],
    [
      'another digest was stored',
      [{ type: 'headers', set: { 'docker-content-digest': `sha256:${'0'.repeat(64)}` } }, { method: 'PUT' }],
      'DIGEST_MISMATCH',
    ],
  ])('fails, without a tag, when %s', async (_what, [action, match], code) => {
    server.fault(action, match, Infinity);
    await expectCode(server.push([imageOf('team/app:v1')]), code);
    if (code !== 'DIGEST_MISMATCH') expect(server.registry.repository('team/app').tags.size).toBe(0);
  });

  it('sends no credentials to an upload location on another host', async () => {
    const login = { username: 'ann', password: 'pw' };
    const guarded = await startRegistry({ auth: { kind: 'basic', ...login } });
    const location = `${server.registry.origin}/v2/team/app/blobs/uploads/x`;
    guarded.fault({
      action: { type: 'headers', set: { location } },
      match: { method: 'POST' },
      times: Infinity,
    });
    const credentials = { kind: 'password' as const, ...login };
    const writer = createRegistryClient({
      credentials: () => Promise.resolve(credentials),
      retry: { attempts: 1 },
    });
    const target = new RegistryTarget(writer, guarded.host);
    await expectCode(target.store([imageIn(target, 'team/app:v1')], server.store), 'REFUSED');
    expect(server.registry.requests.length).toBeGreaterThan(0);
    expect(server.registry.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    await writer.close();
    await guarded.close();
  });

  it('passes on what is wrong with the source, and stores nothing of it', async () => {
    const layer = [...index.blobs.values()].find(({ descriptor }) => descriptor.mediaType.includes('layer'));
    const blob = layer?.descriptor as Descriptor;
    server.store.corrupt(blob, Buffer.alloc(blob.size, 1));
    await expectCode(server.push([imageOf('team/app:v1')]), 'DIGEST_MISMATCH');
    expect(server.registry.repository('team/app').blobs.has(blob.digest)).toBe(false);
    expect(server.registry.repository('team/app').tags.size).toBe(0);
  });

  it('copies within one registry, though reading and writing share their connections', async () => {
    server.registry.push('from/app', 'v1', index);
    const narrow = createRegistryClient({ connections: 1 });
    const to = new RegistryTarget(narrow, `${server.registry.host}/copy`);
    const name = to.locate(parseReference('team/app:v1'));
    const from = new RegistrySource(narrow).content(parseReference(`${server.registry.host}/from/app`));
    await to.store([{ name, root: index.manifest, cells: [] }], from);
    expect(server.registry.repository('copy/team/app').tags.get('v1')).toBe(index.manifest.digest);
    await narrow.close();
  });

  it('refuses two images under one name', async () => {
    const other = await randomIndex('other', ['linux/amd64']);
    server.store.add(other);
    await expectCode(
      server.push([imageOf('ghcr.io/a:v1'), imageOf('quay.io/a:v1', other.manifest)]),
      'USAGE',
    );
    expect(server.registry.requests).toEqual([]);
  });

  it('ends within milliseconds when aborted while the registry stalls', async () => {
    server.fault({ type: 'stall', at: 'start' }, { method: 'POST' }, Infinity);
    const abort = new AbortController();
    const pending = server.target.store([imageOf('team/app:v1')], server.store, { signal: abort.signal });
    await expect.poll(() => sent('POST').length).toBeGreaterThan(0);
    const started = performance.now();
    abort.abort();
    await expectCode(pending, 'INTERRUPTED');
    expect(performance.now() - started).toBeLessThan(100);
  });
});
