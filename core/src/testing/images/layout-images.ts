import type { TargetImage } from '../../content/index.ts';
import { parseReference } from '../../model/index.ts';
import { MemoryStore } from '../stores/memory-store.ts';
import { createIndex, randomImage, randomIndex, type TestContent, type TestImage } from './random-image.ts';

export interface LayoutImages {
  readonly amd64: TestImage;
  readonly arm: TestImage;
  /** Of those two, with attestations. */
  readonly index: TestContent;
  readonly nested: TestContent;
  readonly other: TestImage;
  /** Has all of them. */
  readonly store: MemoryStore;
}

/** Images of each shape that a layout can hold. */
export async function layoutImages(): Promise<LayoutImages> {
  const amd64 = await randomImage('image', 'linux/amd64');
  const arm = await randomImage('image', 'linux/arm/v7');
  const index = createIndex([amd64, arm], { attestations: true });
  const nested = await randomIndex('nested', ['linux/amd64', 'linux/arm64'], { nested: 1 });
  const other = await randomImage('other', 'linux/amd64');
  const store = new MemoryStore().add(index).add(nested).add(other);
  return { amd64, arm, index, nested, other, store };
}

/** That content under a name, as a target takes it. */
export function targetImage(name: string, content: TestContent): TargetImage {
  return { name: parseReference(name), root: content.manifest, cells: [] };
}
