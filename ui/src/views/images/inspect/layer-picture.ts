import type { TreeImage } from '@xbundle/backend/contract';

export interface LayerPart {
  readonly digest: string;
  readonly size: number;
  readonly createdBy: string | undefined;
  /** Parts of the widest platform, from 0 to 1. */
  readonly from: number;
  readonly width: number;
  /** Which of the shared layers it is; undefined for a layer of one platform. */
  readonly shared: number | undefined;
}

export interface PictureRow {
  readonly platform: string;
  readonly size: number;
  readonly parts: readonly LayerPart[];
}

/** Layers as parts of bars, one bar for each platform, all to the same scale. */
export function layerPicture(images: readonly TreeImage[]): readonly PictureRow[] {
  const users = new Map<string, number>();
  for (const image of images) {
    for (const digest of new Set(image.layers.map((layer) => layer.digest))) {
      users.set(digest, (users.get(digest) ?? 0) + 1);
    }
  }
  const shared = [...users].filter(([, count]) => count > 1).map(([digest]) => digest);
  const sizes = images.map(({ layers }) => layers.reduce((sum, { size }) => sum + size, 0));
  const widest = Math.max(1, ...sizes);
  return images.map(({ platform, layers }, at) => {
    let from = 0;
    const parts = layers.map(({ digest, size, createdBy }) => {
      const part = { digest, size, createdBy, from, width: size / widest, shared: placeIn(shared, digest) };
      from += part.width;
      return part;
    });
    return { platform, size: sizes[at] ?? 0, parts };
  });
}

function placeIn(list: readonly string[], digest: string): number | undefined {
  const at = list.indexOf(digest);
  return at === -1 ? undefined : at;
}
