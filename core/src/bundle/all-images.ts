import { XbundleError } from '../errors.ts';
import { readManifest, type CallOptions } from '../content/index.ts';
import type { LayoutSource } from '../layout/index.ts';
import {
  archTag,
  familiarReference,
  formatReference,
  isIndexType,
  parseReference,
  type OnProgress,
  type Reference,
} from '../model/index.ts';

export interface AllImagesOptions extends CallOptions {
  readonly archTagPattern?: string | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * The images of an archive or layout when none is named. A name that is the arch tag of another image, and leads to
 * the very manifest that the other's index lists for that platform, is no image of its own; that is noted. Throws
 * USAGE when there is none, or one without a full name: it could not be left out unseen.
 */
export async function allImages(
  source: LayoutSource,
  options: AllImagesOptions = {},
): Promise<readonly Reference[]> {
  const unnamed = source.unnamed();
  const names = source.names().map(parseReference);
  if (names.length === 0 || unnamed.length > 0) throw cannotTakeAll(source, unnamed);
  const covered = new Map<string, string>();
  for (const name of names)
    for (const tag of await archTagsOf(name, source, options)) covered.set(tag, familiarReference(name));
  for (const [tag, image] of covered) {
    const message = `${familiarReference(parseReference(tag))} is an arch tag of ${image}, no image of its own`;
    options.onProgress?.({ type: 'note', level: 'info', message });
  }
  return names.filter((name) => !covered.has(formatReference(name)));
}

/** The names in `source` that are arch tags of `image`: of that form, and leading to what its index lists. */
async function archTagsOf(
  image: Reference,
  source: LayoutSource,
  options: AllImagesOptions,
): Promise<readonly string[]> {
  const root = await source.resolve(image, options);
  if (root === undefined || !isIndexType(root.mediaType)) return [];
  const names = new Set(source.names());
  const tags: string[] = [];
  const { document } = await readManifest(root, source.content(image), options);
  for (const child of document.kind === 'index' ? document.manifests : []) {
    if (child.platform === undefined) continue;
    const tag = archTag(image, child.platform, options.archTagPattern);
    if (!names.has(formatReference(tag))) continue;
    const tagged = await source.resolve(tag, options);
    if (tagged?.digest === child.digest) tags.push(formatReference(tag));
  }
  return tags;
}

function cannotTakeAll(source: LayoutSource, unnamed: readonly string[]): XbundleError {
  const what =
    unnamed.length === 0
      ? 'it holds no image'
      : `these of its images have no full name: ${unnamed.join(', ')}`;
  return new XbundleError('USAGE', `exporting all of ${source.label}: ${what}. Name the images to export`);
}
