import type { ImageRequest } from '../../bundle/plan/image-request.ts';
import { requestFor } from '../bundles/bundle-parts.ts';
import { MemoryStore } from '../stores/memory-store.ts';
import { randomImage, randomIndex } from './random-image.ts';

export const THREE_PLATFORMS: readonly string[] = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];

/** `a:v1`, an index of three platforms; `b:v1`, a single image; `c:v1`, which exists as two arch tags only. */
export async function threeImages(): Promise<readonly ImageRequest[]> {
  const store = new MemoryStore()
    .add(await randomIndex('a', THREE_PLATFORMS, { attestations: true }), 'a:v1')
    .add(await randomImage('b', 'linux/amd64'), 'b:v1')
    .add(await randomImage('c', 'linux/amd64'), 'c:v1-amd64')
    .add(await randomImage('c', 'linux/arm64'), 'c:v1-arm64');
  return [
    requestFor('a:v1', store, THREE_PLATFORMS),
    requestFor('b:v1', store),
    requestFor('c:v1', store, ['amd64', 'arm64']),
  ];
}
