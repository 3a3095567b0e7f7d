import { planBundle, type LookInside } from '../../bundle/index.ts';
import type { BlobSource, CallOptions } from '../../content/index.ts';
import { formatReference, parsePlatform } from '../../model/index.ts';
import type { BuildPlan } from '../build-plan.ts';
import { storedResult, type CellReport } from './record/build-report.ts';
import { builtImages, builtSource } from './built-source.ts';

export interface LookedInside {
  readonly plan: BuildPlan;
  readonly cells: readonly CellReport[];
  readonly store: { readonly path: string; readonly blobs: BlobSource };
}

/**
 * Holds what is in the store against its platforms, and gives the reason for each cell that is wrong, by its id.
 * Results that are elsewhere are not looked into.
 */
export async function lookInsideCells(
  { plan, cells, store }: LookedInside,
  { lookInside, signal }: CallOptions & { readonly lookInside: LookInside },
): Promise<ReadonlyMap<string, string>> {
  const images = builtImages(
    plan,
    cells.filter((cell) => storedResult(cell) !== undefined),
  );
  const source = builtSource(images, store);
  const requests = images
    .filter((image) => image.cells.length > 0)
    .map(({ name, cells: own }) => ({
      name,
      platforms: own.map(({ platform }) => parsePlatform(platform)),
      source,
    }));
  const { index } = await planBundle(requests, { lookInside, signal, archTags: false });
  const components = new Map(images.map(({ name, component }) => [formatReference(name), component]));
  return new Map(
    index.cells.flatMap(({ image, platform, state, reason = '' }) =>
      state === 'wrong' ? [[`${components.get(image) ?? ''}@${platform}`, reason] as const] : [],
    ),
  );
}
