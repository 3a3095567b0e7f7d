import { beforeAll, describe, expect, it } from 'vitest';
import {
  assemble,
  recordForeignFiles,
  remakeForeignFiles,
  takeApart,
} from '../../testing/bundles/bundle-parts.ts';
import { bundleToForge, codesOf, forge, type Forgery } from '../../testing/bundles/forgery.ts';

let good: Buffer;
beforeAll(async () => {
  good = await bundleToForge();
});

describe('a bundle with forged files', () => {
  const files: readonly Forgery[] = [
    [
      'a manifest.json with another arch tag',
      ['DOCUMENT'],
      (parts) => {
        const text = Buffer.from(parts.foreign.dockerManifest).toString().replace('a:v1-arm64', 'a:v1-other');
        parts.foreign = { ...parts.foreign, dockerManifest: Buffer.from(text) };
        recordForeignFiles(parts);
      },
    ],
    [
      'an index.json with one name more',
      ['DOCUMENT'],
      (parts) => {
        const text = Buffer.from(parts.foreign.ociIndex).toString();
        const index = JSON.parse(text) as { manifests: object[] };
        const more = { ...index, manifests: [...index.manifests, ...index.manifests.slice(0, 1)] };
        parts.foreign = {
          ...parts.foreign,
          ociIndex: Buffer.from(`${JSON.stringify(more, undefined, 2)}\n`),
        };
        recordForeignFiles(parts);
      },
    ],
    [
      'a manifest.json whose digest is not the one listed',
      ['DIGEST'],
      (parts) => {
        const { byteLength } = parts.foreign.dockerManifest;
        parts.foreign = { ...parts.foreign, dockerManifest: Buffer.alloc(byteLength, 0x20) };
      },
    ],
    ['no list of files', ['DIGEST', 'SIZE', 'STRUCTURE'], (parts) => (parts.index.files = [])],
  ];

  it.each(files)('with %s is found out: %j', async (_, codes, change) => {
    const report = await forge(good, change);
    expect(report.integrity).toBe('failed');
    expect(codesOf(report)).toEqual(codes);
  });

  it('is a good one when it is taken apart and put together unchanged', async () => {
    const parts = await takeApart(good);
    expect(assemble(parts).equals(good)).toBe(true);
    remakeForeignFiles(parts);
    expect(assemble(parts).equals(good)).toBe(true);
  });
});
