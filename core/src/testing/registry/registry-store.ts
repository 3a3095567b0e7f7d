import { childrenOf } from '../../content/index.ts';
import {
  isIndexType,
  isManifestType,
  parseManifest,
  type Descriptor,
  type Digest,
  type ManifestDocument,
} from '../../model/index.ts';
import type { TestContent } from '../images/random-image.ts';
import type { MemoryBlob, TestBlob } from '../images/test-blob.ts';

/** What one repository holds; tests read it and may change it under the registry's feet. */
export class TestRepository {
  readonly manifests: Map<Digest, MemoryBlob> = new Map();
  readonly tags: Map<string, Digest> = new Map();
  readonly blobs: Map<Digest, TestBlob> = new Map();
  /** Blobs that a manifest here names as its config. */
  readonly configs: Set<Digest> = new Set();

  /** What a tag or digest names, as the manifests endpoint resolves it. */
  resolve(reference: string): MemoryBlob | undefined {
    const digest = this.tags.get(reference) ?? reference;
    return this.manifests.get(digest as Digest);
  }

  addManifest(manifest: MemoryBlob): void {
    this.manifests.set(manifest.descriptor.digest, manifest);
    const document = parseDocument(manifest);
    if (document.kind === 'manifest') this.configs.add(document.config.digest);
  }

  /** Of what a manifest needs, that which is not here. Layers with `urls` may be elsewhere. */
  missing(document: ManifestDocument): readonly Descriptor[] {
    const stored: ReadonlyMap<Digest, unknown> = document.kind === 'index' ? this.manifests : this.blobs;
    return childrenOf(document).filter(({ digest, urls }) => !stored.has(digest) && urls === undefined);
  }
}

function parseDocument({ bytes, descriptor }: MemoryBlob): ManifestDocument {
  return parseManifest(bytes, descriptor.mediaType, `manifest ${descriptor.digest}`);
}

/** All repositories of a test registry. */
export class RegistryStore {
  readonly repositories: Map<string, TestRepository> = new Map();

  /** The repository of that name, made when it is not there. */
  repository(name: string): TestRepository {
    const found = this.repositories.get(name) ?? new TestRepository();
    this.repositories.set(name, found);
    return found;
  }

  /** Stores an image or index with all its content, and a tag for it where one is given. */
  add(name: string, tag: string | undefined, content: TestContent): void {
    const repository = this.repository(name);
    for (const blob of content.blobs.values()) {
      const { mediaType, digest } = blob.descriptor;
      if (isManifestType(mediaType) || isIndexType(mediaType)) repository.addManifest(blob);
      else repository.blobs.set(digest, blob);
    }
    for (const blob of content.virtual.values()) repository.blobs.set(blob.descriptor.digest, blob);
    if (tag !== undefined) repository.tags.set(tag, content.manifest.digest);
  }
}
