import { beforeAll, describe, expect, it } from 'vitest';
import { remakeForeignFiles } from '../../testing/bundles/bundle-parts.ts';
import {
  bundleToForge,
  cellAt,
  codesOf,
  contractAt,
  forge,
  imageAt,
  type Forgery,
} from '../../testing/bundles/forgery.ts';

let good: Buffer;
beforeAll(async () => {
  good = await bundleToForge();
});

describe('a bundle with forged claims', () => {
  const claims: readonly Forgery[] = [
    ['"complete" being false', ['DOCUMENT'], (parts) => (parts.index.complete = false)],
    [
      'a contract of more platforms',
      ['DOCUMENT'],
      (parts) => contractAt(parts).platforms.push('linux/s390x'),
    ],
    ['a contract of fewer platforms', ['DOCUMENT'], (parts) => contractAt(parts).platforms.pop()],
    [
      'a contract of another image',
      ['DOCUMENT'],
      (parts) => parts.index.contract.push({ image: 'docker.io/library/z:v1', platforms: ['linux/amd64'] }),
    ],
    [
      'an image without cells',
      ['DOCUMENT'],
      (parts) => {
        parts.index.images.push({ ...imageAt(parts, 1), name: 'docker.io/library/z:v1' });
        remakeForeignFiles(parts);
      },
    ],
    [
      'an image that stands twice',
      ['ORDER'],
      (parts) => {
        parts.index.images.unshift(imageAt(parts));
        remakeForeignFiles(parts);
      },
    ],
    [
      'images in another order',
      ['ORDER'],
      (parts) => {
        parts.index.images.reverse();
        remakeForeignFiles(parts);
      },
    ],
    [
      'cells in another order',
      ['ORDER'],
      (parts) => {
        parts.index.cells.reverse();
        remakeForeignFiles(parts);
      },
    ],
    ['attestations in another order', ['ORDER'], (parts) => parts.index.attestations.reverse()],
    ['attestations left out of the list', ['DOCUMENT'], (parts) => (parts.index.attestations = [])],
    [
      'an attestation of another subject',
      ['DOCUMENT'],
      (parts) => {
        const [attestation] = parts.index.attestations;
        const other = cellAt(parts, 2).manifest?.digest;
        if (attestation !== undefined && other !== undefined) attestation.subject = other;
      },
    ],
    [
      'blobs in another order',
      ['NO_BUNDLE'],
      (parts) => {
        parts.index.blobs.reverse();
      },
    ],
    [
      'a blob listed twice',
      ['NO_BUNDLE'],
      (parts) => parts.index.blobs.unshift(...parts.index.blobs.slice(0, 1)),
    ],
    [
      'a root that is said to be kept and is not',
      ['DOCUMENT'],
      (parts) => delete imageAt(parts).source.digest,
    ],
    [
      'an arch tag that two cells have',
      ['DOCUMENT'],
      (parts) => {
        cellAt(parts, 1).archTag = cellAt(parts, 0).archTag ?? '';
        remakeForeignFiles(parts);
      },
    ],
    [
      'an arch tag that is the name of an image',
      ['DOCUMENT'],
      (parts) => {
        cellAt(parts, 0).archTag = 'docker.io/library/b:v1';
        remakeForeignFiles(parts);
      },
    ],
  ];

  it.each(claims)('with %s is found out: %j', async (_, codes, change) => {
    const report = await forge(good, change);
    expect(report.integrity).toBe('failed');
    expect(codesOf(report)).toEqual(codes);
  });
});
