import { afterEach, beforeEach, expect, it } from 'vitest';
import { collect, digestOf, type BlobSource } from '../../content/index.ts';
import type { ErrorCode } from '../../errors.ts';
import type { ProgressEvent } from '../../model/index.ts';
import { createImage, layerOfVirtual, virtualBlob, type FaultAction } from '../../testing/index.ts';
import { LayerRegistry } from '../../testing/registry/layer-registry.ts';
import { createRegistryClient, RegistrySource } from '../index.ts';

/** More than one block of the reader, and no multiple of anything. */
const SIZE = 1_500_001;
const HALF = 750_000;

let server: LayerRegistry;
let source: RegistrySource;
let content: BlobSource;

beforeEach(async () => {
  server = await LayerRegistry.start({ layerBytes: SIZE });
  source = server.source({ noProgressMs: 300 });
  content = source.content(server.name());
});

afterEach(() => server.close());

function readLayer(signal?: AbortSignal): Promise<Uint8Array> {
  return collect(content.read(server.layer, { signal }), 2 * SIZE, 'the layer');
}

async function expectLayer(): Promise<void> {
  expect(digestOf(await readLayer())).toBe(server.layer.digest);
}

async function expectCode(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  await expect(promise).rejects.toMatchObject({ name: 'XbundleError', code });
}

/** Requests so far of one kind, each as its status and range. */
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

it('reads all of it in blocks of a megabyte', async () => {
  const sizes: number[] = [];
  for await (const chunk of content.read(server.layer)) sizes.push(chunk.byteLength);
  expect(sizes.reduce((a, b) => a + b)).toBe(SIZE);
  expect(sizes.length).toBeLessThan(10);
});

it('asks for the bytes as they are', async () => {
  await expectLayer();
  expect(server.registry.requests[0]?.headers['accept-encoding']).toBe('identity');
});

const resumed = `206 bytes=`;
it.each<[what: string, action: FaultAction, second: string]>([
  ['is reset in the middle', { type: 'reset', at: HALF }, resumed],
  ['is reset before the first byte', { type: 'reset', at: 0 }, '200'],
  ['is reset at the last byte', { type: 'reset', at: SIZE - 1 }, resumed],
  ['is cut off', { type: 'truncate', at: HALF }, resumed],
  ['ends early without a length', { type: 'close-delimited', at: HALF }, resumed],
  ['is announced too short', { type: 'shorten', bytes: 1000 }, resumed],
  ['stalls', { type: 'stall', at: HALF }, resumed],
  ['stalls before the first byte', { type: 'stall', at: 0 }, '200'],
  ['gets no answer', { type: 'stall', at: 'start' }, '200'],
])('goes on where it was when the transfer %s', async (_what, action, second) => {
  server.fault(action);
  await expectLayer();
  expect(asked('blob')).toHaveLength(2);
  expect(asked('blob')[1]).toContain(second);
});

it('goes on as often as it takes while bytes come', async () => {
  const big = layerOfVirtual(virtualBlob(9_000_000, 'big'));
  server.registry.push('team/app', 'big', createImage({ platform: 'linux/amd64', layers: [big] }));
  server.fault({ type: 'reset', at: 1_200_000 }, { kind: 'blob' }, 7);
  const bytes = await collect(content.read(big.descriptor), 1e7, 'big');
  expect(digestOf(bytes)).toBe(big.descriptor.digest);
});

it.each<[what: string, action: FaultAction]>([
  ['ignores the range', { type: 'ignore-range' }],
  ['answers another range', headers({ 'content-range': `bytes 0-${SIZE - 1}/${SIZE}` })],
  ['answers without a range', headers({ 'content-range': null })],
  ['answers 416', { type: 'status', status: 416 }],
  ['answers more bytes than asked for', { type: 'append', bytes: 10 }],
])('starts anew when a registry asked to resume %s', async (_what, action) => {
  server.fault({ type: 'reset', at: HALF }, { range: false });
  server.fault(action, { range: true });
  await expectLayer();
});

it.each<[what: string, action: FaultAction, code: ErrorCode]>([
  ['has another bit', { type: 'flip', at: HALF }, 'DIGEST_MISMATCH'],
  ['is announced longer', { type: 'append', bytes: 1 }, 'SIZE_MISMATCH'],
  ['has no end', { type: 'endless' }, 'SIZE_MISMATCH'],
  ['is announced shorter each time', { type: 'shorten', bytes: 1000 }, 'SIZE_MISMATCH'],
  ['is encoded', { type: 'gzip' }, 'REMOTE_INVALID'],
  ['is a login page', { type: 'html' }, 'REMOTE_INVALID'],
  ['is not there', { type: 'status', status: 404 }, 'NOT_FOUND'],
  ['stalls each time', { type: 'stall', at: 'start' }, 'TIMEOUT'],
  ['is reset each time', { type: 'reset', at: 0 }, 'UNREACHABLE'],
  ['ends before its first byte', { type: 'truncate', at: 0 }, 'UNREACHABLE'],
])('throws when the body %s', async (_what, action, code) => {
  server.fault(action, { kind: 'blob' }, Infinity);
  await expectCode(readLayer(), code);
});

it('never yields more than the size of the blob', async () => {
  server.fault({ type: 'endless' }, { kind: 'blob' });
  let got = 0;
  const reading = (async () => {
    for await (const chunk of content.readFrom(server.layer, 0)) got += chunk.byteLength;
  })();
  await expectCode(reading, 'SIZE_MISMATCH');
  expect(got).toBeLessThanOrEqual(SIZE);
});

it('finds a bit that was flipped in the resumed part', async () => {
  server.fault({ type: 'reset', at: HALF });
  server.fault({ type: 'flip', at: 10 }, { range: true });
  await expectCode(readLayer(), 'DIGEST_MISMATCH');
});

it('starts at an offset by a closed range', async () => {
  const whole = await readLayer();
  const rest = await collect(content.readFrom(server.layer, HALF), SIZE, 'the rest');
  expect(Buffer.compare(rest, whole.subarray(HALF))).toBe(0);
  expect(asked('blob').at(-1)).toBe(`206 bytes=${HALF}-${SIZE - 1}`);
});

it('survives a slow line, handing on what there is', async () => {
  const small = layerOfVirtual(virtualBlob(600, 'small'));
  server.registry.push('team/app', 'small', createImage({ platform: 'linux/amd64', layers: [small] }));
  server.fault({ type: 'drip', bytes: 100, everyMs: 120 }, { kind: 'blob' });
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.read(small.descriptor)) chunks.push(chunk);
  expect(digestOf(Buffer.concat(chunks))).toBe(small.descriptor.digest);
  expect(chunks.length).toBeGreaterThan(1);
});

it('does not take a slow consumer for a stalled registry', async () => {
  let got = 0;
  for await (const chunk of content.read(server.layer)) {
    if (got === 0) await new Promise((resolve) => setTimeout(resolve, 700));
    got += chunk.byteLength;
  }
  expect(got).toBe(SIZE);
  expect(retries()).toEqual([]);
});

it.each<[moment: string, action: FaultAction]>([
  ['before the head', { type: 'stall', at: 'start' }],
  ['in the body', { type: 'stall', at: HALF }],
])('ends within milliseconds when aborted while it stalls %s', async (_moment, action) => {
  const patient = createRegistryClient();
  server.fault(action);
  const abort = new AbortController();
  const blobs = new RegistrySource(patient).content(server.name());
  const pending = collect(blobs.read(server.layer, { signal: abort.signal }), SIZE, 'the layer');
  await expect.poll(() => server.registry.requests.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const started = performance.now();
  abort.abort();
  await expectCode(pending, 'INTERRUPTED');
  expect(performance.now() - started).toBeLessThan(100);
  await patient.close();
});

it('lets go of the connection when the consumer stops', async () => {
  for await (const chunk of content.readFrom(server.layer, 0)) {
    expect(chunk.byteLength).toBeGreaterThan(0);
    break;
  }
  await expectLayer();
});

it('reads many blobs at once without a warning', async () => {
  const warnings: Error[] = [];
  const listen = (warning: Error): number => warnings.push(warning);
  process.on('warning', listen);
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 30 }, () => readLayer(signal)));
  process.off('warning', listen);
  expect(warnings).toEqual([]);
});
