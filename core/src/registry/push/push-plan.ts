import { walkManifests, type BlobSource, type CallOptions, type TargetImage } from '../../content/index.ts';
import { XbundleError } from '../../errors.ts';
import {
  formatReference,
  taggedName,
  type Descriptor,
  type Digest,
  type ManifestDocument,
  type Reference,
} from '../../model/index.ts';

/** A blob and the repositories that must have it. */
export interface BlobToPush {
  readonly blob: Descriptor;
  readonly repositories: readonly Reference[];
}

export interface ManifestToPush {
  readonly repository: Reference;
  readonly descriptor: Descriptor;
}

export interface TagToPush extends ManifestToPush {
  readonly tag: string;
}

interface LeveledTag extends TagToPush {
  readonly level: number;
}

/** What a push moves, in the order of its three parts. */
export interface PushPlan {
  /** Each once; large ones first, so that the last ones to run are short. */
  readonly blobs: readonly BlobToPush[];
  /** Manifests that others refer to: those of one level need those of the levels before, and no others. */
  readonly levels: readonly (readonly ManifestToPush[])[];
  /**
   * What the names point to, in the levels of what they point to: a registry may rewrite a manifest's link when it
   * is put again by tag, and an index that lists it and is put at that moment is refused (distribution on a disk).
   */
  readonly tags: readonly (readonly TagToPush[])[];
}

/** Reads the manifests of all images and says what goes where. USAGE when two images want one name. */
export async function planPush(
  images: readonly TargetImage[],
  from: BlobSource,
  options: CallOptions = {},
): Promise<PushPlan> {
  const plan = new PlanBuilder();
  for (const image of images) {
    const documents = new Map<Digest, { descriptor: Descriptor; document: ManifestDocument }>();
    for await (const { descriptor, document } of walkManifests(image.root, from, options)) {
      documents.set(descriptor.digest, { descriptor, document });
    }
    plan.add(image, documents);
  }
  return plan.build();
}

type Documents = ReadonlyMap<
  Digest,
  { readonly descriptor: Descriptor; readonly document: ManifestDocument }
>;

class PlanBuilder {
  readonly #blobs: Map<Digest, { blob: Descriptor; repositories: Map<string, Reference> }> = new Map();
  readonly #manifests: Map<string, ManifestToPush>[] = [];
  readonly #tags: Map<string, LeveledTag> = new Map();

  add({ name, root }: TargetImage, documents: Documents): void {
    const levels = new Levels(documents);
    for (const { descriptor, document } of documents.values()) {
      if (document.kind === 'manifest') this.#addBlobs([document.config, ...document.layers], name);
      if (descriptor.digest !== root.digest)
        this.#addManifest(levels.of(descriptor.digest), name, descriptor);
    }
    this.#addTag(name, root, levels.of(root.digest));
  }

  #addBlobs(blobs: readonly Descriptor[], repository: Reference): void {
    for (const blob of blobs) {
      const known = this.#blobs.get(blob.digest) ?? { blob, repositories: new Map<string, Reference>() };
      known.repositories.set(repository.repository, repository);
      this.#blobs.set(blob.digest, known);
    }
  }

  #addManifest(level: number, repository: Reference, descriptor: Descriptor): void {
    while (this.#manifests.length <= level) this.#manifests.push(new Map());
    this.#manifests[level]?.set(`${repository.repository}@${descriptor.digest}`, { repository, descriptor });
  }

  #addTag(name: Reference, root: Descriptor, level: number): void {
    const { tag = 'latest' } = taggedName(name);
    const key = formatReference(taggedName(name));
    const known = this.#tags.get(key);
    if (known !== undefined && known.descriptor.digest !== root.digest) {
      throw new XbundleError(
        'USAGE',
        `pushing ${key}: two images want this name, ${known.descriptor.digest} and ${root.digest}. Push them to different prefixes`,
      );
    }
    this.#tags.set(key, { repository: name, descriptor: root, tag, level });
  }

  build(): PushPlan {
    const blobs = [...this.#blobs.values()].map(({ blob, repositories }) => ({
      blob,
      repositories: [...repositories.values()],
    }));
    return {
      blobs: blobs.sort((a, b) => b.blob.size - a.blob.size),
      levels: this.#manifests.map((level) => [...level.values()]),
      tags: byLevel([...this.#tags.values()]),
    };
  }
}

function byLevel(tags: readonly LeveledTag[]): readonly (readonly LeveledTag[])[] {
  const levels = [...new Set(tags.map(({ level }) => level))].sort((a, b) => a - b);
  return levels.map((level) => tags.filter((tag) => tag.level === level));
}

/** How many indexes stand between a manifest and the deepest below it: 0 for one that has no children. */
class Levels {
  readonly #documents: Documents;
  readonly #known: Map<Digest, number> = new Map();

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  /** Ends: digests cannot form a circle, and `walkManifests` bounds the depth. */
  of(digest: Digest): number {
    const known = this.#known.get(digest);
    if (known !== undefined) return known;
    const document = this.#documents.get(digest)?.document;
    const children = document?.kind === 'index' ? document.manifests : [];
    const level = children.reduce((deepest, child) => Math.max(deepest, this.of(child.digest) + 1), 0);
    this.#known.set(digest, level);
    return level;
  }
}
