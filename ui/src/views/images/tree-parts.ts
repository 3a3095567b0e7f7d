import type { TreeAttestation, TreeImage, TreeNode } from '@xbundle/backend/contract';

/** The images of a tree, in its order, whatever the depth. */
export function imagesOf(node: TreeNode): readonly TreeImage[] {
  if (node.kind === 'image') return [node];
  return node.kind === 'index' ? node.children.flatMap(imagesOf) : [];
}

export type AbsentNode = Extract<TreeNode, { kind: 'absent' }>;

/** What an index lists and nobody has. */
export function absentOf(node: TreeNode): readonly AbsentNode[] {
  if (node.kind === 'absent') return [node];
  return node.kind === 'index' ? node.children.flatMap(absentOf) : [];
}

/** Attestations about an image. */
export function attestationsOf(node: TreeNode, subject: string): readonly TreeAttestation[] {
  if (node.kind === 'attestation') return node.subject === subject ? [node] : [];
  return node.kind === 'index' ? node.children.flatMap((child) => attestationsOf(child, subject)) : [];
}

/** Manifest, config and layers together, each blob once. */
export function imageSize({ size, config, layers }: TreeImage): number {
  const blobs = new Map([config, ...layers].map((blob) => [blob.digest, blob.size]));
  return size + [...blobs.values()].reduce((sum, each) => sum + each, 0);
}

export interface TreeSizes {
  /** Every platform by itself. */
  readonly sum: number;
  /** Each blob once: what is kept and carried. */
  readonly unique: number;
}

export function treeSizes(images: readonly TreeImage[]): TreeSizes {
  const blobs = new Map(
    images.flatMap((image) =>
      [image, image.config, ...image.layers].map(({ digest, size }) => [digest, size] as const),
    ),
  );
  return {
    sum: images.reduce((sum, image) => sum + imageSize(image), 0),
    unique: [...blobs.values()].reduce((sum, each) => sum + each, 0),
  };
}

/** Platforms that are wanted and not there. */
export function missingPlatforms(tree: TreeNode, wanted: readonly string[]): readonly string[] {
  const there = new Set(imagesOf(tree).map(({ platform }) => platform));
  return wanted.filter((platform) => !there.has(platform));
}
