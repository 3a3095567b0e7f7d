import {
  mapConcurrent,
  readDocument,
  type BlobSource,
  type CallOptions,
  type FoundImage,
  type ImageTarget,
  type TargetFacts,
  type TargetImage,
  type TransferOptions,
} from '../../content/index.ts';
import { XbundleError } from '../../errors.ts';
import { parseReference, taggedName, type Reference } from '../../model/index.ts';
import type { RegistryClient } from '../client.ts';
import { findImage } from './find-image.ts';
import { headTag, putManifest } from './manifest-writer.ts';
import { hasContent } from './presence.ts';
import { pushBlob } from './push-blob.ts';
import { planPush, type BlobToPush, type ManifestToPush, type TagToPush } from './push-plan.ts';

const DEFAULT_JOBS = 8;

/** A registry, or a path in one, that images are pushed to. */
export class RegistryTarget implements ImageTarget {
  readonly #client: RegistryClient;
  readonly #host: string;
  /** Ends with a slash unless empty. */
  readonly #prefix: string;

  /** `location` is HOST[:PORT][/PREFIX]. Throws REFERENCE_INVALID for what cannot be that. */
  constructor(client: RegistryClient, location: string) {
    const { host, prefix } = parseLocation(location);
    this.#client = client;
    this.#host = host;
    this.#prefix = prefix;
  }

  facts(): Promise<TargetFacts> {
    const label = `registry ${this.#host}/${this.#prefix}`.replace(/\/$/, '');
    return Promise.resolve({ kind: 'registry', label, holdsIndexes: true });
  }

  /** The whole repository path below HOST/PREFIX, with the name's tag or one made of its digest. */
  locate(name: Reference): Reference {
    const { tag, repository } = taggedName(name);
    const path = `${this.#prefix}${repository}`;
    return parseReference(`${this.#host}/${path}:${tag ?? 'latest'}`);
  }

  find(name: Reference, options: CallOptions = {}): Promise<FoundImage | undefined> {
    return findImage(this.#client.repository(name), name, options);
  }

  /**
   * Pushes all blobs, then all manifests from the bottom up, then all tags: a tag that is set has everything.
   * What the registry has is left alone. Blobs that several repositories need are uploaded to one of them and
   * mounted into the others. Rejects with the source's errors and those of the registry; what was pushed stays.
   */
  async store(
    images: readonly TargetImage[],
    from: BlobSource,
    options: TransferOptions = {},
  ): Promise<void> {
    const push = new Push(this.#client, from, options);
    const plan = await planPush(images, from, options);
    const bytes = plan.blobs.reduce((sum, { blob }) => sum + blob.size, 0);
    options.onProgress?.({ type: 'phase', phase: 'push', bytes, blobs: plan.blobs.length });
    await push.each(plan.blobs, (blob, signal) => push.blob(blob, signal));
    for (const level of plan.levels) {
      await push.each(level, (manifest, signal) => push.manifest(manifest, signal));
    }
    for (const level of plan.tags) await push.each(level, (tag, signal) => push.tag(tag, signal));
  }
}

function parseLocation(location: string): { readonly host: string; readonly prefix: string } {
  const [host = '', ...path] = location.replace(/\/$/, '').split('/');
  const { registry } = parseReference([host, ...path, 'image'].join('/'));
  if (registry === host) return { host, prefix: path.map((part) => `${part}/`).join('') };
  throw new XbundleError(
    'REFERENCE_INVALID',
    `registry ${JSON.stringify(location.slice(0, 300))}: want HOST[:PORT][/PREFIX], where HOST is localhost or has a dot or a port`,
  );
}

/** One push: what all its steps share. */
class Push {
  readonly #client: RegistryClient;
  readonly #from: BlobSource;
  readonly #options: TransferOptions;

  constructor(client: RegistryClient, from: BlobSource, options: TransferOptions) {
    this.#client = client;
    this.#from = from;
    this.#options = options;
  }

  async each<T>(items: readonly T[], step: (item: T, signal: AbortSignal) => Promise<void>): Promise<void> {
    const { jobs = DEFAULT_JOBS, signal } = this.#options;
    await mapConcurrent(items, { jobs, signal }, step);
  }

  async blob({ blob, repositories }: BlobToPush, signal: AbortSignal): Promise<void> {
    const { onProgress } = this.#options;
    const options = { signal, onProgress };
    const [first, ...others] = repositories.map((reference) => this.#client.repository(reference));
    if (first === undefined) return;
    let how = await pushBlob({ repository: first, blob, from: this.#from, options });
    for (const repository of others) {
      const next = await pushBlob({ repository, blob, from: this.#from, options }, first);
      if (next === 'moved') how = 'moved';
    }
    onProgress?.({ type: 'blob-done', digest: blob.digest, size: blob.size, how });
  }

  async manifest({ repository: reference, descriptor }: ManifestToPush, signal: AbortSignal): Promise<void> {
    const repository = this.#client.repository(reference);
    const options = { signal, onProgress: this.#options.onProgress, scopes: repository.push };
    if ((await hasContent(repository, descriptor, options)) === 'present') return;
    const bytes = await readDocument(descriptor, this.#from, { signal });
    await putManifest(repository, { key: descriptor.digest, descriptor, bytes }, options);
  }

  async tag({ repository: reference, descriptor, tag }: TagToPush, signal: AbortSignal): Promise<void> {
    const repository = this.#client.repository(reference);
    const options = { signal, onProgress: this.#options.onProgress };
    if ((await headTag(repository, tag, options)) === descriptor.digest) return;
    const bytes = await readDocument(descriptor, this.#from, { signal });
    await putManifest(repository, { key: tag, descriptor, bytes }, options);
  }
}
