import { beforeAll, describe, expect, it } from 'vitest';
import { parsePlatform } from '../../model/index.ts';
import { remakeForeignFiles } from '../../testing/bundles/bundle-parts.ts';
import {
  bundleToForge,
  cellAt,
  codesOf,
  contractAt,
  forge,
  imageAt,
  readDocument,
  replaceRoot,
  setPlatform,
  type Forgery,
} from '../../testing/bundles/forgery.ts';

let good: Buffer;
beforeAll(async () => {
  good = await bundleToForge();
});

describe('a bundle with forged cells', () => {
  const cells: readonly Forgery[] = [
    [
      'a cell of another platform, in the cell alone',
      ['DOCUMENT'],
      (parts) => {
        cellAt(parts).platform = 'linux/386';
        contractAt(parts).platforms = ['linux/386', 'linux/arm64'];
        remakeForeignFiles(parts);
      },
    ],
    [
      'a cell of another platform, in its manifest too',
      ['DOCUMENT'],
      (parts) => {
        const cell = cellAt(parts);
        cell.platform = 'linux/386';
        setPlatform(cell, 'linux/386');
        contractAt(parts).platforms = ['linux/386', 'linux/arm64'];
        remakeForeignFiles(parts);
      },
    ],
    [
      'a cell of another platform, in the index too: the config tells',
      ['DOCUMENT'],
      (parts) => {
        const cell = cellAt(parts);
        const root = readDocument(parts, imageAt(parts).root.digest);
        replaceRoot(parts, {
          ...root,
          manifests: root.manifests.map((child) =>
            child.digest === cell.manifest?.digest
              ? { ...child, platform: parsePlatform('linux/386') }
              : child,
          ),
        });
        cell.platform = 'linux/386';
        setPlatform(cell, 'linux/386');
        contractAt(parts).platforms = ['linux/386', 'linux/arm64'];
        remakeForeignFiles(parts);
      },
    ],
    [
      'two cells that have changed their manifests',
      ['DOCUMENT'],
      (parts) => {
        const [one, other] = [cellAt(parts, 0), cellAt(parts, 1)];
        const { manifest, config, size } = one;
        Object.assign(one, { manifest: other.manifest, config: other.config, size: other.size });
        Object.assign(other, { manifest, config, size });
        remakeForeignFiles(parts);
      },
    ],
    ['a cell of another size', ['DOCUMENT'], (parts) => (cellAt(parts).size = 1)],
    [
      'a cell with the config of another',
      ['DOCUMENT'],
      (parts) => {
        const other = cellAt(parts, 1).config;
        if (other !== undefined) cellAt(parts).config = other;
        remakeForeignFiles(parts);
      },
    ],
    [
      'a cell with the manifest of another image',
      ['DOCUMENT'],
      (parts) => {
        const { manifest, config, size } = cellAt(parts, 2);
        Object.assign(cellAt(parts, 0), { manifest, config, size });
        remakeForeignFiles(parts);
      },
    ],
    [
      'a present cell without a manifest',
      ['DOCUMENT'],
      (parts) => {
        delete cellAt(parts).manifest;
        remakeForeignFiles(parts);
      },
    ],
    [
      'a cell that is said to be missing, and complete all the same',
      ['CELL_MISSING', 'DOCUMENT'],
      (parts) => {
        const cell = cellAt(parts);
        parts.index.cells[0] = {
          image: cell.image,
          platform: cell.platform,
          state: 'missing',
          reason: 'gone',
        };
        remakeForeignFiles(parts);
      },
    ],
    [
      'a platform of the index that no cell lists',
      ['DOCUMENT'],
      (parts) => {
        parts.index.cells.splice(1, 1);
        contractAt(parts).platforms.splice(1, 1);
        remakeForeignFiles(parts);
      },
    ],
  ];

  it.each(cells)('with %s is found out: %j', async (_, codes, change) => {
    const report = await forge(good, change);
    expect(report.integrity).toBe('failed');
    expect(codesOf(report)).toEqual(codes);
  });

  it('with a lie about one cell has that cell wrong, and the others not', async () => {
    const report = await forge(good, (parts) => (cellAt(parts, 1).size = 1));
    expect(report.cells.map(({ state }) => state)).toEqual(['present', 'wrong', 'present']);
    expect(report.complete).toBe(false);
  });
});
