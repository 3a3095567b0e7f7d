import { afterEach, beforeEach, expect, it } from 'vitest';
import { request } from 'undici';
import { digestOf } from '../../content/index.ts';
import { MANIFEST_MEDIA_TYPES, MEDIA_TYPES } from '../../model/index.ts';
import {
  createImage,
  layerOfVirtual,
  randomImage,
  randomIndex,
  startRegistry,
  virtualBlob,
  type TestContent,
  type TestRegistry,
} from '../index.ts';

let registry: TestRegistry;
beforeEach(async () => {
  registry = await startRegistry();
});
afterEach(() => registry.close());

const accept = MANIFEST_MEDIA_TYPES.join(',');

interface Sent {
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array | string;
}

async function ask(method: string, path: string, { headers = {}, body }: Sent = {}) {
  const answer = await request(new URL(path, registry.origin), {
    method: method as 'GET',
    headers: { accept, ...headers },
    ...(body !== undefined && { body }),
  });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  return { status: answer.statusCode, headers: answer.headers, bytes };
}

function errorCode(bytes: Buffer): unknown {
  return (JSON.parse(bytes.toString()) as { errors: { code: unknown }[] }).errors[0]?.code;
}

async function upload(name: string, bytes: Uint8Array, query = `digest=${digestOf(bytes)}`): Promise<number> {
  const { status } = await ask('POST', `/v2/${name}/blobs/uploads/?${query}`, { body: bytes });
  return status;
}

async function put(name: string, reference: string, content: TestContent) {
  const manifest = content.blobs.get(content.manifest.digest);
  return ask('PUT', `/v2/${name}/manifests/${reference}`, {
    headers: { 'content-type': content.manifest.mediaType },
    body: manifest?.bytes ?? '',
  });
}

it('serves a manifest by tag and by digest, with its type, digest and exact bytes', async () => {
  const index = await randomIndex(1, ['linux/amd64', 'linux/arm64'], { attestations: true });
  registry.push('team/app', 'v1', index);
  for (const reference of ['v1', index.manifest.digest]) {
    const { status, headers, bytes } = await ask('GET', `/v2/team/app/manifests/${reference}`);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe(MEDIA_TYPES.ociIndex);
    expect(headers['docker-content-digest']).toBe(index.manifest.digest);
    expect(digestOf(bytes)).toBe(index.manifest.digest);
  }
});

it('answers HEAD with the headers of GET and no body', async () => {
  const image = await randomImage(1, 'linux/amd64');
  registry.push('app', 'v1', image);
  const { headers, bytes } = await ask('HEAD', '/v2/app/manifests/v1');
  expect(headers['content-length']).toBe(String(image.manifest.size));
  expect(bytes.byteLength).toBe(0);
});

it.each([
  ['GET', '/v2/none/manifests/v1', 404, 'NAME_UNKNOWN'],
  ['GET', '/v2/app/manifests/v2', 404, 'MANIFEST_UNKNOWN'],
  ['GET', `/v2/app/blobs/sha256:${'0'.repeat(64)}`, 404, 'BLOB_UNKNOWN'],
  ['GET', '/v2/app/blobs/sha256:abc', 400, 'DIGEST_INVALID'],
  ['GET', '/v2/App/manifests/v1', 400, 'NAME_INVALID'],
  ['PATCH', '/v2/app/blobs/uploads/none', 404, 'BLOB_UPLOAD_UNKNOWN'],
  ['DELETE', '/v2/app/manifests/v1', 405, 'UNSUPPORTED'],
  ['GET', '/elsewhere', 404, 'UNSUPPORTED'],
])('%s %s is %i %s in the shape of the spec', async (...row) => {
  const [method, path, status, code] = row;
  registry.push('app', 'v1', await randomImage(1, 'linux/amd64'));
  const answer = await ask(method, path);
  expect(answer.status).toBe(status);
  expect(errorCode(answer.bytes)).toBe(code);
});

it('keeps a manifest from a client that does not accept its type', async () => {
  registry.push('app', 'v1', await randomImage(1, 'linux/amd64'));
  const { status } = await ask('GET', '/v2/app/manifests/v1', {
    headers: { accept: MEDIA_TYPES.dockerManifest },
  });
  expect(status).toBe(404);
});

it.each([
  ['bytes=0-', 206, 0, 4000, 'bytes 0-3999/4000'],
  ['bytes=10-19', 206, 10, 20, 'bytes 10-19/4000'],
  ['bytes=3990-9999', 206, 3990, 4000, 'bytes 3990-3999/4000'],
  ['bytes=-5', 206, 3995, 4000, 'bytes 3995-3999/4000'],
  ['bytes=4000-', 416, 0, 0, 'bytes */4000'],
  ['bytes=0-1,4-5', 200, 0, 4000, undefined],
])('answers the range %s with %i', async (...row) => {
  const [range, status, start, end, contentRange] = row;
  const blob = virtualBlob(4000, 'range');
  registry.push('app', 'v1', createImage({ platform: 'amd64', layers: [layerOfVirtual(blob)] }));
  const answer = await ask('GET', `/v2/app/blobs/${blob.descriptor.digest}`, { headers: { range } });
  expect(answer.status).toBe(status);
  expect(answer.headers['content-range']).toBe(contentRange);
  expect(answer.bytes).toEqual(Buffer.concat([...blob.generate(start, end)]));
});

it('takes a blob in one POST, in POST and PUT, and in chunks', async () => {
  const bytes = Buffer.from('0123456789');
  const digest = digestOf(bytes);
  expect(await upload('one', bytes)).toBe(201);

  const two = await ask('POST', '/v2/two/blobs/uploads/');
  expect(two.status).toBe(202);
  const put = await ask('PUT', `${String(two.headers.location)}&digest=${digest}`, { body: bytes });
  expect(put.status).toBe(201);
  expect(put.headers['docker-content-digest']).toBe(digest);

  const three = await ask('POST', '/v2/three/blobs/uploads/');
  let location = String(three.headers.location);
  for (const [from, to] of [
    [0, 4],
    [4, 10],
  ] as const) {
    const patch = await ask('PATCH', location, {
      headers: { 'content-range': `${from}-${to - 1}` },
      body: bytes.subarray(from, to),
    });
    expect(patch.status).toBe(202);
    expect(patch.headers.range).toBe(`0-${to - 1}`);
    location = String(patch.headers.location);
  }
  expect((await ask('PUT', `${location}&digest=${encodeURIComponent(digest)}`)).status).toBe(201);
  for (const name of ['one', 'two', 'three']) expect(registry.repository(name).blobs.has(digest)).toBe(true);
});

it('refuses a chunk at the wrong place and says where the next one starts', async () => {
  const start = await ask('POST', '/v2/app/blobs/uploads/');
  const patch = await ask('PATCH', String(start.headers.location), {
    headers: { 'content-range': '5-9' },
    body: 'abcde',
  });
  expect(patch.status).toBe(416);
  expect(patch.headers.range).toBe('0-0');
});

it('refuses a blob that is not what its digest says', async () => {
  expect(await upload('app', Buffer.from('a'), `digest=${digestOf('b')}`)).toBe(400);
  expect(registry.repository('app').blobs.size).toBe(0);
});

it('mounts a blob from another repository, or starts an upload when that lacks it', async () => {
  const bytes = Buffer.from('shared');
  await upload('from', bytes);
  const query = `mount=${digestOf(bytes)}&from=`;
  expect((await ask('POST', `/v2/to/blobs/uploads/?${query}from`)).status).toBe(201);
  expect((await ask('POST', `/v2/to/blobs/uploads/?${query}other`)).status).toBe(202);
  expect(registry.repository('to').blobs.has(digestOf(bytes))).toBe(true);
});

it('takes a manifest only when all that it names is there', async () => {
  const image = await randomImage(1, 'linux/amd64');
  const refused = await put('app', 'v1', image);
  expect(refused.status).toBe(400);
  expect(errorCode(refused.bytes)).toBe('MANIFEST_BLOB_UNKNOWN');
  for (const { digest } of [image.config, ...image.layers]) {
    await upload('app', image.blobs.get(digest)?.bytes ?? Buffer.of());
  }
  const taken = await put('app', 'v1', image);
  expect(taken.status).toBe(201);
  expect(taken.headers['docker-content-digest']).toBe(image.manifest.digest);
  expect(registry.repository('app').tags.get('v1')).toBe(image.manifest.digest);
});

it('refuses a sparse index', async () => {
  const index = await randomIndex(1, ['linux/amd64', 'linux/arm64']);
  registry.push('app', undefined, await randomImage(1, 'linux/amd64'));
  const { status, bytes } = await put('app', 'v1', index);
  expect(status).toBe(400);
  expect(errorCode(bytes)).toBe('MANIFEST_BLOB_UNKNOWN');
});

it('refuses a manifest under another digest or media type', async () => {
  const image = await randomImage(1, 'linux/amd64');
  registry.push('app', 'v1', image);
  expect(errorCode((await put('app', digestOf('other'), image)).bytes)).toBe('DIGEST_INVALID');
  const mistyped = { ...image, manifest: { ...image.manifest, mediaType: MEDIA_TYPES.dockerManifest } };
  expect(errorCode((await put('app', 'v1', mistyped)).bytes)).toBe('MANIFEST_INVALID');
});

it('lists tags in pages', async () => {
  const image = await randomImage(1, 'linux/amd64');
  for (const tag of ['c', 'a', 'b']) registry.push('app', tag, image);
  const first = await ask('GET', '/v2/app/tags/list?n=2');
  expect(JSON.parse(first.bytes.toString())).toEqual({ name: 'app', tags: ['a', 'b'] });
  const next = /<(.*)>; rel="next"/.exec(String(first.headers.link))?.[1] ?? '';
  expect(JSON.parse((await ask('GET', next)).bytes.toString())).toEqual({ name: 'app', tags: ['c'] });
});

it('logs what was asked, and tells configs from other blobs', async () => {
  const image = await randomImage(1, 'linux/amd64');
  registry.push('app', 'v1', image);
  for (const { digest } of [image.config, ...image.layers]) await ask('GET', `/v2/app/blobs/${digest}`);
  expect(registry.requests.map(({ kind, status }) => [kind, status])).toEqual([
    ['config', 200],
    ['blob', 200],
    ['blob', 200],
  ]);
  expect(registry.requests[0]?.sent).toBe(image.config.size);
});

it('hashes uploads without keeping them when told to', async () => {
  await registry.close();
  registry = await startRegistry({ keepUploads: false });
  const bytes = Buffer.from('not kept');
  expect(await upload('app', bytes)).toBe(201);
  expect((await ask('HEAD', `/v2/app/blobs/${digestOf(bytes)}`)).headers['content-length']).toBe('8');
});
