import { LIMITS } from '../limits.ts';
import { XbundleError } from '../errors.ts';
import {
  isDigest,
  MEDIA_TYPES,
  parseImageConfig,
  type Descriptor,
  type Digest,
  type ImageConfig,
} from '../model/index.ts';
import { describe, refuseOtherDigest, type CallOptions } from '../content/index.ts';
import { quoted } from '../tar/foreign-place.ts';
import { missing, type ArchiveBlobs } from './archive-blobs.ts';
import type { MadeDocuments } from './made-documents.ts';
import { ArchiveLayers } from './archive-layers.ts';
import { fullName } from './image-name.ts';
import type { DockerArchiveImage } from './layout-documents.ts';
import type { Root } from './named-roots.ts';

/**
 * Images of a docker archive, which has configs and layers but no manifests: each gets the one OCI manifest that
 * its content determines.
 */
export class DockerArchive {
  readonly #blobs: ArchiveBlobs;
  readonly #content: MadeDocuments;
  readonly #layers: ArchiveLayers;

  constructor(blobs: ArchiveBlobs, content: MadeDocuments) {
    this.#blobs = blobs;
    this.#content = content;
    this.#layers = new ArchiveLayers(blobs);
  }

  /** One root for each name of the image, or one without. Hashing waits until a root is described. */
  roots(image: DockerArchiveImage): readonly Root[] {
    const root: Root = {
      fallback: image.config,
      describe: (options = {}) => this.#describe(image, options),
    };
    const names = image.repoTags.flatMap((tag) => fullName(tag) ?? []);
    return names.length === 0 ? [root] : names.map((name) => ({ ...root, name }));
  }

  async #describe(image: DockerArchiveImage, options: CallOptions): Promise<Descriptor> {
    const what = `image ${quoted(image.repoTags[0] ?? image.config)} in ${this.#blobs.label}`;
    const { descriptor, config } = await this.#config(image, what, options);
    if (config.diffIds.length !== image.layers.length) {
      throw new XbundleError(
        'ARCHIVE_INVALID',
        `reading ${what}: it has ${image.layers.length} layers, its config wants ${config.diffIds.length}`,
      );
    }
    const layers: Descriptor[] = [];
    for (const [at, path] of image.layers.entries()) {
      layers.push(await this.#layers.describe({ path, diffId: config.diffIds[at], what }, options));
    }
    const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociManifest, config: descriptor, layers };
    return this.#content.add(MEDIA_TYPES.ociManifest, Buffer.from(JSON.stringify(manifest)));
  }

  async #config(
    { config: path }: DockerArchiveImage,
    what: string,
    options: CallOptions,
  ): Promise<{ descriptor: Descriptor; config: ImageConfig }> {
    const entry = this.#blobs.entry(path);
    const bytes = await this.#blobs.document(path, LIMITS.documentBytes, options);
    if (entry === undefined || bytes === undefined) throw missing(what, `its config ${quoted(path)}`);
    const descriptor = describe(MEDIA_TYPES.ociConfig, bytes);
    const named = digestInName(path);
    if (named !== undefined) refuseOtherDigest({ ...descriptor, digest: named }, descriptor.digest);
    this.#blobs.learn(descriptor.digest, entry);
    return { descriptor, config: parseImageConfig(bytes, `config ${quoted(path)} of ${what}`) };
  }
}

/** Docker, podman and go-containerregistry name a config after its digest: `HEX.json`, `sha256:HEX`, `…/HEX`. */
function digestInName(path: string): Digest | undefined {
  const hex = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(path)?.[1];
  const digest = `sha256:${hex ?? ''}`;
  return isDigest(digest) ? digest : undefined;
}
