import { makeIndex } from '../../bundle/index.ts';
import { withDocuments, type BlobSource, type ImageSource } from '../../content/index.ts';
import {
  formatReference,
  MEDIA_TYPES,
  taggedName,
  type Descriptor,
  type Digest,
  type Reference,
} from '../../model/index.ts';
import type { BuildPlan } from '../build-plan.ts';
import { storedResult, type CellReport, type StoredResult } from './record/build-report.ts';

/** An image of the release: one name of a component, and its cells. */
export interface BuiltImage {
  readonly name: Reference;
  readonly component: string;
  readonly cells: readonly CellReport[];
}

/** Every name of every wanted component, with its cells. */
export function builtImages(plan: BuildPlan, reports: readonly CellReport[]): readonly BuiltImage[] {
  const byId = new Map(reports.map((report) => [report.id, report]));
  const images = new Map<string, BuiltImage>();
  for (const { id, target } of plan.cells.filter(({ wanted }) => wanted)) {
    const report = byId.get(id);
    for (const name of target.tags) {
      const cells = images.get(formatReference(name))?.cells ?? [];
      const all = report === undefined ? cells : [...cells, report];
      images.set(formatReference(name), { name, component: target.name, cells: all });
    }
  }
  return [...images.values()];
}

/**
 * What a run has built as a source of images: each name leads to an index of the platforms that are done, with
 * their attestations.
 */
export function builtSource(
  images: readonly BuiltImage[],
  store: { readonly path: string; readonly blobs: BlobSource },
): ImageSource {
  const made = new Map<Digest, Uint8Array>();
  const roots = new Map<string, Descriptor>();
  for (const { name, cells } of images) {
    const root = rootOf(cells, made);
    if (root !== undefined) roots.set(formatReference(name), root);
  }
  const content = withDocuments(store.blobs, made);
  return {
    kind: 'oci',
    label: `build store ${store.path}`,
    resolve: (reference) => Promise.resolve(roots.get(formatReference(taggedName(reference)))),
    content: () => content,
  };
}

/**
 * What a name with these cells leads to: what buildx made, where that is just these, else an index that is made here
 * and added to `made`.
 */
export function rootOf(cells: readonly CellReport[], made: Map<Digest, Uint8Array>): Descriptor | undefined {
  const results = cells.map(storedResult).filter((result) => result !== undefined);
  const [first] = results;
  if (first === undefined) return undefined;
  const { root, platforms = 1 } = first;
  const isWhole =
    results.length === cells.length && results.every((each) => each.root.digest === root.digest);
  if (isWhole && platforms === cells.length) return root;
  const { descriptor, bytes } = makeIndex({
    mediaType: isDocker(results) ? MEDIA_TYPES.dockerIndex : MEDIA_TYPES.ociIndex,
    manifests: [
      ...results.map(({ manifest }) => manifest),
      ...results.flatMap(({ attestations }) => attestations),
    ],
  });
  made.set(descriptor.digest, bytes);
  return descriptor;
}

function isDocker(results: readonly StoredResult[]): boolean {
  return results.every(({ manifest }) => manifest.mediaType === MEDIA_TYPES.dockerManifest);
}
