import type {
  BlobSource,
  Bytes,
  CallOptions,
  ImageTarget,
  TargetFacts,
  TargetImage,
  TransferOptions,
} from '../content/index.ts';
import { digestTag, formatReference, type OnProgress, type Reference } from '../model/index.ts';
import type { EngineClient } from './engine-client.ts';
import { engineRefusal, engineWords } from './engine-errors.ts';
import { engineMessages } from './engine-messages.ts';
import { engineFacts, type EngineFacts } from './facts.ts';
import { findEngineImage, type EngineImage } from './images.ts';
import { loadArchiveBytes, planLoadArchive, type LoadArchive } from './load-archive.ts';

/** A Docker Engine as the place where images go. */
export class EngineTarget implements ImageTarget {
  readonly #client: EngineClient;
  #facts: EngineFacts | undefined;

  /** The client stays the caller's, who closes it. */
  constructor(client: EngineClient) {
    this.#client = client;
  }

  async facts(options: CallOptions = {}): Promise<TargetFacts> {
    const { store, platform } = await this.#engineFacts(options);
    return {
      kind: 'docker',
      label: `engine ${this.#client.endpoint.label}`,
      holdsIndexes: store === 'containerd',
      platform,
    };
  }

  /** The same name with a tag and without a digest: an engine keeps what it loads under tags only. */
  locate(name: Reference): Reference {
    return { registry: name.registry, repository: name.repository, tag: name.tag ?? digestTag(name) };
  }

  async find(name: Reference, options: CallOptions = {}): Promise<EngineImage | undefined> {
    return findEngineImage(this.#client, name, options);
  }

  /**
   * Loads all images that are not there whole already with one request. Throws UNSUPPORTED for an image of several
   * cells and a classic store, INCOMPLETE, DIGEST_MISMATCH and SIZE_MISMATCH for what is wrong in `from`, and
   * REFUSED or DISK_FULL with the engine's message: it answers 200 before it knows. On a failure the engine keeps
   * no new name, unless it failed while unpacking what it had taken whole.
   */
  async store(
    images: readonly TargetImage[],
    from: BlobSource,
    options: TransferOptions = {},
  ): Promise<void> {
    const { store } = await this.#engineFacts(options);
    const wanted: TargetImage[] = [];
    for (const image of images) {
      if (!holds(await this.find(image.name, options), image)) wanted.push(image);
    }
    if (wanted.length === 0) return;
    const archive = await planLoadArchive(wanted, from, { signal: options.signal, store });
    options.onProgress?.({ type: 'phase', phase: 'load', bytes: archive.size, blobs: archive.blobs.length });
    await this.#load(archive, from, { ...options, operation: loadOperation(wanted) });
  }

  async #load(
    archive: LoadArchive,
    from: BlobSource,
    options: TransferOptions & { readonly operation: string },
  ): Promise<void> {
    const { signal, onProgress, operation } = options;
    const content = counted(loadArchiveBytes(archive, from, { signal }), archive.size, onProgress);
    const body = { content, size: archive.size, mediaType: 'application/x-tar' };
    const request = { operation, path: '/images/load', query: { quiet: '1' }, body };
    for await (const message of engineMessages(this.#client.upload(request, { signal }))) {
      const failure = message.error ?? unpackFailure(message.text);
      if (failure !== undefined) {
        throw engineRefusal({ operation, endpoint: this.#client.endpoint }, { message: failure });
      }
      if (message.text !== undefined) {
        onProgress?.({ type: 'note', level: 'info', message: engineWords(message.text) });
      }
    }
  }

  async #engineFacts(options: CallOptions): Promise<EngineFacts> {
    this.#facts ??= await engineFacts(this.#client, options);
    return this.#facts;
  }
}

function loadOperation(images: readonly TargetImage[]): string {
  const [first, ...others] = images;
  return `loading ${first === undefined || others.length > 0 ? `${images.length} images` : formatReference(first.name)}`;
}

/**
 * Whether the engine has the image whole: root and all that it lists. In a classic store the root is the config,
 * which names the content of all layers.
 */
function holds(found: EngineImage | undefined, { root, cells }: TargetImage): boolean {
  if (found === undefined) return false;
  if (found.store === 'classic') return cells.length === 1 && found.root === cells[0]?.config.digest;
  if (found.root !== root.digest || found.descriptor === undefined) return false;
  const has = new Set(found.cells.filter((cell) => cell.complete).map((cell) => cell.manifest));
  return (
    cells.every(({ manifest }) => has.has(manifest.digest)) &&
    [...found.cells, ...found.attestations].every(({ complete }) => complete)
  );
}

/** A containerd store reports an image that it cannot unpack as any other line, and no error (moby#48293). */
function unpackFailure(text: string | undefined): string | undefined {
  return text?.startsWith('Error unpacking image') === true ? text : undefined;
}

async function* counted(
  content: Bytes,
  total: number,
  onProgress: OnProgress | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of content) {
    yield chunk;
    onProgress?.({ type: 'bytes', bytes: chunk.byteLength, total });
  }
}
