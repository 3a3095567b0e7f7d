import { normalizePlatform, type Platform } from './platform.ts';
import { parseStrictJson, refuseOtherCase } from './json.ts';
import { PLATFORM_KEYS, platformFeaturesShape, platformPartShape } from './descriptor.ts';
import * as shape from './shape.ts';

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

/** As in the file: Go writes what is not set as null. */
interface ConfigMembers {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | null;
  readonly 'os.version'?: string | null;
  readonly 'os.features'?: readonly string[] | null;
  readonly created?: string | null;
  readonly rootfs?: RootfsMembers | null;
  readonly history?: readonly HistoryMembers[] | null;
}

interface RootfsMembers {
  readonly diff_ids?: readonly string[] | null;
}

interface HistoryMembers {
  readonly created_by?: string | null;
  readonly empty_layer?: boolean | null;
}

const nameShape = shape.suchThat(platformPartShape, (part) => part !== '', 'it is empty');

const configShape = shape.looseObject<ConfigMembers>({
  os: nameShape,
  architecture: nameShape,
  variant: shape.unset(platformPartShape),
  'os.version': shape.unset(platformPartShape),
  'os.features': shape.unset(platformFeaturesShape),
  created: shape.unset(shape.text(0, 64)),
  rootfs: shape.unset(shape.looseObject<RootfsMembers>({ diff_ids: shape.unset(shape.list(shape.text())) })),
  history: shape.unset(
    shape.list(
      shape.looseObject<HistoryMembers>({
        created_by: shape.unset(shape.text()),
        empty_layer: shape.unset(shape.flag),
      }),
    ),
  ),
});

/** Parses an image config. Throws DOCUMENT_INVALID when it does not say an operating system and architecture. */
export function parseImageConfig(bytes: Uint8Array, what: string): ImageConfig {
  const value = parseStrictJson(bytes, what);
  refuseOtherCase(value, [...PLATFORM_KEYS, 'created', 'rootfs', 'history'], what);
  const config = shape.parseShape(configShape, value, { what });
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
