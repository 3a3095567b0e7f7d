import { z } from 'zod';
import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import {
  descriptorSchema,
  MEDIA_TYPES,
  parseStrictJson,
  parseWith,
  type Descriptor,
} from '../model/index.ts';

/** File names of the image layout, and of the table of a docker archive. */
export const OCI_LAYOUT = 'oci-layout';
export const INDEX_JSON = 'index.json';
export const MANIFEST_JSON = 'manifest.json';

/** The content of `oci-layout` as every tool writes it. */
export const LAYOUT_MARKER = '{"imageLayoutVersion":"1.0.0"}';

/** More than any `oci-layout` holds. */
export const MARKER_BYTES = 4096;

const markerSchema = z.looseObject({ imageLayoutVersion: z.string().max(64) });

/** Checks `oci-layout`. UNSUPPORTED for another major version than 1, DOCUMENT_INVALID for what is none. */
export function checkLayoutMarker(bytes: Uint8Array, what: string): void {
  const { imageLayoutVersion } = parseWith(markerSchema, parseStrictJson(bytes, what), { what });
  if (/^1\.\d+\.\d+$/.test(imageLayoutVersion)) return;
  throw new XbundleError(
    'UNSUPPORTED',
    `reading ${what}: image layout version ${JSON.stringify(imageLayoutVersion)}, want 1.0.0`,
  );
}

export interface LayoutIndex {
  readonly manifests: readonly Descriptor[];
  /** All other members, to be kept when the file is written again. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** Go writes an empty list as null. */
const indexSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.exactOptional(z.literal(MEDIA_TYPES.ociIndex)),
  manifests: z.array(descriptorSchema).nullish(),
  config: z.never().optional(),
  layers: z.never().optional(),
  fsLayers: z.never().optional(),
});

/**
 * Parses `index.json`. It may list more than an index does, as one layout may hold thousands of images; its
 * size is the bound. Errors: DOCUMENT_INVALID, LIMIT_EXCEEDED.
 */
export function parseLayoutIndex(bytes: Uint8Array, what: string): LayoutIndex {
  const { manifests, ...rest } = parseWith(indexSchema, parseStrictJson(bytes, what), { what });
  return { manifests: manifests ?? [], rest };
}

/** One image of a docker archive: paths in the archive, and names that point to it. */
export interface DockerArchiveImage {
  readonly config: string;
  readonly repoTags: readonly string[];
  readonly layers: readonly string[];
}

const dockerManifestSchema = z.array(
  z.looseObject({
    Config: z.string().min(1).max(4096),
    RepoTags: z.array(z.string().max(512)).nullish(),
    Layers: z.array(z.string().max(4096)).nullish(),
  }),
);

/** Parses the `manifest.json` of a docker archive. Errors: DOCUMENT_INVALID, LIMIT_EXCEEDED. */
export function parseDockerManifest(bytes: Uint8Array, what: string): readonly DockerArchiveImage[] {
  const entries = parseWith(dockerManifestSchema, parseStrictJson(bytes, what), { what });
  refuseMore(entries.length, LIMITS.imagesPerBundle, `${what}: images`);
  return entries.map(({ Config, RepoTags, Layers }) => {
    refuseMore(Layers?.length ?? 0, LIMITS.layersPerManifest, `${what}: layers`);
    return { config: Config, repoTags: RepoTags ?? [], layers: Layers ?? [] };
  });
}

function refuseMore(count: number, limit: number, what: string): void {
  if (count <= limit) return;
  throw new XbundleError('LIMIT_EXCEEDED', `reading ${what}: got ${count}, want at most ${limit}`);
}
