import { join } from 'node:path';
import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type Descriptor } from '../model/index.ts';
import { type CallOptions } from '../content/index.ts';
import { createBlobDirectory } from './blob-directory.ts';
import { MadeDocuments } from './made-documents.ts';
import { nameOfRoot } from './image-name.ts';
import {
  checkLayoutMarker,
  INDEX_JSON,
  MARKER_BYTES,
  OCI_LAYOUT,
  parseLayoutIndex,
  type LayoutIndex,
} from './layout-documents.ts';
import { createLayoutSource, type LayoutSource } from './layout-source.ts';
import { type Root } from './named-roots.ts';
import { readWholeFile } from './stored-file.ts';

/**
 * Opens the OCI image layout in a directory as a source. Nothing but regular files is read and no link is
 * followed. Errors: ARCHIVE_INVALID for what is no layout, DOCUMENT_INVALID, UNSUPPORTED for another version,
 * LIMIT_EXCEEDED, FILE_SYSTEM.
 */
export async function openLayout(directory: string, options: CallOptions = {}): Promise<LayoutSource> {
  const hasMarker = await readMarker(directory, options);
  const index = hasMarker ? await readLayoutIndex(directory, options) : undefined;
  if (index === undefined) {
    throw new XbundleError(
      'ARCHIVE_INVALID',
      `opening ${directory}: it is no OCI image layout, as it has no ${hasMarker ? INDEX_JSON : OCI_LAYOUT}`,
    );
  }
  return createLayoutSource({
    kind: 'oci',
    label: `layout ${directory}`,
    roots: index.manifests.map(rootOf),
    content: new MadeDocuments(createBlobDirectory(directory)),
    close: () => Promise.resolve(),
  });
}

/** An entry of `index.json`. */
export function rootOf(descriptor: Descriptor): Root {
  return {
    ...nameOfRoot(descriptor),
    fallback: descriptor.digest,
    describe: () => Promise.resolve(descriptor),
  };
}

/** Whether the directory says it is a layout; checked. */
export async function readMarker(directory: string, options: CallOptions = {}): Promise<boolean> {
  const path = join(directory, OCI_LAYOUT);
  const bytes = await readWholeFile(path, MARKER_BYTES, options);
  if (bytes !== undefined) checkLayoutMarker(bytes, path);
  return bytes !== undefined;
}

/** The directory's `index.json`, undefined when there is none. */
export async function readLayoutIndex(
  directory: string,
  options: CallOptions = {},
): Promise<LayoutIndex | undefined> {
  const path = join(directory, INDEX_JSON);
  const bytes = await readWholeFile(path, LIMITS.layoutIndexBytes, options);
  return bytes && parseLayoutIndex(bytes, path);
}
