import type { TreeImage, TreeNode } from '@xbundle/backend/contract';
import { describe, expect, it } from 'vitest';
import { sampleImage, sampleTree } from '../../testing/sample-images.ts';
import { compareTrees } from './compare/compare-trees.ts';
import { layerPicture } from './inspect/layer-picture.ts';
import { absentOf, attestationsOf, imageSize, imagesOf, missingPlatforms, treeSizes } from './tree-parts.ts';

const tree = sampleTree();
const images = imagesOf(tree);

describe('a tree', () => {
  it('has its images, what is absent, and what is attested of each', () => {
    expect(images.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64', 'linux/arm/v7']);
    expect(absentOf(tree).map(({ platform }) => platform)).toEqual(['linux/s390x']);
    expect(attestationsOf(tree, images[0]?.digest ?? '')).toHaveLength(1);
  });

  it('lacks platforms that are wanted, absent ones with them', () => {
    expect(missingPlatforms(tree, ['linux/arm64', 'linux/s390x', 'windows/amd64'])).toEqual([
      'linux/s390x',
      'windows/amd64',
    ]);
  });

  it('counts shared layers once on disk', () => {
    const { sum, unique } = treeSizes(images);
    expect(sum).toBe(images.reduce((all, image) => all + imageSize(image), 0));
    expect(sum - unique).toBe(2 * 46_200_000);
  });
});

describe('the picture of layers', () => {
  it('draws all platforms to one scale, and what is shared in one colour', () => {
    const rows = layerPicture(images);
    expect(rows.map(({ parts }) => parts.map(({ shared }) => shared))).toEqual(
      images.map(() => [undefined, undefined, 0, undefined, undefined]),
    );
    for (const { parts } of rows) {
      const end = parts.reduce((sum, { width }) => sum + width, 0);
      expect(end).toBeLessThanOrEqual(1 + 1e-9);
    }
  });
});

describe('a comparison', () => {
  const withImages = (...list: readonly TreeImage[]): TreeNode => ({
    kind: 'index',
    digest: 'sha256:0',
    mediaType: 'x',
    size: 1,
    children: [...list],
  });

  it('says of each platform whether it is the same, differs, or is only in one', () => {
    const [amd, arm] = [sampleImage('linux/amd64'), sampleImage('linux/arm64')];
    const other = sampleImage('linux/arm64', 'nginx');
    const rows = compareTrees(withImages(amd, arm), withImages(amd, other, sampleImage('linux/s390x')));
    expect(rows.map(({ platform, verdict, commonLayers }) => [platform, verdict, commonLayers])).toEqual([
      ['linux/amd64', 'same', 5],
      ['linux/arm64', 'differs', 0],
      ['linux/s390x', 'onlyRight', 0],
    ]);
  });
});
