import { isXbundleError } from '../../errors.ts';
import { readDocument, readManifest, type BlobSource, type CallOptions } from '../../content/index.ts';
import {
  formatPlatform,
  isImageConfigType,
  parseImageConfig,
  satisfies,
  type Descriptor,
  type ImageConfig,
  type Manifest,
  type Platform,
} from '../../model/index.ts';
import type { DocumentKind } from '../format/format.ts';

/** A manifest or config read while resolving: small, and kept in memory until written. */
export interface ResolvedDocument {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  readonly kind: DocumentKind;
}

/** One platform found, read and checked; everything but its layers is in memory. */
export interface ResolvedCell {
  readonly platform: Platform;
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly documents: readonly ResolvedDocument[];
  /** RFC 3339, from the config. */
  readonly created?: string;
  readonly content: BlobSource;
}

/** Why a cell is not there. */
export interface UnresolvedCell {
  readonly platform: Platform;
  readonly state: 'missing' | 'wrong';
  readonly reason: string;
}

export type CellResolution = ResolvedCell | UnresolvedCell;

export function isResolved(cell: CellResolution): cell is ResolvedCell {
  return !('state' in cell);
}

export interface CellCandidate {
  readonly platform: Platform;
  readonly manifest: Descriptor;
  readonly content: BlobSource;
  /** For messages: the source and the name under which the manifest was found. */
  readonly where: string;
}

/**
 * Reads a candidate's manifest and config and proves the cell as far as that goes without its layers: the
 * config says the wanted platform, and the source does not know that it lacks a part. What is not so becomes a
 * reason, not an error; integrity errors and an unreachable source are thrown.
 */
export async function resolveCell(
  candidate: CellCandidate,
  options: CallOptions = {},
): Promise<CellResolution> {
  try {
    return await readCell(candidate, options);
  } catch (error) {
    if (!isXbundleError(error, 'NOT_FOUND')) throw error;
    return missing(candidate, `${candidate.where} is incomplete: ${error.message}`);
  }
}

async function readCell(candidate: CellCandidate, options: CallOptions): Promise<CellResolution> {
  const { manifest, content, platform, where } = candidate;
  const read = await readManifest(manifest, content, options);
  if (read.document.kind !== 'manifest') return missing(candidate, `${where} is an index inside an index`);
  const { config, layers } = read.document;
  const lacked = await content.lacks([config, ...layers], options);
  if (lacked[0] !== undefined) {
    return missing(candidate, `${where} lacks ${lackedText(lacked, read.document)}`);
  }
  if (!isImageConfigType(config.mediaType)) return missing(candidate, `${where} is no container image`);
  const bytes = await readDocument(config, content, options);
  const parsed = parseImageConfig(bytes, `config ${config.digest}`);
  const conflict = platformConflict(parsed, platform);
  if (conflict !== undefined) return { platform, state: 'wrong', reason: `${where} ${conflict}` };
  return {
    platform,
    manifest,
    config,
    layers,
    content,
    documents: [
      { descriptor: manifest, bytes: read.bytes, kind: 'manifest' },
      { descriptor: config, bytes, kind: 'config' },
    ],
    ...(parsed.created !== undefined && { created: parsed.created }),
  };
}

function missing({ platform }: CellCandidate, reason: string): UnresolvedCell {
  return { platform, state: 'missing', reason };
}

function lackedText(lacked: readonly Descriptor[], manifest: Manifest): string {
  const [first, ...rest] = lacked;
  const what = first?.digest === manifest.config.digest ? 'config' : 'layer';
  return `${what} ${first?.digest ?? ''}${rest.length > 0 ? ` and ${rest.length} more of its blobs` : ''}`;
}

/**
 * What a config says against the platform it was found under; undefined when they agree. A config may leave
 * its variant, os.version and os.features out (bashbrew#29): builders write them to the index only.
 */
export function platformConflict(config: ImageConfig, wanted: Platform): string | undefined {
  const { variant: implied, ...said } = config.platform;
  const { variant: listed, ...rest } = wanted;
  const variant = config.variant === undefined ? listed : implied;
  const whole = { ...rest, ...said, ...(variant !== undefined && { variant }) };
  return satisfies(whole, wanted)
    ? undefined
    : `holds ${formatPlatform(config.platform)} by its config, not ${formatPlatform(wanted)}`;
}
