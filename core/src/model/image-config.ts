import { z } from 'zod';
import { normalizePlatform, type Platform } from './platform.ts';
import { parseStrictJson } from './json.ts';
import { parseWith } from './schema.ts';

/** The parts of an image config that xbundle reads (image-spec config.md); what is absent stays absent. */
export interface ImageConfig {
  readonly platform: Platform;
  /** As written; `platform` has the one that its absence means. */
  readonly variant?: string;
  /** RFC 3339, as written. */
  readonly created?: string;
  readonly diffIds: readonly string[];
  readonly history: readonly HistoryEntry[];
}

export interface HistoryEntry {
  readonly createdBy?: string;
  readonly emptyLayer: boolean;
}

const schema = z.looseObject({
  os: z.string().max(64),
  architecture: z.string().max(64),
  variant: z.string().max(64).nullish(),
  'os.version': z.string().max(128).nullish(),
  'os.features': z.array(z.string().max(128)).max(64).nullish(),
  created: z.string().max(64).nullish(),
  rootfs: z.looseObject({ diff_ids: z.array(z.string()).nullish() }).nullish(),
  history: z
    .array(z.looseObject({ created_by: z.string().nullish(), empty_layer: z.boolean().nullish() }))
    .nullish(),
});

/** Parses an image config. Throws DOCUMENT_INVALID when it does not say an operating system and architecture. */
export function parseImageConfig(bytes: Uint8Array, what: string): ImageConfig {
  const config = parseWith(schema, parseStrictJson(bytes, what), { what });
  return {
    platform: normalizePlatform({
      os: config.os,
      architecture: config.architecture,
      ...(config.variant != null && config.variant !== '' && { variant: config.variant }),
      ...(config['os.version'] != null && { 'os.version': config['os.version'] }),
      ...(config['os.features'] != null && { 'os.features': config['os.features'] }),
    }),
    ...(config.variant != null && config.variant !== '' && { variant: config.variant }),
    ...(config.created != null && { created: config.created }),
    diffIds: config.rootfs?.diff_ids ?? [],
    history: (config.history ?? []).map((entry) => ({
      ...(entry.created_by != null && { createdBy: entry.created_by }),
      emptyLayer: entry.empty_layer ?? false,
    })),
  };
}
