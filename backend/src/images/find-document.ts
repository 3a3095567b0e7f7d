import {
  readManifest,
  XbundleError,
  type BlobSource,
  type CallOptions,
  type Descriptor,
  type ReadManifest,
} from '@xbundle/core';

export interface ImageContent {
  readonly root: Descriptor;
  readonly content: BlobSource;
}

/** A manifest of an image, by its digest: the root, or what an index below it lists. Throws NOT_FOUND. */
export async function findManifest(
  digest: string,
  { root, content }: ImageContent,
  options: CallOptions,
): Promise<ReadManifest> {
  let level: readonly Descriptor[] = [root];
  // An index in an index in an index is as deep as they get.
  for (let depth = 0; depth < 4 && level.length > 0; depth++) {
    const found = level.find((each) => each.digest === digest);
    if (found !== undefined) return readManifest(found, content, options);
    const read = await Promise.all(level.filter(isIndex).map((each) => readManifest(each, content, options)));
    level = read.flatMap(({ document }) => (document.kind === 'index' ? document.manifests : []));
  }
  throw new XbundleError('NOT_FOUND', `looking for ${digest}: ${root.digest} does not list it`);
}

function isIndex({ mediaType }: Descriptor): boolean {
  return mediaType.includes('index') || mediaType.includes('manifest.list');
}
