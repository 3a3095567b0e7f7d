import { XbundleError } from '../../errors.ts';
import { readManifest, type CallOptions } from '../../content/index.ts';
import type { LayoutSource } from '../../layout/index.ts';
import {
  archTag,
  familiarReference,
  formatReference,
  isIndexType,
  NOTES,
  parseReference,
  tell,
  type Descriptor,
  type OnProgress,
  type Reference,
} from '../../model/index.ts';

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
  const roots = new Map<string, Descriptor>();
  for (const name of names) {
    const root = await source.resolve(name, options);
    if (root !== undefined) roots.set(formatReference(name), root);
  }
  const tags = new Set<string>();
  for (const name of names) {
    for (const tag of await archTagsOf(name, { source, roots }, options)) {
      const told = tell(NOTES, 'arch-tag', { tag: familiarReference(tag), image: familiarReference(name) });
      options.onProgress?.({ type: 'note', level: 'info', ...told });
      tags.add(formatReference(tag));
    }
  }
  return names.filter((name) => !tags.has(formatReference(name)));
}

interface NamedImages {
  readonly source: LayoutSource;
  /** By full name. */
  readonly roots: ReadonlyMap<string, Descriptor>;
}

/** The names that are arch tags of `image`: of that form, and leading to what its index lists. */
async function archTagsOf(
  image: Reference,
  { source, roots }: NamedImages,
  options: AllImagesOptions,
): Promise<readonly Reference[]> {
  const root = roots.get(formatReference(image));
  if (root === undefined || !isIndexType(root.mediaType)) return [];
  const { document } = await readManifest(root, source.content(image), options);
  const children = document.kind === 'index' ? document.manifests : [];
  return children.flatMap(({ platform, digest }) => {
    if (platform === undefined) return [];
    const tag = archTag(image, platform, options.archTagPattern);
    return roots.get(formatReference(tag))?.digest === digest ? [tag] : [];
  });
}

function cannotTakeAll(source: LayoutSource, unnamed: readonly string[]): XbundleError {
  const what =
    unnamed.length === 0
      ? 'it holds no image'
      : `these of its images have no full name: ${unnamed.join(', ')}`;
  return new XbundleError('USAGE', `exporting all of ${source.label}: ${what}. Name the images to export`);
}
