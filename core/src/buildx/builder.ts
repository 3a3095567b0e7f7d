import { isXbundleError, redactUrl } from '../errors.ts';
import { formatPlatform, parsePlatform, type Platform } from '../model/index.ts';

/** What `docker-container`, `kubernetes`, `remote`, `cloud` or `docker` name; others are passed through. */
export type BuilderDriver = string;

/** One machine, container or pod of a builder. */
export interface BuilderNode {
  readonly name: string;
  /** A Docker context, or an address without user-info and query. */
  readonly endpoint: string;
  /** `running`, `inactive`, `stopped` or what else buildx calls it; `error` where it gives an error instead. */
  readonly status: string;
  /** Of its BuildKit; an engine's own says `v0.0.0+unknown` when its packager set none. */
  readonly version?: string;
  /**
   * What it builds, each once: those given with `--platform` first, then what its BuildKit found that it can
   * execute. Empty for a node that was never started.
   */
  readonly platforms: readonly Platform[];
  /** The first of `platforms`: the machine's own, or what the node was made for. */
  readonly native?: Platform;
  /** Those given with `--platform`, which buildx prefers; only `inspectBuilder` tells them. */
  readonly fixed?: readonly Platform[];
  readonly labels: Readonly<Record<string, string>>;
  /** Why the node cannot be asked. */
  readonly error?: string;
}

export interface Builder {
  readonly name: string;
  /** Empty when not even that can be found out; `error` says why. */
  readonly driver: BuilderDriver;
  readonly nodes: readonly BuilderNode[];
  readonly error?: string;
}

/** A node as buildx writes it, before its platforms are read. */
export interface StatedNode {
  readonly name: string;
  readonly endpoint: string;
  readonly status?: string | undefined;
  readonly version?: string | undefined;
  /** With `*` behind one that was given with `--platform`. */
  readonly platforms: readonly string[];
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly error?: string | undefined;
}

export function toNode(stated: StatedNode): BuilderNode {
  const { name, endpoint, status, version, labels, error } = stated;
  const platforms = readPlatforms(stated.platforms);
  const [native] = platforms;
  return {
    name,
    endpoint: withoutSecrets(endpoint),
    status: error ? 'error' : (status ?? 'inactive'),
    ...(version && { version }),
    platforms,
    ...(native !== undefined && { native }),
    labels: labels ?? {},
    ...(error && { error }),
  };
}

const FIXED = /\*$/;

/** Those with a `*`. */
export function fixedPlatforms(texts: readonly string[]): readonly Platform[] {
  return readPlatforms(texts.filter((text) => FIXED.test(text)));
}

function readPlatforms(texts: readonly string[]): readonly Platform[] {
  const platforms = new Map<string, Platform>();
  for (const text of texts) {
    const platform = readPlatform(text.trim().replace(FIXED, ''));
    if (platform !== undefined) platforms.set(formatPlatform(platform), platform);
  }
  return [...platforms.values()];
}

/** BuildKit may list what xbundle has no name for; nobody can ask for that. */
function readPlatform(text: string): Platform | undefined {
  try {
    return parsePlatform(text);
  } catch (error) {
    if (isXbundleError(error, 'PLATFORM_INVALID')) return undefined;
    throw error;
  }
}

/** The endpoints of ssh hold user names, those of Kubernetes a query. */
function withoutSecrets(endpoint: string): string {
  return /:\/\/.*[@?#]/.test(endpoint) ? redactUrl(endpoint) : endpoint;
}
