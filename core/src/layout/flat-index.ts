import { XbundleError } from '../errors.ts';
import {
  formatPlatform,
  isAttestation,
  isImageConfigType,
  isIndexType,
  isUnknownPlatform,
  MEDIA_TYPES,
  type Descriptor,
  type Platform,
} from '../model/index.ts';
import { readConfig, readManifest, type BlobSource, type CallOptions } from '../content/index.ts';
import { CONTAINERD_NAME, REF_NAME } from './image-name.ts';

/**
 * The index that some tools leave out: they list the platforms of one image side by side under one name. Its
 * bytes depend on the children and their order alone, not on names. DOCUMENT_INVALID when the children are not
 * one image for several platforms; `what` names them in the message.
 */
export async function flatIndex(
  children: readonly Descriptor[],
  from: BlobSource,
  { what, ...options }: CallOptions & { readonly what: string },
): Promise<Uint8Array> {
  const seen = new Set<string>();
  const manifests: Descriptor[] = [];
  for (const child of children) {
    if (isIndexType(child.mediaType)) throw ambiguous(what, 'and one of them is an index');
    const platform = child.platform ?? (await platformOf(child, from, options));
    if (!isAttestation(child) && !isUnknownPlatform(platform)) {
      const key = formatPlatform(platform);
      if (seen.has(key)) throw ambiguous(what, `and two are for ${key}`);
      seen.add(key);
    }
    manifests.push({ ...withoutNames(child), platform });
  }
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests };
  return Buffer.from(JSON.stringify(index));
}

async function platformOf(child: Descriptor, from: BlobSource, options: CallOptions): Promise<Platform> {
  const { document } = await readManifest(child, from, options);
  if (document.kind === 'manifest' && isImageConfigType(document.config.mediaType)) {
    return (await readConfig(document.config, from, options)).platform;
  }
  return { os: 'unknown', architecture: 'unknown' };
}

function withoutNames({ mediaType, digest, size, annotations = {}, artifactType }: Descriptor): Descriptor {
  const kept = Object.entries(annotations)
    .filter(([key]) => key !== CONTAINERD_NAME && key !== REF_NAME)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    mediaType,
    digest,
    size,
    ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }),
    ...(artifactType !== undefined && { artifactType }),
  };
}

function ambiguous(what: string, reason: string): XbundleError {
  return new XbundleError('DOCUMENT_INVALID', `reading ${what}: several images have this name, ${reason}`);
}
