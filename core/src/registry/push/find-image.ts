import {
  collect,
  mapConcurrent,
  verified,
  type CallOptions,
  type FoundCell,
  type FoundImage,
} from '../../content/index.ts';
import { isXbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import {
  isAttestation,
  isImageConfigType,
  isUnknownPlatform,
  normalizePlatform,
  parseImageConfig,
  parseManifest,
  type Descriptor,
  type Digest,
  type Manifest,
  type ManifestDocument,
  type Platform,
  type Reference,
} from '../../model/index.ts';
import { readBlob } from '../pull/blob-reader.ts';
import { hasContent, type Presence } from './presence.ts';
import type { Repository } from '../repository.ts';
import { resolveManifest } from '../pull/resolve-manifest.ts';

const JOBS = 8;

/** A registry that does not answer such questions is not held against its content. */
const WHOLE: readonly Presence[] = ['present', 'unknown'];

/**
 * What a repository has under a name, asked anew: manifests are fetched and hashed, everything else is asked for
 * by digest (HEAD). Undefined when there is no such name. A child that is not there makes its cell incomplete.
 */
export async function findImage(
  repository: Repository,
  name: Reference,
  options: CallOptions = {},
): Promise<FoundImage | undefined> {
  const root = await resolveManifest(repository, name, options);
  if (root === undefined) return undefined;
  const finder = new CellFinder(repository, options);
  return { root: root.descriptor.digest, cells: await finder.cells(root.descriptor, root.document) };
}

interface Found {
  readonly descriptor: Descriptor;
  /** Undefined when the registry has not got it. */
  readonly document: Manifest | undefined;
}

class CellFinder {
  readonly #repository: Repository;
  readonly #options: CallOptions;
  readonly #present: Map<Digest, Promise<boolean>> = new Map();

  constructor(repository: Repository, options: CallOptions) {
    this.#repository = repository;
    this.#options = options;
  }

  async cells(root: Descriptor, document: ManifestDocument): Promise<readonly FoundCell[]> {
    const manifests = await this.#manifests(root, document, 0);
    const cells = await mapConcurrent(manifests, { jobs: JOBS, signal: this.#options.signal }, (found) =>
      this.#cell(found),
    );
    return cells.filter((cell) => cell !== undefined);
  }

  async #manifests(
    descriptor: Descriptor,
    document: ManifestDocument | undefined,
    depth: number,
  ): Promise<readonly Found[]> {
    if (document?.kind !== 'index') return [{ descriptor, document }];
    if (depth >= LIMITS.indexDepth) return [];
    const children = document.manifests.filter((child) => !isCompanion(child));
    const found = await mapConcurrent(children, { jobs: JOBS, signal: this.#options.signal }, async (child) =>
      this.#manifests(child, await this.#manifest(child), depth + 1),
    );
    return found.flat();
  }

  async #manifest(child: Descriptor): Promise<ManifestDocument | undefined> {
    const bytes = await this.#document(child);
    return bytes && parseManifest(bytes, child.mediaType, `manifest ${child.digest}`);
  }

  /** Fetched, never from a cache: what counts is what the registry has now. */
  async #document(descriptor: Descriptor): Promise<Uint8Array | undefined> {
    const content = readBlob(this.#repository, descriptor, { offset: 0, signal: this.#options.signal });
    try {
      return await collect(
        verified(descriptor, content),
        LIMITS.documentBytes,
        `document ${descriptor.digest}`,
      );
    } catch (error) {
      if (isXbundleError(error, 'NOT_FOUND')) return undefined;
      throw error;
    }
  }

  async #cell({ descriptor, document }: Found): Promise<FoundCell | undefined> {
    const platform = await this.#platform(descriptor, document);
    if (platform === undefined) return undefined;
    if (document === undefined) return { platform, manifest: descriptor.digest, complete: false };
    const parts = [document.config, ...document.layers];
    const present = await Promise.all(parts.map((part) => this.#has(part)));
    const config = document.config.digest;
    return { platform, manifest: descriptor.digest, config, complete: present.every(Boolean) };
  }

  /** As the index says, else as the config does; undefined for what is no image. */
  async #platform({ platform }: Descriptor, document: Manifest | undefined): Promise<Platform | undefined> {
    if (platform !== undefined && !isUnknownPlatform(platform)) return normalizePlatform(platform);
    if (document === undefined || !isImageConfigType(document.config.mediaType)) return undefined;
    const bytes = await this.#document(document.config);
    return bytes && parseImageConfig(bytes, `config ${document.config.digest}`).platform;
  }

  /** Layers are shared: each is asked for once. */
  #has(part: Descriptor): Promise<boolean> {
    const asked =
      this.#present.get(part.digest) ??
      hasContent(this.#repository, part, this.#options).then((presence) => WHOLE.includes(presence));
    this.#present.set(part.digest, asked);
    return asked;
  }
}

/** An attestation or another companion of its siblings: no platform's image. */
function isCompanion(child: Descriptor): boolean {
  return isAttestation(child) || isUnknownPlatform(child.platform);
}
