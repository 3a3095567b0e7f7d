import { stat } from 'node:fs/promises';
import { XbundleError, isXbundleError, type ErrorCode } from '../../errors.ts';
import { mapConcurrent, type ImageSource, type TransferOptions } from '../../content/index.ts';
import { engineFacts, type EngineClient, type EngineStore } from '../../engine/index.ts';
import { onPath } from '../../files/index.ts';
import { openArchive, openLayout, type LayoutSource } from '../../layout/index.ts';
import {
  familiarReference,
  formatPlatform,
  NOTES,
  tell,
  type Platform,
  type Told,
} from '../../model/index.ts';
import { RegistrySource, type RegistryClient } from '../../registry/index.ts';
import { allImages } from './all-images.ts';
import { askEngine, type EngineOffer, type WantedImage } from './engine-offer.ts';
import { saveFromEngine } from './engine-source.ts';
import type { ImageRequest } from '../plan/image-request.ts';

/** Where images are read: `auto` takes the engine for an image it has whole, else the registry. */
export type SourceChoice =
  | { readonly kind: 'auto' | 'registry' | 'docker' }
  | { readonly kind: 'oci' | 'docker-archive'; readonly path: string };

/** Ways to reach sources; each is called at most once, and only when needed. */
export interface SourceClients {
  readonly registry: () => RegistryClient;
  /** Rejects with UNREACHABLE or UNAUTHORIZED when there is no engine. */
  readonly engine: () => Promise<EngineClient>;
}

export interface OpenSourcesOptions extends TransferOptions {
  readonly archTagPattern?: string | undefined;
  /** What every image of an archive or layout must have when none is named; undefined: what each offers. */
  readonly platforms?: readonly Platform[] | undefined;
  /** The private file an engine's images are saved into. */
  readonly spool: string;
}

/** Requests ready to be planned. Close after writing. */
export interface OpenSources {
  readonly requests: readonly ImageRequest[];
  /** The store of the engine, where one is used. */
  readonly engineStore?: EngineStore;
  close(): Promise<void>;
}

/**
 * Opens the sources of the wanted images; an empty list means every image of an archive or layout. Throws USAGE
 * for an empty list elsewhere, and what the source gives when it cannot be opened.
 */
export async function openSources(
  wanted: readonly WantedImage[],
  choice: SourceChoice,
  { clients, ...options }: OpenSourcesOptions & { readonly clients: SourceClients },
): Promise<OpenSources> {
  switch (choice.kind) {
    case 'oci':
    case 'docker-archive':
      return openFile(wanted, choice.path, options);
    case 'registry':
      refuseNothing(wanted);
      return fromRegistry(wanted, clients);
    case 'docker':
      refuseNothing(wanted);
      return fromEngine(
        await offers(await clients.engine(), wanted, options),
        await clients.engine(),
        options,
      );
    case 'auto':
      refuseNothing(wanted);
      return openBest(wanted, clients, options);
  }
}

function refuseNothing(wanted: readonly WantedImage[]): void {
  if (wanted.length > 0) return;
  throw new XbundleError('USAGE', 'exporting: no image is named. Name images, or pass a definition with -f');
}

async function openFile(
  wanted: readonly WantedImage[],
  path: string,
  options: OpenSourcesOptions,
): Promise<OpenSources> {
  const isLayout = (await onPath('opening', path, () => stat(path))).isDirectory();
  const source = isLayout ? await openLayout(path) : await openArchive(path, options);
  try {
    const images = wanted.length > 0 ? wanted : await everyImage(source, options);
    return { requests: images.map((image) => ({ ...image, source })), close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function everyImage(
  source: LayoutSource,
  { platforms, ...options }: OpenSourcesOptions,
): Promise<readonly WantedImage[]> {
  const names = await allImages(source, options);
  return names.map((name) => ({ name, ...(platforms !== undefined && { platforms }) }));
}

function fromRegistry(wanted: readonly WantedImage[], clients: SourceClients): OpenSources {
  const source: ImageSource = new RegistrySource(clients.registry());
  return { requests: wanted.map((image) => ({ ...image, source })), close: () => Promise.resolve() };
}

function offers(
  client: EngineClient,
  wanted: readonly WantedImage[],
  options: OpenSourcesOptions,
): Promise<readonly EngineOffer[]> {
  return mapConcurrent(wanted, { jobs: 8, signal: options.signal }, (image, signal) =>
    askEngine(client, image, { signal, archTagPattern: options.archTagPattern }),
  );
}

async function fromEngine(
  offered: readonly EngineOffer[],
  client: EngineClient,
  options: OpenSourcesOptions,
): Promise<OpenSources> {
  const { store } = await engineFacts(client, options);
  const source = await saveFromEngine(client, offered, options);
  return {
    requests: offered.map(({ wanted }) => ({ ...wanted, source })),
    engineStore: store,
    close: () => source.close(),
  };
}

async function openBest(
  wanted: readonly WantedImage[],
  clients: SourceClients,
  options: OpenSourcesOptions,
): Promise<OpenSources> {
  const client = await reachEngine(clients, options);
  const offered = client === undefined ? [] : await offers(client, wanted, options);
  const whole = offered.filter((offer) => offer.whole);
  const inEngine = new Set(whole.map((offer) => offer.wanted));
  const elsewhere = wanted.filter((image) => !inEngine.has(image));
  const registry = fromRegistry(elsewhere, clients);
  if (client === undefined) return registry;
  noteUse(offered, options);
  if (whole.length === 0) return registry;
  const engine = await fromEngine(whole, client, options);
  return { ...engine, requests: [...engine.requests, ...registry.requests] };
}

async function reachEngine(
  clients: SourceClients,
  options: OpenSourcesOptions,
): Promise<EngineClient | undefined> {
  try {
    const client = await clients.engine();
    await client.apiVersion(options);
    return client;
  } catch (error) {
    if (!isXbundleError(error, 'UNREACHABLE', 'UNAUTHORIZED', 'NOT_FOUND')) throw error;
    note(options, tell(NOTES, NO_ENGINE[error.code] ?? 'engine-unreachable', {}));
    return undefined;
  }
}

/** What there is to know where the registry does as well; `--from docker` tells all of it. */
const NO_ENGINE: Partial<Record<ErrorCode, 'engine-refuses' | 'context-absent'>> = {
  UNAUTHORIZED: 'engine-refuses',
  NOT_FOUND: 'context-absent',
};

const NAMES_TOLD = 4;

/** Says for each image where it is read, and why not from an engine that has some of it. */
function noteUse(offered: readonly EngineOffer[], options: OpenSourcesOptions): void {
  const places = new Map<string, Place & { readonly names: string[] }>();
  for (const offer of offered) {
    const place = placeOf(offer);
    const key = `${place.code} ${place.platforms}`;
    const known = places.get(key) ?? { ...place, names: [] };
    known.names.push(familiarReference(offer.wanted.name));
    places.set(key, known);
  }
  for (const { code, platforms, names } of places.values()) {
    const images = names.slice(0, NAMES_TOLD).join(', ');
    const more = names.length - NAMES_TOLD;
    const told =
      more > 0
        ? tell(NOTES, `${code}-and-more`, { images, platforms, more: String(more) })
        : tell(NOTES, code, { images, platforms });
    note(options, told);
  }
}

interface Place {
  readonly code: 'from-engine' | 'from-registry' | 'engine-lacks' | 'engine-in-part';
  readonly platforms: string;
}

function placeOf({ names, whole, lacks }: EngineOffer): Place {
  const platforms = lacks.map(formatPlatform).join(', ');
  if (whole) return { code: 'from-engine', platforms };
  if (names.length === 0) return { code: 'from-registry', platforms: '' };
  return { code: platforms === '' ? 'engine-in-part' : 'engine-lacks', platforms };
}

function note({ onProgress }: OpenSourcesOptions, told: Told): void {
  onProgress?.({ type: 'note', level: 'info', ...told });
}
