import { beforeAll, describe, expect, it } from 'vitest';
import { addBlob, remakeForeignFiles } from '../../testing/bundles/bundle-parts.ts';
import {
  blobAt,
  bundleToForge,
  cellAt,
  codesOf,
  dropBlob,
  forge,
  imageAt,
  layerAt,
  readDocument,
  addDocument,
  type Forgery,
} from '../../testing/bundles/forgery.ts';

/**
 * A forger has made every digest, offset and checksum fit; only what `xbundle.json` says is not so. Nobody makes
 * these by accident, and none may pass.
 */
let good: Buffer;
beforeAll(async () => {
  good = await bundleToForge();
});

describe('a bundle with forged blobs', () => {
  const blobs: readonly Forgery[] = [
    ['a blob that no image refers to', ['BLOB_UNLISTED'], (parts) => addBlob(parts, Buffer.from('stowaway'))],
    [
      'a layer left out',
      ['BLOB_MISSING'],
      (parts) => {
        const layer = readDocument(parts, cellAt(parts, 2).manifest?.digest ?? imageAt(parts).root.digest)
          .layers[0];
        dropBlob(parts, layer?.digest);
      },
    ],
    [
      'a config left out',
      ['BLOB_MISSING'],
      (parts) => {
        dropBlob(parts, cellAt(parts).config?.digest);
      },
    ],
    [
      'a manifest left out',
      ['BLOB_MISSING'],
      (parts) => {
        dropBlob(parts, cellAt(parts).manifest?.digest);
      },
    ],
    [
      'other bytes under a digest',
      ['DIGEST'],
      (parts) => {
        const { digest, size } = layerAt(parts);
        parts.blobs.set(digest, Buffer.alloc(size, 1));
      },
    ],
    [
      'a config that is not listed as one, so that a quick look would pass over it',
      ['DOCUMENT'],
      (parts) => delete blobAt(parts, cellAt(parts).config?.digest).kind,
    ],
    [
      'a manifest that is not listed as one',
      ['DOCUMENT'],
      (parts) => delete blobAt(parts, cellAt(parts).manifest?.digest).kind,
    ],
    ['a layer that is listed as a config', ['DOCUMENT'], (parts) => (layerAt(parts).kind = 'config')],
  ];

  it.each(blobs)('with %s is found out: %j', async (_, codes, change) => {
    const report = await forge(good, change);
    expect(report.integrity).toBe('failed');
    expect(codesOf(report)).toEqual(codes);
  });

  it('whose root is damaged has all cells of that image wrong', async () => {
    const report = await forge(good, (parts) => {
      const { digest, size } = imageAt(parts).root;
      parts.blobs.set(digest, Buffer.alloc(size, 0x20));
    });
    expect(report.cells.map(({ image, state }) => `${image} ${state}`)).toEqual([
      'docker.io/library/a:v1 wrong',
      'docker.io/library/a:v1 wrong',
      'docker.io/library/b:v1 present',
    ]);
  });

  it('whose index lists an index that lists an index, and so on, is not followed without end', async () => {
    const report = await forge(good, (parts) => {
      let child = imageAt(parts).root;
      for (let depth = 0; depth < 50; depth++) {
        child = addDocument(parts, { schemaVersion: 2, mediaType: child.mediaType, manifests: [child] });
      }
      imageAt(parts).root = child;
      imageAt(parts).origin = 'subset';
      remakeForeignFiles(parts);
    });
    expect(report.integrity).toBe('failed');
    expect(report.problems[0]?.message).toContain('more than');
  });
});
