import {
  collect,
  familiarReference,
  findEngineImage,
  formatPlatform,
  formatReference,
  inspectImage,
  listEngineImages,
  mapConcurrent,
  parseReference,
  readDocument,
  parseImageConfig,
  XbundleError,
  type EngineImage,
  type ListedImage,
} from '@xbundle/core';
import { jsonOf, type EngineImageReport, type ParsedRequestOf, type ResponseOf } from '../contract.ts';
import type { Call } from '../http/slow-answers.ts';
import { findManifest } from '../images/find-document.ts';
import { registryImages } from '../images/registry-images.ts';
import { readStatement } from '../images/read-statement.ts';
import type { Handlers } from '../http/serve.ts';
import type { Services } from '../services.ts';

type ImageHandlers = Pick<
  Handlers,
  'engineImages' | 'registryImages' | 'inspect' | 'config' | 'attestation' | 'rawManifest'
>;

export function imageHandlers(services: Services): ImageHandlers {
  return {
    engineImages: (request, call) => engineImages(request, services, call),
    registryImages: (request, call) => registryImages(request, services, call),
    inspect: async (request, { signal }) => {
      const image = await services.images.open(request, signal);
      const { name, root, content, kind, label } = image;
      const tree = await inspectImage(root, content, { signal });
      // The contract's tree is core's, with its read-only lists and its branded digests left out.
      return { name: formatReference(name), from: kind, label, tree: tree as ResponseOf<'inspect'>['tree'] };
    },
    config: (request, call) => config(request, services, call),
    attestation: (request, call) => attestation(request, services, call),
    rawManifest: async ({ manifest, ...lookup }, { signal }) => {
      const image = await services.images.open(lookup, signal);
      const found = await findManifest(manifest ?? image.root.digest, image, { signal });
      const { digest, mediaType } = found.descriptor;
      return { digest, mediaType, raw: pretty(found.bytes) };
    },
  };
}

async function engineImages(
  { search, unnamed, cursor, limit }: ParsedRequestOf<'engineImages'>,
  { clients }: Services,
  { signal }: Call,
): Promise<ResponseOf<'engineImages'>> {
  const engine = await clients.engine();
  const listed = await listEngineImages(engine, { signal });
  const words = search?.toLowerCase();
  const named = listed
    .flatMap((image) => namesOf(image, unnamed).map((name) => ({ name, image })))
    .filter(({ name }) => words === undefined || name.toLowerCase().includes(words))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = named.slice(cursor, cursor + limit);
  const images = await mapConcurrent(page, { jobs: 8, signal }, async ({ name, image }, inner) => {
    const content =
      image.content ??
      (await askFor(name, (reference) => findEngineImage(engine, reference, { signal: inner })));
    return report(name, image, content);
  });
  const next = cursor + limit;
  return { images: [...images], total: named.length, ...(next < named.length && { next }) };
}

function namesOf({ names, id }: ListedImage, unnamed: boolean): readonly string[] {
  return names.length === 0 && unnamed ? [id] : names;
}

/** A name that the engine has and no grammar takes is shown without its platforms. */
async function askFor(
  name: string,
  find: (reference: ReturnType<typeof parseReference>) => Promise<EngineImage | undefined>,
): Promise<Pick<EngineImage, 'cells' | 'attestations'>> {
  try {
    return (await find(parseReference(name))) ?? { cells: [], attestations: [] };
  } catch (error) {
    if (error instanceof XbundleError && error.code === 'REFERENCE_INVALID')
      return { cells: [], attestations: [] };
    throw error;
  }
}

function report(
  name: string,
  { id, names, created, size }: ListedImage,
  { cells, attestations }: Pick<EngineImage, 'cells' | 'attestations'>,
): EngineImageReport {
  return {
    name,
    named: names.includes(name),
    id,
    ...(created > 0 && { created: created * 1000 }),
    size: Math.max(0, size),
    platforms: cells.map((cell) => ({
      platform: formatPlatform(cell.platform),
      ...(cell.manifest !== undefined && { digest: cell.manifest }),
      ...(cell.size !== undefined && { size: cell.size }),
      complete: cell.complete,
    })),
    attestations: attestations.length,
  };
}

async function config(
  { manifest, ...lookup }: ParsedRequestOf<'config'>,
  { images }: Services,
  { signal }: Call,
): Promise<ResponseOf<'config'>> {
  const image = await images.open(lookup, signal);
  const { content } = image;
  const { document } = await findManifest(manifest, image, { signal });
  if (document.kind !== 'manifest')
    throw new XbundleError('USAGE', `${manifest} is an index: it has no config of its own`);
  const { digest } = document.config;
  const bytes = await readDocument(document.config, content, { signal });
  const { platform, created, history } = parseImageConfig(bytes, `config ${digest}`);
  return {
    digest,
    platform: formatPlatform(platform),
    ...(created !== undefined && { created }),
    history: [...history],
    raw: pretty(bytes).slice(0, RAW_LENGTH),
  };
}

/** Characters of a document in one answer. */
const RAW_LENGTH = 200_000;
const STATEMENT_BYTES = 67_108_864;

async function attestation(
  { manifest, layer, offset, ...lookup }: ParsedRequestOf<'attestation'>,
  { images }: Services,
  { signal }: Call,
): Promise<ResponseOf<'attestation'>> {
  const image = await images.open(lookup, signal);
  const { content, name } = image;
  const { document } = await findManifest(manifest, image, { signal });
  const blob =
    document.kind === 'manifest' ? document.layers.find((each) => each.digest === layer) : undefined;
  if (blob === undefined)
    throw new XbundleError('NOT_FOUND', `${familiarReference(name)}: ${manifest} has no layer ${layer}`);
  const bytes = await collect(content.read(blob, { signal }), STATEMENT_BYTES, `statement ${layer}`);
  const raw = pretty(bytes);
  const next = offset + RAW_LENGTH;
  const announced = blob.annotations?.['in-toto.io/predicate-type'] ?? blob.mediaType;
  return {
    ...(offset === 0 ? readStatement(jsonOf(textOf(bytes)), announced) : { predicateType: announced }),
    raw: raw.slice(offset, next),
    rawLength: raw.length,
    ...(next < raw.length && { next }),
  };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

function pretty(bytes: Uint8Array): string {
  const text = textOf(bytes);
  const value = jsonOf(text);
  return value === undefined ? text : JSON.stringify(value, undefined, 2);
}
