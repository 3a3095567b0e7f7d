import { join } from 'node:path';
import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { CallOptions } from '../content/index.ts';
import { createBlobDirectory } from './blob-directory.ts';
import { MadeDocuments } from './made-documents.ts';
import {
  checkLayoutMarker,
  INDEX_JSON,
  MARKER_BYTES,
  OCI_LAYOUT,
  parseLayoutIndex,
  type LayoutIndex,
} from './layout-documents.ts';
import { findRoots } from './layout-roots.ts';
import { createLayoutSource, type LayoutSource } from './layout-source.ts';
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
  const content = new MadeDocuments(createBlobDirectory(directory));
  return createLayoutSource({
    kind: 'oci',
    label: `layout ${directory}`,
    roots: await findRoots(index.manifests, content.source, options),
    content,
    close: () => Promise.resolve(),
  });
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
