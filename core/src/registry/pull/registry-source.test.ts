import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collect, type BlobSource } from '../../content/index.ts';
import type { ErrorCode } from '../../errors.ts';
import { parseReference, type ProgressEvent } from '../../model/index.ts';
import type { FaultAction } from '../../testing/index.ts';
import { LayerRegistry } from '../../testing/registry/layer-registry.ts';
import { createRegistryClient, RegistrySource } from '../index.ts';

/** More than one block of the reader, and no multiple of anything. */
const SIZE = 1_500_001;

let server: LayerRegistry;
let source: RegistrySource;
let content: BlobSource;

beforeEach(async () => {
  server = await LayerRegistry.start({ layerBytes: SIZE });
  source = server.source({ noProgressMs: 300 });
  content = source.content(server.name());
});

afterEach(() => server.close());

async function expectCode(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  await expect(promise).rejects.toMatchObject({ name: 'XbundleError', code });
}

/** `GET` or `HEAD` requests so far of one kind, each as its status and range. */
function asked(kind: 'blob' | 'manifest'): string[] {
  return server.registry.requests
    .filter((request) => request.kind === kind)
    .map(({ status, headers }) => [status, headers.range].filter(Boolean).join(' '));
}

function retries(): readonly (ProgressEvent & { type: 'retry' })[] {
  return server.events.filter((event) => event.type === 'retry');
}

function headers(set: Readonly<Record<string, string | null>>): FaultAction {
  return { type: 'headers', set };
}

describe('resolving a name', () => {
  it('takes the digest from the bytes and needs no second request to read them', async () => {
    const root = await source.resolve(server.name());
    expect(root).toEqual(server.image.manifest);
    await collect(content.read(server.image.manifest), 1e6, 'the manifest');
    expect(asked('manifest')).toEqual(['200']);
  });

  it('resolves a digest to exactly that digest', async () => {
    const { digest } = server.image.manifest;
    expect(await source.resolve(server.name(`:other@${digest}`))).toEqual(server.image.manifest);
  });

  it('says undefined for a tag, a digest or a repository that is not there', async () => {
    expect(await source.resolve(server.name(':none'))).toBeUndefined();
    expect(await source.resolve(server.name(`@${server.layer.digest}`))).toBeUndefined();
    expect(await source.resolve(parseReference(`${server.registry.host}/none/none`))).toBeUndefined();
  });

  const other = 'sha256:'.padEnd(71, '0');
  const schema1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
  const index = 'application/vnd.oci.image.index.v1+json';
  it.each<[what: string, action: FaultAction, code: ErrorCode]>([
    ['another Docker-Content-Digest', headers({ 'docker-content-digest': other }), 'DIGEST_MISMATCH'],
    ['a Content-Type the document denies', headers({ 'content-type': index }), 'DOCUMENT_INVALID'],
    ['a schema 1 manifest', headers({ 'content-type': schema1 }), 'UNSUPPORTED'],
    ['a type that is no manifest', headers({ 'content-type': 'application/zip' }), 'UNSUPPORTED'],
    ['a login page', { type: 'html' }, 'REMOTE_INVALID'],
    ['a flipped bit', { type: 'flip', at: 20 }, 'DIGEST_MISMATCH'],
    ['an endless document', { type: 'endless' }, 'LIMIT_EXCEEDED'],
    ['a compressed document', { type: 'gzip' }, 'REMOTE_INVALID'],
    ['a redirect loop', { type: 'redirect', to: '{url}' }, 'REMOTE_INVALID'],
    ['400', { type: 'status', status: 400 }, 'REFUSED'],
    ['401 without a challenge', { type: 'status', status: 401 }, 'UNAUTHORIZED'],
    ['403', { type: 'status', status: 403 }, 'UNAUTHORIZED'],
    ['500 each time', { type: 'status', status: 500 }, 'UNREACHABLE'],
    ['429 each time', { type: 'status', status: 429 }, 'REFUSED'],
    ['418', { type: 'status', status: 418 }, 'REFUSED'],
    ['204', { type: 'status', status: 204 }, 'REMOTE_INVALID'],
    ['nothing at all', { type: 'stall', at: 'start' }, 'TIMEOUT'],
    ['a reset each time', { type: 'reset', at: 'start' }, 'UNREACHABLE'],
  ])('throws for %s', async (_what, action, code) => {
    server.fault(action, {}, Infinity);
    await expectCode(source.resolve(server.name()), code);
  });

  it.each<[what: string, action: FaultAction]>([
    [
      'a charset in the type',
      headers({ 'content-type': 'application/vnd.oci.image.manifest.v1+json; charset=utf-8' }),
    ],
    ['no type', headers({ 'content-type': null })],
    ['a type that says nothing', headers({ 'content-type': 'application/json' })],
    ['no digest header', headers({ 'docker-content-digest': null })],
    ['one flipped bit, once', { type: 'flip', at: 20 }],
    ['a body that breaks off, once', { type: 'truncate', at: 30 }],
    ['502, once', { type: 'status', status: 502 }],
  ])('gets over %s', async (_what, action) => {
    server.fault(action);
    expect(await source.resolve(server.name())).toEqual(server.image.manifest);
  });

  it('quotes what the registry says, without control characters', async () => {
    const body = JSON.stringify({ errors: [{ code: 'DENIED', message: 'no\u001b[31m\n\u202eway' }] });
    server.fault({ type: 'status', status: 403, body });
    await expect(source.resolve(server.name())).rejects.toThrow(/DENIED no way/);
  });

  it('names the host that does not resolve', async () => {
    const missing = parseReference('registry.invalid:5000/app');
    await expect(source.resolve(missing)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('registry.invalid:5000') as unknown,
    });
  });
});

describe('waiting', () => {
  it.each<[value: string | undefined, atLeast: number]>([
    ['1', 1000],
    ['0', 0],
    ['-5', 0],
    ['tomorrow', 0],
    [undefined, 0],
    [new Date(Date.now() - 60_000).toUTCString(), 0],
  ])('honours Retry-After: %s', async (value, atLeast) => {
    server.fault({
      type: 'status',
      status: 429,
      ...(value !== undefined && { headers: { 'retry-after': value } }),
    });
    const started = performance.now();
    expect(await source.resolve(server.name())).toEqual(server.image.manifest);
    expect(performance.now() - started).toBeGreaterThanOrEqual(atLeast);
    expect(retries()).toHaveLength(1);
  });

  it('gives up at once when it would have to wait longer than allowed in all', async () => {
    const impatient = createRegistryClient({ retry: { totalMs: 1000 } });
    server.fault({ type: 'status', status: 503, headers: { 'retry-after': '99999999' } }, {}, Infinity);
    await expectCode(new RegistrySource(impatient).resolve(server.name()), 'UNREACHABLE');
    expect(asked('manifest')).toEqual(['503']);
    await impatient.close();
  });

  it('ends within milliseconds when aborted', async () => {
    server.fault({ type: 'status', status: 503, headers: { 'retry-after': '60' } });
    const abort = new AbortController();
    const pending = source.resolve(server.name(), { signal: abort.signal });
    await expect.poll(retries).toHaveLength(1);
    const started = performance.now();
    abort.abort();
    await expectCode(pending, 'INTERRUPTED');
    expect(performance.now() - started).toBeLessThan(100);
  });
});

describe('what a registry lacks', () => {
  it('is not asked for: reading says it', async () => {
    server.registry.repository('team/app').blobs.delete(server.layer.digest);
    server.registry.clearRequests();
    expect(await content.lacks([server.layer])).toEqual([]);
    expect(server.registry.requests).toEqual([]);
    await expectCode(collect(content.read(server.layer), server.layer.size, 'layer'), 'NOT_FOUND');
  });
});
