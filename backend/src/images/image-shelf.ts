import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  familiarReference,
  openSources,
  parseReference,
  XbundleError,
  type BlobSource,
  type Descriptor,
  type OpenSources,
  type Reference,
  type SourceClients,
} from '@xbundle/core';

/** An image that can be read. */
export interface ShelvedImage {
  readonly name: Reference;
  readonly root: Descriptor;
  readonly content: BlobSource;
  readonly kind: 'docker' | 'registry';
  readonly label: string;
}

export interface Lookup {
  readonly reference: string;
  readonly from: 'auto' | 'docker' | 'registry';
}

interface Shelved {
  readonly image: ShelvedImage;
  readonly sources: OpenSources;
  readonly folder: string;
  timer: NodeJS.Timeout | undefined;
}

const KEPT_MS = 60_000;
const KEPT = 3;

/**
 * Keeps images open for a minute: who looks at a tree then looks at its configs and attestations, and an engine
 * gives documents only with the whole image (`docker save`).
 */
export class ImageShelf {
  readonly #clients: SourceClients;
  readonly #shelf = new Map<string, Promise<Shelved>>();

  constructor(clients: SourceClients) {
    this.#clients = clients;
  }

  /** Throws NOT_FOUND, REFERENCE_INVALID, and what the source throws. */
  async open({ reference, from }: Lookup, signal: AbortSignal): Promise<ShelvedImage> {
    const key = `${from} ${reference}`;
    const known = this.#shelf.get(key);
    const opening = known ?? this.#fetch(reference, from, signal);
    if (known === undefined) {
      this.#shelf.set(key, opening);
      opening.catch(() => this.#shelf.delete(key));
    }
    const shelved = await opening;
    clearTimeout(shelved.timer);
    shelved.timer = setTimeout(() => void this.#drop(key), KEPT_MS);
    shelved.timer.unref();
    for (const old of [...this.#shelf.keys()].slice(0, -KEPT)) if (old !== key) await this.#drop(old);
    return shelved.image;
  }

  async close(): Promise<void> {
    for (const key of [...this.#shelf.keys()]) await this.#drop(key);
  }

  async #fetch(text: string, from: Lookup['from'], signal: AbortSignal): Promise<Shelved> {
    const name = parseReference(text);
    const folder = await mkdtemp(join(tmpdir(), 'xbundle-look-'));
    const options = { signal, clients: this.#clients, spool: join(folder, 'save') };
    try {
      const sources = await openSources([{ name }], { kind: from }, options);
      const source = sources.requests[0]?.source;
      const root = await source?.resolve(name, { signal });
      if (source === undefined || root === undefined) {
        await sources.close();
        const where = source?.label ?? 'the source';
        throw new XbundleError(
          'NOT_FOUND',
          `looking up ${familiarReference(name)}: ${where} does not have it`,
        );
      }
      const kind = source.kind === 'docker' ? 'docker' : 'registry';
      const image = { name, root, content: source.content(name), kind, label: source.label } as const;
      return { image, sources, folder, timer: undefined };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async #drop(key: string): Promise<void> {
    const opening = this.#shelf.get(key);
    this.#shelf.delete(key);
    const shelved = await opening?.catch(() => undefined);
    if (shelved === undefined) return;
    clearTimeout(shelved.timer);
    await shelved.sources.close();
    await rm(shelved.folder, { recursive: true, force: true });
  }
}
