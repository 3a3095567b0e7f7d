import { z } from 'zod';
import type { CallOptions, FoundCell, FoundImage } from '../content/index.ts';
import {
  attestationSubject,
  descriptorSchema,
  digestSchema,
  formatReference,
  isAttestation,
  isUnknownPlatform,
  normalizePlatform,
  type Descriptor,
  type Digest,
  type Platform,
  type Reference,
} from '../model/index.ts';
import { isAtLeast } from './api-version.ts';
import type { EngineClient } from './engine-client.ts';
import { engineFacts, type EngineStore } from './facts.ts';

export interface EngineCell extends FoundCell {
  /** Bytes that a save of it has, about; undefined where the engine does not say. */
  readonly size?: number;
}

/** A child of an index that no platform is made of: a BuildKit attestation, or something unknown. */
export interface EngineAttestation {
  readonly manifest: Digest;
  /** The manifest it speaks of. */
  readonly subject?: Digest;
  readonly complete: boolean;
}

/** What an engine has under one name. */
export interface EngineImage extends FoundImage {
  readonly store: EngineStore;
  /** The root as the engine describes it; a classic store has an image ID only. */
  readonly descriptor?: Descriptor;
  readonly cells: readonly EngineCell[];
  readonly attestations: readonly EngineAttestation[];
}

/** Go leaves out what is unset, or writes null. */
export function unset<T>(schema: z.ZodType<T>): z.ZodType<T | undefined> {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** What a containerd store says of one manifest of an image. */
export interface ManifestSummary {
  readonly ID: Digest;
  readonly Descriptor: Descriptor;
  readonly Available: boolean;
  readonly Kind?: string | undefined;
  readonly Size?: { readonly Content?: number | undefined } | undefined;
  readonly ImageData?: { readonly Platform?: StatedPlatform | undefined } | undefined;
  readonly AttestationData?: { readonly For?: Digest | undefined } | undefined;
}

const platformSchema = z.looseObject({
  os: z.string().max(64),
  architecture: z.string().max(64),
  variant: unset(z.string().max(64)),
  'os.version': unset(z.string().max(128)),
  'os.features': unset(z.array(z.string().max(128))),
});

export const manifestSchema: z.ZodType<ManifestSummary> = z.looseObject({
  ID: digestSchema,
  Descriptor: descriptorSchema,
  Available: z.boolean(),
  Kind: unset(z.string()),
  Size: unset(z.looseObject({ Content: unset(z.number()) })),
  ImageData: unset(z.looseObject({ Platform: unset(platformSchema) })),
  AttestationData: unset(z.looseObject({ For: unset(digestSchema) })),
});

const imageSchema = z.looseObject({
  Id: digestSchema,
  Os: unset(z.string()),
  Architecture: unset(z.string()),
  Variant: unset(z.string()),
  OsVersion: unset(z.string()),
  Size: unset(z.number()),
  Descriptor: unset(descriptorSchema),
  RepoTags: unset(z.array(z.string())),
  Manifests: unset(z.array(manifestSchema)),
});

const listedImageSchema = z.looseObject({ Id: digestSchema, Manifests: unset(z.array(manifestSchema)) });

type ImageAnswer = z.infer<typeof imageSchema>;

/**
 * Asks what the engine has under a name; undefined when there is none. A name with a digest is found only when
 * that is the digest of what the engine has: a classic store, which keeps no digests of loaded images, says
 * undefined. An engine before Docker 27 (API 1.47) does not tell platforms apart: then the only cell is the one it
 * would run, and its digest is unknown.
 */
export async function findEngineImage(
  client: EngineClient,
  name: Reference,
  options: CallOptions = {},
): Promise<EngineImage | undefined> {
  for (const candidate of spellings(name)) {
    const answer = await inspect(client, candidate, options);
    if (answer === undefined) continue;
    const store = await storeOf(client, answer, options);
    const image =
      store === 'classic'
        ? classicImage(answer)
        : containerdImage(await withManifests(client, answer, options));
    if (name.digest === undefined || image.root === name.digest) return image;
  }
  return undefined;
}

/** An engine does not find `name:tag@digest` when it was loaded as `name:tag`, so each half is asked for. */
function spellings({ registry, repository, tag, digest }: Reference): readonly Reference[] {
  return [
    ...(tag === undefined ? [] : [{ registry, repository, tag }]),
    ...(digest === undefined ? [] : [{ registry, repository, digest }]),
  ];
}

async function inspect(
  client: EngineClient,
  name: Reference,
  options: CallOptions,
): Promise<ImageAnswer | undefined> {
  const text = formatReference(name);
  const path = `/images/${text.split('/').map(encodeURIComponent).join('/')}/json`;
  const request = { operation: `asking the engine for ${text}`, path, query: { manifests: '1' } };
  return client.find(request, imageSchema, options);
}

/** Since API 1.48 only a containerd store describes an image's root. */
async function storeOf(
  client: EngineClient,
  answer: ImageAnswer,
  options: CallOptions,
): Promise<EngineStore> {
  if (answer.Descriptor !== undefined) return 'containerd';
  if (isAtLeast(await client.apiVersion(options), '1.48')) return 'classic';
  return (await engineFacts(client, options)).store;
}

/** Docker 27 (API 1.47) tells the platforms apart in its list of images only. */
async function withManifests(
  client: EngineClient,
  answer: ImageAnswer,
  options: CallOptions,
): Promise<ImageAnswer> {
  const [tag] = answer.RepoTags ?? [];
  if (answer.Manifests !== undefined || tag === undefined) return answer;
  if (!isAtLeast(await client.apiVersion(options), '1.47')) return answer;
  const query = { manifests: '1', filters: JSON.stringify({ reference: [tag] }) };
  const request = { operation: `asking the engine for the platforms of ${tag}`, path: '/images/json', query };
  const list = await client.ask(request, z.array(listedImageSchema), options);
  const listed = list.find(({ Id }) => Id === answer.Id);
  return { ...answer, Manifests: listed?.Manifests };
}

function classicImage(answer: ImageAnswer): EngineImage {
  const platform = ownPlatform(answer);
  const size = answer.Size === undefined ? {} : { size: answer.Size };
  return {
    store: 'classic',
    root: answer.Id,
    cells: platform === undefined ? [] : [{ platform, config: answer.Id, complete: true, ...size }],
    attestations: [],
  };
}

function containerdImage(answer: ImageAnswer): EngineImage {
  const base = {
    store: 'containerd' as const,
    root: answer.Id,
    ...(answer.Descriptor !== undefined && { descriptor: bare(answer.Descriptor) }),
  };
  if (answer.Manifests === undefined) {
    const platform = ownPlatform(answer);
    return { ...base, cells: platform === undefined ? [] : [{ platform, complete: true }], attestations: [] };
  }
  return { ...base, ...sortManifests(answer.Manifests) };
}

/** Tells the platforms of an image from what else its index lists. */
export function sortManifests(
  manifests: readonly ManifestSummary[],
): Pick<EngineImage, 'cells' | 'attestations'> {
  const cells: EngineCell[] = [];
  const attestations: EngineAttestation[] = [];
  for (const summary of manifests) {
    const platform = platformOf(summary);
    if (platform === undefined) attestations.push(attestationOf(summary));
    else cells.push(cellOf(summary, platform));
  }
  return { cells, attestations };
}

/** Without the annotations that the engine keeps for itself: they are not in any document. */
function bare({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}

function cellOf(summary: ManifestSummary, platform: Platform): EngineCell {
  const size = summary.Size?.Content;
  return {
    platform,
    manifest: summary.ID,
    complete: summary.Available,
    ...(size !== undefined && { size }),
  };
}

function attestationOf(summary: ManifestSummary): EngineAttestation {
  const subject = summary.AttestationData?.For ?? attestationSubject(summary.Descriptor);
  return {
    manifest: summary.ID,
    ...(subject !== undefined && { subject }),
    complete: summary.Available,
  };
}

/** What the index says; where it says nothing, what the engine read in the config. */
function platformOf(summary: ManifestSummary): Platform | undefined {
  if (summary.Kind === 'attestation' || isAttestation(summary.Descriptor)) return undefined;
  const stated = summary.Descriptor.platform ?? summary.ImageData?.Platform;
  if (stated === undefined) return undefined;
  const platform = cleanPlatform(stated);
  return isUnknownPlatform(platform) ? undefined : platform;
}

function ownPlatform({ Os, Architecture, Variant, OsVersion }: ImageAnswer): Platform | undefined {
  if (!Os || !Architecture) return undefined;
  return cleanPlatform({ os: Os, architecture: Architecture, variant: Variant, 'os.version': OsVersion });
}

interface StatedPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
  readonly 'os.version'?: string | undefined;
  readonly 'os.features'?: readonly string[] | undefined;
}

/** Go writes what is unset as an empty text or leaves it out. */
function cleanPlatform(stated: StatedPlatform): Platform {
  const { os, architecture, variant, 'os.version': version, 'os.features': features } = stated;
  return normalizePlatform({
    os,
    architecture,
    ...(variant && { variant }),
    ...(version && { 'os.version': version }),
    ...(features !== undefined && { 'os.features': features }),
  });
}
