/** Bundles that someone made to do harm: made here, from a good one. Each must be refused. */
import { MEDIA_TYPES, planBundle, type Digest } from '@xbundle/core';
import { MemoryStore, randomIndex } from '@xbundle/core/testing';
import {
  addBlob,
  assemble,
  bundleBytes,
  indexText,
  joinEntries,
  recordForeignFiles,
  remakeForeignFiles,
  requestFor,
  takeApart,
  withIndexBytes,
  type BundleParts,
} from '../../core/src/testing/bundles/bundle-parts.ts';

export type Hostile = readonly [what: string, bundle: () => Buffer | Promise<Buffer>];

/** A bundle with nothing wrong, of two platforms with attestations. */
export async function makeGoodBundle(): Promise<Buffer> {
  const index = await randomIndex('hostile', ['linux/amd64', 'linux/arm64'], { attestations: true });
  const store = new MemoryStore().add(index, 'app:v1');
  return bundleBytes(await planBundle([requestFor('app:v1', store)]));
}

type Json = Record<string, unknown>;

/** Bundles whose `xbundle.json` has these bytes in place of its own, under a checksum that fits. */
export function hostileIndexes(good: () => Buffer): readonly Hostile[] {
  const raw = (change: (text: string) => string | Uint8Array): (() => Promise<Buffer>) => {
    return async () => withIndexBytes(good(), Buffer.from(change(await indexText(good()))));
  };
  const member = (text: string): (() => Promise<Buffer>) => raw((own) => own.replace('{', `{${text},`));
  const parsed = (change: (index: Json) => void): (() => Promise<Buffer>) =>
    raw((own) => {
      const index = JSON.parse(own) as Json;
      change(index);
      return `${JSON.stringify(index, undefined, 2)}\n`;
    });
  const cases: readonly Hostile[] = [
    ['nested a million deep', raw(() => '['.repeat(1_000_000) + ']'.repeat(1_000_000))],
    ['nested a million deep inside', member(`"x":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`)],
    ['with a million keys', member(Array.from({ length: 200_000 }, (_, at) => `"k${at}":0`).join())],
    ['with a long text', member(`"version":"${'v'.repeat(4_000_000)}"`)],
    ['over the limit', member(`"version":"${'v'.repeat(5_000_000)}"`)],
    ['with a key twice', member('"complete":true')],
    ['with a key in two cases', member('"Complete":true')],
    ['with __proto__', member('"__proto__":{"complete":true}')],
    ['with constructor', member('"constructor":{"prototype":{"complete":true}}')],
    ['with an unknown member', member('"signed":true')],
    ['with a byte order mark', raw((own) => `\uFEFF${own}`)],
    ['in UTF-16', raw((own) => Buffer.from(own, 'utf16le'))],
    ['that is no UTF-8', raw((own) => Buffer.concat([Buffer.from(own), Buffer.of(0xff)]))],
    ['with a lone surrogate', member('"version":"\\ud800"')],
    ['with text after it', raw((own) => `${own}{}`)],
    ['written in another way', raw((own) => JSON.stringify(JSON.parse(own)))],
    ['that is null', raw(() => 'null')],
    ['that is an array', raw((own) => `[${own}]`)],
    ['that is a number', raw(() => '1e400')],
    ['of a newer format', parsed((index) => (index['formatVersion'] = 2))],
    ['of another type', parsed((index) => (index['type'] = 'application/json'))],
    ['with a terminal sequence', parsed((index) => (index['name'] = '\u001b[2J'))],
    ['with sizes of 2^53', raw((own) => own.replace(/"size": \d+/, '"size": 9007199254740993'))],
    ['with infinite sizes', raw((own) => own.replace(/"size": \d+/g, '"size": 1e400'))],
    ['with an exponent as size', raw((own) => own.replace(/"size": (\d+)/, '"size": $1e0'))],
    ['with negative sizes', raw((own) => own.replace(/"size": /g, '"size": -'))],
    ['with huge blobs', raw((own) => own.replace(/"size": \d+/g, '"size": 9007199254740991'))],
    [
      'with digests in capitals',
      raw((own) => own.replace(/sha256:[0-9a-f]+/g, (text) => text.toUpperCase())),
    ],
    ['with digests that are paths', raw((own) => own.replace(/sha256:[0-9a-f]{6}/g, 'sha256:../../'))],
    ['with digests of sha512', raw((own) => own.replaceAll('sha256:', 'sha512:'))],
    [
      'with names that are paths',
      raw((own) => own.replaceAll('docker.io/library/app', '../../../../tmp/app')),
    ],
    ['that says it is whole and has no cells', parsed((index) => (index['cells'] = []))],
    ['without images', parsed((index) => (index['images'] = []))],
    ['without blobs', parsed((index) => (index['blobs'] = []))],
    ['without files', parsed((index) => (index['files'] = []))],
    [
      'with every blob twice',
      parsed((index) => (index['blobs'] = [...list(index, 'blobs'), ...list(index, 'blobs')])),
    ],
    ['with blobs in another order', parsed((index) => (index['blobs'] = list(index, 'blobs').toReversed()))],
    [
      'with every image twice',
      parsed((index) => (index['images'] = [...list(index, 'images'), ...list(index, 'images')])),
    ],
    [
      'with every cell twice',
      parsed((index) => (index['cells'] = [...list(index, 'cells'), ...list(index, 'cells')])),
    ],
  ];
  return cases.map(([what, bundle]) => [`an xbundle.json ${what}`, bundle]);
}

function list(index: Json, key: string): readonly unknown[] {
  const value = index[key];
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** Bundles that agree with themselves in every header and digest, and lie about what is in them. */
export function hostileDocuments(good: () => Buffer): readonly Hostile[] {
  const made = (change: (parts: BundleParts) => void): (() => Promise<Buffer>) => {
    return async () => {
      const parts = await takeApart(good());
      change(parts);
      return assemble(parts);
    };
  };
  const rooted = (document: (children: readonly Json[]) => unknown): (() => Promise<Buffer>) =>
    made((parts) => {
      const [image] = parts.index.images;
      if (image === undefined) throw new Error('the good bundle has no image');
      const own = JSON.parse(Buffer.from(parts.blobs.get(image.root.digest) ?? '').toString()) as Json;
      const bytes = Buffer.from(JSON.stringify(document(list(own, 'manifests') as readonly Json[])));
      drop(parts, image.root.digest);
      const mediaType = MEDIA_TYPES.ociIndex;
      image.root = addBlob(parts, bytes, { mediaType, kind: 'index' });
      remakeForeignFiles(parts);
    });
  const index = (members: Json): Json => ({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, ...members });
  return [
    ['a blob that nobody asked for', made((parts) => void addBlob(parts, Buffer.from('extra')))],
    [
      'another blob under a digest',
      made((parts) => {
        for (const [digest, bytes] of parts.blobs) parts.blobs.set(digest, Buffer.alloc(bytes.byteLength, 1));
      }),
    ],
    [
      'an index.json of its own',
      made((parts) => {
        parts.foreign = { ...parts.foreign, ociIndex: Buffer.from('{"manifests":[]}') };
        recordForeignFiles(parts);
      }),
    ],
    [
      'a manifest.json of its own',
      made((parts) => {
        parts.foreign = {
          ...parts.foreign,
          dockerManifest: Buffer.from(
            '[{"Config":"../../etc/passwd","RepoTags":["app:v1"],"Layers":["/etc/passwd"]}]',
          ),
        };
        recordForeignFiles(parts);
      }),
    ],
    [
      'an index.json in other bytes than listed',
      made((parts) => {
        parts.foreign = { ...parts.foreign, ociIndex: Buffer.alloc(parts.foreign.ociIndex.byteLength) };
      }),
    ],
    [
      'a root of ten thousand times the same child',
      rooted((children) => index({ manifests: Array.from({ length: 10_000 }, () => children[0]) })),
    ],
    ['a root without children', rooted(() => index({ manifests: [] }))],
    ['a root without a list', rooted(() => index({}))],
    [
      'a root that is a manifest too',
      rooted((children) => index({ manifests: children, config: children[0], layers: [] })),
    ],
    [
      'a root of another type than it says',
      rooted((children) => ({ ...index({ manifests: children }), mediaType: MEDIA_TYPES.ociManifest })),
    ],
    [
      'a root with a malformed subject',
      rooted((children) =>
        index({ manifests: children, subject: { mediaType: 'x', digest: 'sha256:../..', size: 1 } }),
      ),
    ],
    [
      'a root with data that is not what its digest says',
      rooted((children) => index({ manifests: children.map((child) => ({ ...child, data: 'eA==' })) })),
    ],
    [
      'a root with a child that is not there',
      rooted((children) =>
        index({ manifests: [...children, { ...children[0], digest: `sha256:${'0'.repeat(64)}` }] }),
      ),
    ],
    [
      'a root with a child of another size',
      rooted((children) => index({ manifests: children.map((child) => ({ ...child, size: 5 })) })),
    ],
    [
      'a root whose children have swapped platforms',
      rooted((children) =>
        index({
          manifests: children.map((child, at) => ({
            ...child,
            platform: (children[1 - at] ?? child)['platform'],
          })),
        }),
      ),
    ],
    ['a root that is no object', rooted(() => 'no document')],
    [
      'a root nested two thousand deep',
      rooted((children) => index({ manifests: children, annotations: nested(2_000) })),
    ],
    [
      'an entry with a name of its own',
      async () => {
        const parts = await takeApart(good());
        return joinEntries([
          { name: 'oci-layout', content: Buffer.from('{"imageLayoutVersion":"1.0.0"}') },
          { name: '../../xbundle.json', content: Buffer.from(JSON.stringify(parts.index)) },
        ]);
      },
    ],
  ];
}

function nested(depth: number): unknown {
  return depth === 0 ? 'x' : { x: nested(depth - 1) };
}

function drop(parts: BundleParts, digest: Digest): void {
  parts.blobs.delete(digest);
  parts.index.blobs = parts.index.blobs.filter((blob) => blob.digest !== digest);
}
