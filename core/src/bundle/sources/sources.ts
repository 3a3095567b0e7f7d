import { stat } from 'node:fs/promises';
import { XbundleError, isXbundleError, type ErrorCode } from '../../errors.ts';
import { mapConcurrent, type ImageSource, type TransferOptions } from '../../content/index.ts';
import { engineFacts, type EngineClient, type EngineStore } from '../../engine/index.ts';
import { onPath } from '../../files/index.ts';
import { openArchive, openLayout, type LayoutSource } from '../../layout/index.ts';
import { familiarReference, formatPlatform, type Platform } from '../../model/index.ts';
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
    note(options, `from the registry, as ${NO_ENGINE[error.code] ?? 'no Docker Engine can be used'}`);
    return undefined;
  }
}

/** What there is to know where the registry does as well; `--from docker` tells all of it. */
const NO_ENGINE: Partial<Record<ErrorCode, string>> = {
  UNREACHABLE: 'no Docker Engine answers',
  UNAUTHORIZED: 'the Docker Engine refuses access',
  NOT_FOUND: 'the Docker context is not there',
};

const NAMES_TOLD = 4;

/** Says for each image where it is read, and why not from an engine that has some of it. */
function noteUse(offered: readonly EngineOffer[], options: OpenSourcesOptions): void {
  const places = new Map<string, EngineOffer[]>();
  for (const offer of offered) {
    const place = placeOf(offer);
    places.set(place, [...(places.get(place) ?? []), offer]);
  }
  for (const [where, offers] of places) {
    const names = offers.slice(0, NAMES_TOLD).map(({ wanted }) => familiarReference(wanted.name));
    const more = offers.length - names.length;
    note(options, `${where}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`);
  }
}

function placeOf({ names, whole, lacks }: EngineOffer): string {
  if (whole) return 'from the engine';
  if (names.length === 0) return 'from the registry';
  const part = lacks.length === 0 ? 'has only part' : `lacks ${lacks.map(formatPlatform).join(', ')}`;
  return `from the registry, as the engine ${part}`;
}

function note({ onProgress }: OpenSourcesOptions, message: string): void {
  onProgress?.({ type: 'note', level: 'info', message });
}
