import { z } from 'zod';
import { normalizePlatform, type Platform } from './platform.ts';
import { parseStrictJson, refuseOtherCase } from './json.ts';
import { parseWith, platformPartSchema, PLATFORM_KEYS } from './schema.ts';

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
  os: platformPartSchema.refine((os) => os !== '', 'it is empty'),
  architecture: platformPartSchema.refine((architecture) => architecture !== '', 'it is empty'),
  variant: platformPartSchema.nullish(),
  'os.version': platformPartSchema.nullish(),
  'os.features': z.array(platformPartSchema).max(64).nullish(),
  created: z.string().max(64).nullish(),
  rootfs: z.looseObject({ diff_ids: z.array(z.string()).nullish() }).nullish(),
  history: z
    .array(z.looseObject({ created_by: z.string().nullish(), empty_layer: z.boolean().nullish() }))
    .nullish(),
});

/** Parses an image config. Throws DOCUMENT_INVALID when it does not say an operating system and architecture. */
export function parseImageConfig(bytes: Uint8Array, what: string): ImageConfig {
  const value = parseStrictJson(bytes, what);
  refuseOtherCase(value, [...PLATFORM_KEYS, 'created', 'rootfs', 'history'], what);
  const config = parseWith(schema, value, { what });
  const { os, architecture, variant, created, rootfs, history } = config;
  return {
    platform: normalizePlatform({
      os,
      architecture,
      variant: variant ?? '',
      'os.version': config['os.version'] ?? '',
      'os.features': config['os.features'] ?? [],
    }),
    ...(typeof variant === 'string' && variant !== '' && { variant }),
    ...(typeof created === 'string' && { created }),
    diffIds: rootfs?.diff_ids ?? [],
    history: (history ?? []).map(({ created_by: createdBy, empty_layer: emptyLayer }) => ({
      ...(typeof createdBy === 'string' && { createdBy }),
      emptyLayer: emptyLayer ?? false,
    })),
  };
}
