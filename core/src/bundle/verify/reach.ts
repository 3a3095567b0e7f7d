import { messageOf } from '../../errors.ts';
import { childrenOf } from '../../content/index.ts';
import { LIMITS } from '../../limits.ts';
import {
  attestationSubject,
  formatPlatform,
  isAttestation,
  isIndexType,
  isManifestType,
  isUnknownPlatform,
  parseManifest,
  type Descriptor,
  type Digest,
  type ManifestDocument,
  type Platform,
} from '../../model/index.ts';
import type { BundleAttestation, DocumentKind } from '../format/format.ts';
import type { Problem } from './problem.ts';
import type { BundleScan } from './scan.ts';

/** A blob that an image refers to. */
export interface Reached {
  readonly descriptor: Descriptor;
  /** The platforms under which indexes list it, attestations and artifacts left out. */
  readonly platforms: Set<string>;
}

interface Step {
  readonly descriptor: Descriptor;
  /** Of the index above, for children that name none. */
  readonly platform: Platform | undefined;
  readonly depth: number;
}

/** What each image leads to, by the bundle's own documents. */
export class Reach {
  readonly problems: Problem[] = [];
  readonly #scan: BundleScan;
  readonly #sizes: ReadonlyMap<Digest, number>;
  readonly #byImage = new Map<string, Map<Digest, Reached>>();
  readonly #attestations = new Map<string, BundleAttestation[]>();
  readonly #kinds = new Map<Digest, DocumentKind | undefined>();
  readonly #broken = new Set<string>();
  readonly #parsed = new Map<Digest, ManifestDocument | undefined>();

  constructor(scan: BundleScan) {
    this.#scan = scan;
    this.#sizes = new Map(scan.head.index.blobs.map(({ digest, size }) => [digest, size]));
  }

  /** Everything that an image refers to. */
  of(image: string): ReadonlyMap<Digest, Reached> {
    return this.#byImage.get(image) ?? new Map<Digest, Reached>();
  }

  attestationsOf(image: string): readonly BundleAttestation[] {
    return this.#attestations.get(image) ?? [];
  }

  /** Whether every manifest and index of the image could be read. */
  isWhole(image: string): boolean {
    return !this.#broken.has(image);
  }

  refersTo(digest: Digest): boolean {
    return this.#kinds.has(digest);
  }

  /** `index` or `manifest`; undefined for a blob that no index lists as either. */
  kindOf(digest: Digest): DocumentKind | undefined {
    return this.#kinds.get(digest);
  }

  /** The document of a manifest or index; undefined, and a problem, when it is not there or is none. */
  parse(descriptor: Descriptor, image: string): ManifestDocument | undefined {
    const { digest, mediaType } = descriptor;
    const known = this.#parsed.get(digest);
    if (known?.mediaType === mediaType) return known;
    const document = this.#parse(descriptor, image);
    this.#parsed.set(digest, document);
    return document;
  }

  /**
   * Visits what an image refers to; whatever the bundle does not have is a problem. Depth and number are bounded
   * as for every image, so that documents which list each other many times over do not hold a reader up.
   */
  walk(root: Descriptor, image: string): void {
    const reached = new Map<Digest, Reached>();
    this.#byImage.set(image, reached);
    const queue: Step[] = [{ descriptor: root, platform: undefined, depth: 0 }];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (next.depth > LIMITS.indexDepth + 1 || reached.size > LIMITS.descriptorsPerImage) {
        const message = `${image} refers to more than ${LIMITS.descriptorsPerImage} blobs, or through more than ${LIMITS.indexDepth} indexes`;
        this.problems.push({ code: 'DOCUMENT', message, image });
        return;
      }
      queue.push(...this.#visit(next, reached, image));
    }
  }

  #visit(step: Step, reached: Map<Digest, Reached>, image: string): readonly Step[] {
    const { descriptor, depth } = step;
    const known = reached.get(descriptor.digest);
    const entry = known ?? { descriptor, platforms: new Set<string>() };
    this.#note(step, entry, image);
    if (known !== undefined) return [];
    reached.set(descriptor.digest, entry);
    const isHere = this.#has(descriptor, image);
    if (documentKind(descriptor) === undefined) return [];
    const document = isHere ? this.parse(descriptor, image) : undefined;
    if (document === undefined) {
      this.#broken.add(image);
      return [];
    }
    const platform = descriptor.platform ?? step.platform;
    return childrenOf(document).map((child) => ({ descriptor: child, platform, depth: depth + 1 }));
  }

  #note({ descriptor, platform }: Step, entry: Reached, image: string): void {
    const kind = documentKind(descriptor);
    this.#kinds.set(descriptor.digest, kind ?? this.kindOf(descriptor.digest));
    if (kind !== 'manifest') return;
    const subject = isAttestation(descriptor) ? attestationSubject(descriptor) : undefined;
    if (subject === undefined) {
      const own = descriptor.platform ?? platform;
      if (own !== undefined && !isUnknownPlatform(own)) entry.platforms.add(formatPlatform(own));
      return;
    }
    const others = this.#attestations.get(image) ?? [];
    this.#attestations.set(image, [...others, { image, subject, manifest: descriptor }]);
  }

  #has({ digest, size }: Descriptor, image: string): boolean {
    const listed = this.#sizes.get(digest);
    if (listed === size) return true;
    const message =
      listed === undefined
        ? `${image} needs the blob ${digest}, which the bundle does not have`
        : `${image} says that ${digest} has ${size} bytes, the bundle has ${listed}`;
    this.problems.push({ code: 'BLOB_MISSING', message, image, digest });
    return false;
  }

  /** A damaged document is known already, by its digest. */
  #parse({ digest, mediaType }: Descriptor, image: string): ManifestDocument | undefined {
    const bytes = this.#scan.documents.get(digest);
    if (bytes === undefined) {
      const real = this.#scan.digests.get(digest);
      if (real !== undefined && real !== digest) return undefined;
      const message = `${digest} is a manifest or index, but is not listed as one, or too large for one`;
      this.problems.push({ code: 'DOCUMENT', message, image, digest });
      return undefined;
    }
    try {
      return parseManifest(bytes, mediaType, `manifest ${digest}`);
    } catch (error) {
      this.problems.push({ code: 'DOCUMENT', message: messageOf(error), image, digest });
      return undefined;
    }
  }
}

function documentKind({ mediaType }: Descriptor): DocumentKind | undefined {
  if (isIndexType(mediaType)) return 'index';
  return isManifestType(mediaType) ? 'manifest' : undefined;
}
