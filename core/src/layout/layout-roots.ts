import { isXbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { isIndexType, type Descriptor, type Digest } from '../model/index.ts';
import { readManifest, type BlobSource, type CallOptions } from '../content/index.ts';
import { nameOfRoot } from './image-name.ts';
import type { Root } from './named-roots.ts';

/**
 * The images that an `index.json` lists. Some tools (oras) list, without names, what indexes of the same layout
 * hold as well, and artifacts that refer to images: neither is an image of its own.
 */
export async function findRoots(
  listed: readonly Descriptor[],
  from: BlobSource,
  options: CallOptions = {},
): Promise<readonly Root[]> {
  const roots = listed.map((descriptor) => ({ descriptor, root: rootOf(descriptor) }));
  const nameless = roots.filter(({ root }) => isNameless(root));
  if (nameless.length === 0 || listed.length === 1) return roots.map(({ root }) => root);
  const held = await digestsIn(listed, from, options);
  for (const { root } of roots) if (!isNameless(root)) held.add(root.fallback);
  return roots
    .filter(({ root, descriptor }) => {
      return !isNameless(root) || (descriptor.artifactType === undefined && !held.has(descriptor.digest));
    })
    .map(({ root }) => root);
}

/** An entry of `index.json`. */
export function rootOf(descriptor: Descriptor): Root {
  return {
    ...nameOfRoot(descriptor),
    fallback: descriptor.digest,
    describe: () => Promise.resolve(descriptor),
  };
}

function isNameless({ name, tag }: Root): boolean {
  return name === undefined && tag === undefined;
}

/** What the indexes among `listed`, and those nested in them, list. */
async function digestsIn(
  listed: readonly Descriptor[],
  from: BlobSource,
  options: CallOptions,
): Promise<Set<string>> {
  const queue = listed.filter(({ mediaType }) => isIndexType(mediaType));
  const read = new Set<Digest>();
  const held = new Set<string>();
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (read.has(next.digest) || read.size > LIMITS.descriptorsPerImage) continue;
    read.add(next.digest);
    const children = await childrenIn(next, from, options);
    for (const { digest } of children) held.add(digest);
    queue.push(...children.filter(({ mediaType }) => isIndexType(mediaType)));
  }
  return held;
}

/** An index that is absent or damaged says nothing here; whoever resolves to it is told. */
async function childrenIn(
  index: Descriptor,
  from: BlobSource,
  options: CallOptions,
): Promise<readonly Descriptor[]> {
  try {
    const { document } = await readManifest(index, from, options);
    return document.kind === 'index' ? document.manifests : [];
  } catch (error) {
    if (isXbundleError(error) && [3, 4, 9].includes(error.exitCode)) return [];
    throw error;
  }
}
