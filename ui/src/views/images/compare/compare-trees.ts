import type { TreeImage, TreeNode } from '@xbundle/backend/contract';
import { imageSize, imagesOf } from '../tree-parts.ts';

export interface PlatformComparison {
  readonly platform: string;
  readonly left?: TreeImage;
  readonly right?: TreeImage;
  readonly verdict: 'same' | 'differs' | 'onlyLeft' | 'onlyRight';
  /** Layers that both have, and all layers of both. */
  readonly commonLayers: number;
  readonly layers: number;
  /** Bytes by which the second is larger. */
  readonly growth: number;
}

/** Two images platform by platform. */
export function compareTrees(left: TreeNode, right: TreeNode): readonly PlatformComparison[] {
  const lefts = new Map(imagesOf(left).map((image) => [image.platform, image]));
  const rights = new Map(imagesOf(right).map((image) => [image.platform, image]));
  const platforms = [...new Set([...lefts.keys(), ...rights.keys()])];
  return platforms.map((platform) => compare(platform, lefts.get(platform), rights.get(platform)));
}

function compare(
  platform: string,
  left: TreeImage | undefined,
  right: TreeImage | undefined,
): PlatformComparison {
  const [mine, other] = [digestsOf(left), digestsOf(right)];
  return {
    platform,
    ...(left !== undefined && { left }),
    ...(right !== undefined && { right }),
    verdict: verdictOf(left, right),
    commonLayers: [...mine].filter((digest) => other.has(digest)).length,
    layers: new Set([...mine, ...other]).size,
    growth: (right === undefined ? 0 : imageSize(right)) - (left === undefined ? 0 : imageSize(left)),
  };
}

function digestsOf(image: TreeImage | undefined): ReadonlySet<string> {
  return new Set(image?.layers.map(({ digest }) => digest));
}

function verdictOf(left: TreeImage | undefined, right: TreeImage | undefined): PlatformComparison['verdict'] {
  if (left === undefined) return 'onlyRight';
  if (right === undefined) return 'onlyLeft';
  return left.digest === right.digest ? 'same' : 'differs';
}
