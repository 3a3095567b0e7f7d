import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { isIndexType, MEDIA_TYPES, type Descriptor, type Digest, type Reference } from '../model/index.ts';
import { readManifest, type CallOptions } from '../content/index.ts';
import type { MadeDocuments } from './made-documents.ts';
import { flatIndex } from './flat-index.ts';
import { nameKey, type RootName } from './image-name.ts';

/** An image of a layout or archive, with the name it has there. */
export interface Root extends RootName {
  /** For messages, where the image has no name: its digest or path. */
  readonly fallback: string;
  /** Finds the image's manifest or index. May take long: layers of old docker archives are hashed for it. */
  describe(options?: CallOptions): Promise<Descriptor>;
}

/** Answers which image of a layout or archive a name stands for. */
export class NamedRoots {
  readonly #roots: readonly Root[];
  readonly #content: MadeDocuments;
  readonly #label: string;

  constructor(roots: readonly Root[], content: MadeDocuments, label: string) {
    this.#roots = roots;
    this.#content = content;
    this.#label = label;
  }

  /** Full names, each once, in the order they stand. */
  names(): readonly string[] {
    return [...new Set(this.#roots.flatMap(({ name }) => name ?? []))];
  }

  /** Images without a full name, by their tag, digest or path. */
  unnamed(): readonly string[] {
    const unnamed = this.#roots.filter(({ name }) => name === undefined);
    return [...new Set(unnamed.map(({ tag, fallback }) => tag ?? fallback))];
  }

  /**
   * What `reference` stands for: the image of that full name; else the one that has only its tag for a name;
   * else, where nothing in the layout has a name, the only image there is. DOCUMENT_INVALID when several
   * different images answer.
   */
  async resolve(reference: Reference, options: CallOptions = {}): Promise<Descriptor | undefined> {
    const { digest } = reference;
    const roots = this.#matching(reference);
    if (digest !== undefined) return this.#findDigest(digest, roots, options);
    return roots.length === 0 ? undefined : this.#merge(roots, options);
  }

  /** What exactly this full name stands for. */
  async resolveName(reference: Reference, options: CallOptions = {}): Promise<Descriptor | undefined> {
    const key = nameKey(reference);
    const roots = this.#roots.filter(({ name }) => name === key);
    return roots.length === 0 ? undefined : this.#merge(roots, options);
  }

  #matching(reference: Reference): readonly Root[] {
    const key = nameKey(reference);
    const named = this.#roots.filter(({ name }) => name === key);
    if (named.length > 0) return named;
    const tagged = this.#roots.filter(({ name, tag }) => name === undefined && tag === reference.tag);
    if (reference.tag !== undefined && tagged.length > 0) return tagged;
    const isNameless = this.#roots.every(({ name, tag }) => name === undefined && tag === undefined);
    return isNameless ? this.#roots : [];
  }

  /** One descriptor for roots that share a name: their own when they are one, else the index over them. */
  async #merge(roots: readonly Root[], options: CallOptions): Promise<Descriptor> {
    const found = new Map<Digest, Descriptor>();
    for (const root of roots) {
      const descriptor = await root.describe(options);
      found.set(descriptor.digest, descriptor);
    }
    const [first, ...others] = [...found.values()];
    if (first !== undefined && others.length === 0) return bare(first);
    const bytes = await flatIndex([...found.values()], this.#content.source, {
      ...options,
      what: this.#what(roots),
    });
    return this.#content.add(MEDIA_TYPES.ociIndex, bytes);
  }

  #what([root]: readonly Root[]): string {
    const listed = [...this.names(), ...this.unnamed()].slice(0, 50).join(', ');
    const name = root?.name ?? root?.tag ?? 'images without names';
    return `${name} in ${this.#label} (which has: ${listed})`;
  }

  /** The image of that digest: under the name itself first, then anywhere, at last as the child of an index. */
  async #findDigest(
    digest: Digest,
    roots: readonly Root[],
    options: CallOptions,
  ): Promise<Descriptor | undefined> {
    const all: Descriptor[] = [];
    for (const root of new Set([...roots, ...this.#roots])) {
      const descriptor = await root.describe(options);
      if (descriptor.digest === digest) return bare(descriptor);
      all.push(descriptor);
    }
    if (roots.length > 1) {
      const merged = await this.#merge(roots, options);
      if (merged.digest === digest) return merged;
    }
    const child = await this.#findChild(digest, all, options);
    return child && bare(child);
  }

  async #findChild(
    digest: Digest,
    roots: readonly Descriptor[],
    options: CallOptions,
  ): Promise<Descriptor | undefined> {
    const queue = roots.filter(({ mediaType }) => isIndexType(mediaType));
    const seen = new Set<Digest>();
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (seen.has(next.digest) || (await this.#content.source.lacks([next], options)).length > 0) continue;
      seen.add(next.digest);
      if (seen.size > LIMITS.descriptorsPerImage) throw tooMany(this.#label);
      const { document } = await readManifest(next, this.#content.source, options);
      const children = document.kind === 'index' ? document.manifests : [];
      const found = children.find((child) => child.digest === digest);
      if (found !== undefined) return found;
      queue.push(...children.filter(({ mediaType }) => isIndexType(mediaType)));
    }
    return undefined;
  }
}

function tooMany(label: string): XbundleError {
  return new XbundleError(
    'LIMIT_EXCEEDED',
    `looking for a digest in ${label}: more than ${LIMITS.descriptorsPerImage} indexes`,
  );
}

/** Names and platforms stand in the layout's index, not in the image: from any source it resolves to the same. */
function bare({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}
