import { isXbundleError } from '../errors.ts';
import { formatReference, parseReference, type Descriptor, type Reference } from '../model/index.ts';

/** The annotations by which tools name the images of a layout. */
export const CONTAINERD_NAME = 'io.containerd.image.name';
export const REF_NAME = 'org.opencontainers.image.ref.name';

const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** What a layout calls an image: a full name, or only a tag, or nothing. */
export interface RootName {
  readonly name?: string;
  readonly tag?: string;
}

/**
 * The name of an `index.json` entry. containerd's annotation is a full name; `ref.name` is by the specification
 * a tag, but a full name with skopeo and podman where several images share a layout. What parses as neither
 * names nothing (by-digest exports have written such).
 */
export function nameOfRoot({ annotations }: Descriptor): RootName {
  const refName = annotations?.[REF_NAME];
  const isTag = refName !== undefined && TAG.test(refName);
  const name = fullName(annotations?.[CONTAINERD_NAME]) ?? (isTag ? undefined : fullName(refName));
  if (name !== undefined) return { name };
  return isTag ? { tag: refName } : {};
}

/** The key of a full name, undefined for text that is none. */
export function fullName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return nameKey(parseReference(text));
  } catch (error) {
    if (isXbundleError(error, 'REFERENCE_INVALID')) return undefined;
    throw error;
  }
}

/** Under what a layout knows a reference: a tag's name says it all, so a digest beside it is left out. */
export function nameKey({ digest, ...name }: Reference): string {
  return formatReference(name.tag === undefined && digest !== undefined ? { ...name, digest } : name);
}
