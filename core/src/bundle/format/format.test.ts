import { beforeAll, describe, expect, it } from 'vitest';
import { XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { MemoryStore, randomIndex } from '../../testing/index.ts';
import { bundleBytes, inChunks, requestFor, withIndexBytes } from '../../testing/bundles/bundle-parts.ts';
import { errorCodeOf } from '../../testing/error-code.ts';
import { parseBundleIndex, serializeBundleIndex, toReason, type BundleIndex } from './format.ts';
import { planBundle } from '../plan/plan.ts';
import { verifyBundle } from '../verify/verify.ts';

let index: BundleIndex;
let bundle: Buffer;
beforeAll(async () => {
  const store = new MemoryStore().add(
    await randomIndex('a', ['linux/amd64'], { attestations: true }),
    'a:v1',
  );
  const plan = await planBundle([requestFor('a:v1', store)], { name: 'release' });
  index = plan.index;
  bundle = await bundleBytes(plan);
});

type Json = Record<string, unknown>;

/** `xbundle.json` with the member at `path` set; undefined removes it. */
function withMember(path: string, value: unknown): Buffer {
  const copy = JSON.parse(JSON.stringify(index)) as Json;
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const parent = steps.reduce<Json>((at, step) => at[step] as Json, copy);
  parent[last] = value;
  return Buffer.from(`${JSON.stringify(copy, undefined, 2)}\n`);
}

function codeOf(bytes: Uint8Array): string {
  try {
    parseBundleIndex(bytes, 'it');
  } catch (error) {
    return error instanceof XbundleError ? error.code : String(error);
  }
  return 'no error';
}

describe('xbundle.json', () => {
  it('is read as it was written', () => {
    const bytes = serializeBundleIndex(index);
    expect(parseBundleIndex(bytes, 'it')).toEqual(index);
    expect(Buffer.from(serializeBundleIndex(parseBundleIndex(bytes, 'it'))).equals(bytes)).toBe(true);
  });

  it.each([
    ['formatVersion', 2, 'UNSUPPORTED'],
    ['formatVersion', 1e9, 'UNSUPPORTED'],
    ['formatVersion', 0, 'BUNDLE_INVALID'],
    ['formatVersion', '1', 'BUNDLE_INVALID'],
    ['type', 'application/vnd.other+json', 'BUNDLE_INVALID'],
    ['type', undefined, 'BUNDLE_INVALID'],
    ['surprise', true, 'BUNDLE_INVALID'],
    ['images.0.surprise', true, 'BUNDLE_INVALID'],
    ['images.0.root.surprise', true, 'BUNDLE_INVALID'],
    ['images.0.source.token', 'secret', 'BUNDLE_INVALID'],
    ['images.0.source.kind', 'ftp', 'BUNDLE_INVALID'],
    ['images.0.name', 'a:v1', 'BUNDLE_INVALID'],
    ['images.0.name', '../../etc/passwd', 'BUNDLE_INVALID'],
    ['images.0.name', 'docker.io/library/a', 'BUNDLE_INVALID'],
    ['cells.0.image', 'docker.io/library/A:v1', 'BUNDLE_INVALID'],
    ['cells.0.archTag', '-', 'BUNDLE_INVALID'],
    ['cells.0.state', 'fine', 'BUNDLE_INVALID'],
    ['cells.0.surprise', 1, 'BUNDLE_INVALID'],
    ['cells.0.reason', 'red: \u001b[31m', 'BUNDLE_INVALID'],
    ['cells.0.platform', 'linux/amd64\n', 'BUNDLE_INVALID'],
    ['cells.0.manifest.platform.surprise', 1, 'BUNDLE_INVALID'],
    ['name', 'moc.\u202eelpmaxe', 'BUNDLE_INVALID'],
    ['version', '', 'BUNDLE_INVALID'],
    ['created', 'yesterday', 'BUNDLE_INVALID'],
    ['created', '2024-02-30T00:00:00Z', 'BUNDLE_INVALID'],
    ['created', '2024-01-01T24:00:00Z', 'BUNDLE_INVALID'],
    ['created', '2024-01-01T00:00:00+00:00', 'BUNDLE_INVALID'],
    ['created', '2024-01-01T00:00Z', 'BUNDLE_INVALID'],
    ['complete', 'yes', 'BUNDLE_INVALID'],
    ['blobs.0.size', -1, 'BUNDLE_INVALID'],
    ['blobs.0.size', 1.5, 'DOCUMENT_INVALID'],
    ['blobs.0.size', 2 ** 53, 'BUNDLE_INVALID'],
    ['blobs.0.size', 2 ** 53 - 1, 'LIMIT_EXCEEDED'],
    ['blobs.0.digest', `sha256:${'A'.repeat(64)}`, 'BUNDLE_INVALID'],
    ['blobs.0.digest', 'sha256:../../etc', 'BUNDLE_INVALID'],
    ['blobs.0.digest', `sha512:${'f'.repeat(128)}`, 'BUNDLE_INVALID'],
    ['blobs.0.kind', 'layer', 'BUNDLE_INVALID'],
    ['files.1.size', LIMITS.layoutIndexBytes + 1, 'LIMIT_EXCEEDED'],
    ['contract', {}, 'BUNDLE_INVALID'],
    ['cells', undefined, 'BUNDLE_INVALID'],
  ])('with %s being %j is %s', (path, value, code) => {
    expect(codeOf(withMember(path, value))).toBe(code);
  });

  it.each([
    ['no JSON', Buffer.from('{"type":')],
    ['an array', Buffer.from('[]')],
    ['nothing', Buffer.alloc(0)],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['marked as UTF-8', Buffer.from('\ufeff{}')],
    ['a document with a key twice', Buffer.from('{"type":"a","type":"b"}')],
  ])('that is %s is refused', (_, bytes) => {
    expect(['BUNDLE_INVALID', 'DOCUMENT_INVALID']).toContain(codeOf(bytes));
  });

  it('nested without end is refused', () => {
    expect(codeOf(Buffer.from('['.repeat(1_000_000) + ']'.repeat(1_000_000)))).toBe('LIMIT_EXCEEDED');
  });

  it('has one form: another spelling of the same is ORDER', async () => {
    const { type, ...rest } = index;
    for (const text of [
      JSON.stringify(index),
      `${JSON.stringify(index, undefined, 4)}\n`,
      `${JSON.stringify({ ...rest, type }, undefined, 2)}\n`,
      JSON.stringify(index, undefined, 2),
    ]) {
      const report = await verifyBundle(inChunks(await withIndexBytes(bundle, Buffer.from(text))));
      expect(report.problems.map(({ code }) => code)).toEqual(['ORDER']);
    }
  });

  it('of a newer format is no finding but UNSUPPORTED', async () => {
    const newer = await withIndexBytes(bundle, withMember('formatVersion', 2));
    expect(await errorCodeOf(verifyBundle(inChunks(newer)))).toBe('UNSUPPORTED');
  });

  it('is not written when it is larger than it may be', () => {
    const cell = index.cells[0];
    const cells = Array.from({ length: 10_000 }, () => cell).filter((each) => each !== undefined);
    expect(() => serializeBundleIndex({ ...index, cells })).toThrow(XbundleError);
  });

  it('takes reasons of any kind', () => {
    const reason = toReason(`line one\nline two \u001b[31m${'x'.repeat(10_000)}`);
    expect(codeOf(withMember('cells.0.reason', reason))).toBe('no error');
    expect(reason.slice(0, 23)).toBe('line one line two  [31m');
  });
});
