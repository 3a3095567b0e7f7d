import type { FileHandle } from 'node:fs/promises';
import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { SourceKind, CallOptions } from '../content/index.ts';
import { openRegularFile } from '../tar/foreign-file.ts';
import { indexTar } from '../tar/foreign-index.ts';
import { ArchiveBlobs } from './archive-blobs.ts';
import { DockerArchive } from './docker-archive.ts';
import { MadeDocuments } from './made-documents.ts';
import {
  checkLayoutMarker,
  INDEX_JSON,
  MANIFEST_JSON,
  MARKER_BYTES,
  OCI_LAYOUT,
  parseDockerManifest,
  parseLayoutIndex,
  type DockerArchiveImage,
} from './layout-documents.ts';
import { createLayoutSource, type LayoutSource } from './layout-source.ts';
import type { Root } from './named-roots.ts';
import { findRoots } from './layout-roots.ts';
import { completeNames } from './repo-tags.ts';

export interface OpenArchiveOptions extends CallOptions {
  /** What the source says it is; by default what the file is. An engine's spooled save is the engine's. */
  readonly kind?: SourceKind;
  /** For messages; `archive PATH` by default. */
  readonly label?: string;
}

/**
 * Opens an uncompressed archive of images as a source: an OCI archive (skopeo, buildx `type=oci`, podman), what
 * `docker save` writes from either store, or a docker archive of the old kind (podman, skopeo, kaniko, bazel).
 * Where an OCI index and Docker's table are both there, the index says what the images are and the table adds
 * names that the index lacks. Only the table of contents is read; the file stays open until `close`.
 *
 * An archive may lack blobs (`docker save` exits 0 on images that are not all there): names resolve as long as
 * documents tell, and `lacks` names what is absent. Errors: those of `indexTar`, ARCHIVE_INVALID for a tar that
 * holds no images, DOCUMENT_INVALID.
 */
export async function openArchive(path: string, options: OpenArchiveOptions = {}): Promise<LayoutSource> {
  const file = await openRegularFile(path);
  try {
    return await readArchive(file, path, options);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readArchive(
  file: FileHandle,
  path: string,
  options: OpenArchiveOptions,
): Promise<LayoutSource> {
  const label = options.label ?? `archive ${path}`;
  const index = await indexTar(file, { label: path, signal: options.signal });
  const blobs = new ArchiveBlobs(file, index, label);
  const content = new MadeDocuments(blobs);
  const docker = new DockerArchive(blobs, content);
  const roots = await layoutRoots(blobs, options);
  const images = await dockerImages(blobs, options);
  if (roots === undefined && images === undefined) throw noImages(path, index.keys());
  const all =
    roots === undefined
      ? (images ?? []).flatMap((image) => docker.roots(image))
      : await completeNames({ roots, images: images ?? [], content, docker }, options);
  const kind = options.kind ?? (roots === undefined ? 'docker-archive' : 'oci');
  return createLayoutSource({ kind, label, roots: all, content, close: () => file.close() });
}

/** The entries of `index.json`; undefined where there is none. */
async function layoutRoots(blobs: ArchiveBlobs, options: CallOptions): Promise<readonly Root[] | undefined> {
  const index = await blobs.document(INDEX_JSON, LIMITS.layoutIndexBytes, options);
  const marker = await blobs.document(OCI_LAYOUT, MARKER_BYTES, options);
  if (index === undefined || marker === undefined) {
    if (index === undefined && marker === undefined) return undefined;
    const [has, lacks] = marker === undefined ? [INDEX_JSON, OCI_LAYOUT] : [OCI_LAYOUT, INDEX_JSON];
    throw new XbundleError('ARCHIVE_INVALID', `opening ${blobs.label}: it has ${has}, but no ${lacks}`);
  }
  checkLayoutMarker(marker, `${OCI_LAYOUT} of ${blobs.label}`);
  const { manifests } = parseLayoutIndex(index, `${INDEX_JSON} of ${blobs.label}`);
  return findRoots(manifests, blobs, options);
}

async function dockerImages(
  blobs: ArchiveBlobs,
  options: CallOptions,
): Promise<readonly DockerArchiveImage[] | undefined> {
  const bytes = await blobs.document(MANIFEST_JSON, LIMITS.layoutIndexBytes, options);
  return bytes && parseDockerManifest(bytes, `${MANIFEST_JSON} of ${blobs.label}`);
}

/** People tar the folder instead of what is in it, or take an exported container for a saved image. */
function noImages(path: string, names: Iterable<string>): XbundleError {
  const nested = [...names].find((name) => /\/(?:index|manifest)\.json$/.test(name));
  const hint =
    nested === undefined
      ? 'Was it made with "docker export", which writes a container\'s files?'
      : `There is ${JSON.stringify(nested)}: pack the content of that folder, not the folder`;
  return new XbundleError(
    'ARCHIVE_INVALID',
    `opening ${path}: it has neither ${INDEX_JSON} nor ${MANIFEST_JSON}. ${hint}`,
  );
}
