import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { request } from 'undici';
import { MANIFEST_MEDIA_TYPES } from '../../model/index.ts';
import {
  createImage,
  layerOfVirtual,
  startRegistry,
  virtualBlob,
  type FaultAction,
  type TestRegistry,
} from '../index.ts';

const SIZE = 200_000;
const blob = virtualBlob(SIZE, 'faults');
const content = Buffer.concat([...blob.generate(0, SIZE)]);
const path = `/v2/app/blobs/${blob.descriptor.digest}`;

let registry: TestRegistry;
beforeEach(async () => {
  registry = await startRegistry();
  registry.push('app', 'v1', createImage({ platform: 'amd64', layers: [layerOfVirtual(blob)] }));
});
afterEach(() => registry.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  /** The code of the error that ended the body early. */
  readonly broken?: string;
}

async function get(url = path, headers: Record<string, string> = {}, limit = Infinity): Promise<Answer> {
  const accept = MANIFEST_MEDIA_TYPES.join(',');
  const answer = await request(new URL(url, registry.origin), {
    headers: { accept, ...headers },
    bodyTimeout: 300,
    headersTimeout: 300,
  });
  const chunks: Uint8Array[] = [];
  const got = () => ({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(chunks) });
  try {
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      if (got().bytes.byteLength > limit) break;
    }
  } catch (error) {
    return { ...got(), broken: String((error as { code?: unknown }).code) };
  }
  return got();
}

/** Compared as one value: matching 200 000 elements takes seconds. */
function isWhole({ status, bytes, broken }: Answer): boolean {
  return status === 200 && broken === undefined && bytes.equals(content);
}

it.each<[string, FaultAction, string]>([
  ['a truncated body', { type: 'truncate', at: 70_000 }, 'UND_ERR_SOCKET'],
  ['a reset', { type: 'reset', at: 70_000 }, 'ECONNRESET'],
  ['a stall', { type: 'stall', at: 70_000 }, 'UND_ERR_BODY_TIMEOUT'],
])('%s breaks off after the bytes asked for, once', async (_, action, broken) => {
  const fault = registry.fault({ match: { kind: 'blob' }, action });
  const first = await get();
  expect(first.broken).toBe(broken);
  expect(first.bytes.equals(content.subarray(0, 70_000))).toBe(true);
  expect(isWhole(await get())).toBe(true);
  expect(fault.fired).toBe(1);
});

it.each<[FaultAction, string]>([
  [{ type: 'truncate', at: 'start' }, 'UND_ERR_SOCKET'],
  [{ type: 'reset', at: 'start' }, 'ECONNRESET'],
  [{ type: 'stall', at: 'start' }, 'UND_ERR_HEADERS_TIMEOUT'],
])('%o gives no answer at all', async (action, code) => {
  registry.fault({ action });
  await expect(get()).rejects.toMatchObject({ code });
  expect(isWhole(await get())).toBe(true);
});

it('closes an answer without a length early, which looks whole', async () => {
  registry.fault({ action: { type: 'close-delimited', at: 1000 } });
  const { headers, bytes, broken } = await get();
  expect(broken).toBeUndefined();
  expect(headers['content-length']).toBeUndefined();
  expect(bytes).toEqual(content.subarray(0, 1000));
});

it('flips one bit', async () => {
  registry.fault({ action: { type: 'flip', at: 150_000 } });
  const { bytes } = await get();
  const different = [...bytes.keys()].filter((at) => bytes[at] !== content[at]);
  expect(different).toEqual([150_000]);
  expect(content.equals(Buffer.concat([...blob.generate(0, SIZE)]))).toBe(true);
});

it.each<[FaultAction, number]>([
  [{ type: 'append', bytes: 10 }, SIZE + 10],
  [{ type: 'shorten', bytes: 10 }, SIZE - 10],
])('%o gives a body of another length that is whole as HTTP goes', async (action, size) => {
  registry.fault({ action });
  const { headers, bytes, broken } = await get();
  expect(broken).toBeUndefined();
  expect(headers['content-length']).toBe(String(size));
  expect(bytes.byteLength).toBe(size);
});

it('adds bytes to the answer to a range', async () => {
  registry.fault({ match: { range: true }, action: { type: 'append', bytes: 10 } });
  expect(isWhole(await get())).toBe(true);
  expect(await get(path, { range: 'bytes=0-99' })).toMatchObject({ status: 206, bytes: { byteLength: 110 } });
});

it('ignores a range', async () => {
  const fault = registry.fault({ action: { type: 'ignore-range' } });
  expect(isWhole(await get())).toBe(true);
  expect(fault.fired).toBe(0);
  expect(isWhole(await get(path, { range: 'bytes=5-9' }))).toBe(true);
});

it('compresses the body', async () => {
  registry.fault({ action: { type: 'gzip' } });
  const { headers, bytes } = await get();
  expect(headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(bytes).equals(content)).toBe(true);
});

it('lies in headers and leaves them out', async () => {
  const set = { 'Content-Range': 'bytes 7-9/200000', 'docker-content-digest': null };
  registry.fault({ action: { type: 'headers', set } });
  const { headers } = await get(path, { range: 'bytes=5-9' });
  expect(headers['content-range']).toBe('bytes 7-9/200000');
  expect(headers['docker-content-digest']).toBeUndefined();
});

it('drips', async () => {
  registry.fault({ action: { type: 'drip', bytes: 50_000, everyMs: 20 } });
  const start = performance.now();
  expect(isWhole(await get())).toBe(true);
  expect(performance.now() - start).toBeGreaterThan(70);
});

it('answers a status as often as told, after letting some requests pass', async () => {
  const action: FaultAction = { type: 'status', status: 429, headers: { 'retry-after': '1' } };
  const fault = registry.fault({ skip: 1, times: 2, action });
  const statuses: number[] = [];
  for (let turn = 0; turn < 4; turn++) statuses.push((await get()).status);
  expect(statuses).toEqual([200, 429, 429, 200]);
  expect(fault.fired).toBe(2);
});

it('is gone once removed', async () => {
  const fault = registry.fault({ times: Infinity, action: { type: 'status', status: 500 } });
  expect((await get()).status).toBe(500);
  fault.remove();
  expect((await get()).status).toBe(200);
});

it('redirects with the path kept, to another host or to itself', async () => {
  registry.fault({ action: { type: 'redirect', to: 'http://elsewhere.invalid{url}' } });
  expect(await get(`${path}?a=b`)).toMatchObject({
    status: 307,
    headers: { location: `http://elsewhere.invalid${path}?a=b` },
  });
  registry.fault({ action: { type: 'redirect', to: '{url}', status: 302 } });
  expect(await get()).toMatchObject({ status: 302, headers: { location: path } });
});

it('sends a body without end, and a captive portal', async () => {
  registry.fault({ match: { kind: 'blob' }, action: { type: 'endless' } });
  expect((await get(path, {}, 1_000_000)).bytes.byteLength).toBeGreaterThan(1_000_000);
  registry.fault({ match: { kind: 'manifest' }, action: { type: 'html' } });
  const portal = await get('/v2/app/manifests/v1');
  expect(portal).toMatchObject({ status: 200, headers: { 'content-type': 'text/html' } });
});

it('matches kind, method, path and digest, also of what a tag points to', async () => {
  const manifest = registry.repository('app').tags.get('v1');
  const fault = registry.fault({
    times: Infinity,
    match: { method: 'GET', path: /\/v1$/, kind: 'manifest', ...(manifest && { digest: manifest }) },
    action: { type: 'status', status: 500 },
  });
  expect((await get()).status).toBe(200);
  expect((await get(`/v2/app/manifests/${String(manifest)}`)).status).toBe(200);
  expect((await get('/v2/app/manifests/v1')).status).toBe(500);
  expect(fault.fired).toBe(1);
});

it('resets in the middle of an upload', async () => {
  registry.fault({ match: { kind: 'upload' }, action: { type: 'reset-upload', at: 1000 } });
  const url = new URL(`/v2/app/blobs/uploads/?digest=${blob.descriptor.digest}`, registry.origin);
  await expect(request(url, { method: 'POST', body: content })).rejects.toMatchObject({
    code: expect.stringMatching(/ECONNRESET|EPIPE|UND_ERR_SOCKET/) as string,
  });
  const { statusCode } = await request(url, { method: 'POST', body: content });
  expect(statusCode).toBe(201);
});

it('expires tokens, and fires no other fault on requests that carry none', async () => {
  await registry.close();
  registry = await startRegistry({
    auth: { kind: 'bearer', username: 'u', password: 'p', anonymousPull: true },
  });
  registry.push('app', 'v1', createImage({ platform: 'amd64', layers: [layerOfVirtual(blob)] }));
  const fault = registry.fault({ match: { kind: 'blob' }, action: { type: 'status', status: 503 } });
  expect((await get()).status).toBe(401);
  expect(fault.fired).toBe(0);
  const { bytes } = await get('/token?scope=repository:app:pull');
  const authorization = `Bearer ${String((JSON.parse(bytes.toString()) as { token: unknown }).token)}`;
  expect((await get(path, { authorization })).status).toBe(503);
  expect((await get(path, { authorization })).status).toBe(200);
  registry.fault({ action: { type: 'expire-tokens' } });
  expect((await get(path, { authorization })).status).toBe(401);
});

it('closes while an answer stalls', async () => {
  registry.fault({ action: { type: 'stall', at: 10 } });
  const answer = await request(new URL(path, registry.origin));
  await registry.close();
  await expect(answer.body.arrayBuffer()).rejects.toThrow();
  registry = await startRegistry();
});
