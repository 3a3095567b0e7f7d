import { join, resolve } from 'node:path';
import { XbundleError } from '../errors.ts';
import { formatPlatform, parsePlatforms, type Platform } from '../model/index.ts';

/** Absolute paths of what a BuildKit behind `tcp://` is met with. */
export interface NodeCertificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A node that a builder is to get. */
export interface NodeRequest {
  /** What it is to build, and buildx then prefers it for; none: all it can execute. */
  readonly platforms: readonly Platform[];
  /** A Docker context, or an address; undefined: what the driver takes by itself. */
  readonly endpoint?: string | undefined;
  readonly certificates?: NodeCertificates | undefined;
}

export interface NodeOptions {
  /** `PLATFORM[,PLATFORM]=ENDPOINT`. */
  readonly nodes: readonly string[];
  /** `PLATFORM=DIRECTORY` with ca.pem, cert.pem and key.pem. */
  readonly certificates?: readonly string[];
  /** Where relative directories start. */
  readonly directory: string;
}

/**
 * Reads nodes as a command line gives them. Throws USAGE for one without an endpoint, for a platform that two nodes
 * are given and for certificates of no node, PLATFORM_INVALID for a platform that is none.
 */
export function parseNodes({ nodes, certificates = [], directory }: NodeOptions): readonly NodeRequest[] {
  const requests = nodes.map(parseNode);
  const seen = new Set<string>();
  for (const platform of requests.flatMap((request) => request.platforms).map(formatPlatform)) {
    if (seen.has(platform)) throw usage(`two nodes are given for ${platform}: one is enough`);
    seen.add(platform);
  }
  const pairs = certificates.map((text) => splitPair(text, 'PLATFORM=DIRECTORY'));
  for (const { key } of pairs) {
    if (!requests.some((request) => belongsTo(request, key))) {
      throw usage(`certificates are given for ${key}, which no node is for: add --node ${key}=ENDPOINT`);
    }
  }
  return requests.map((request) => {
    const folder = pairs.findLast(({ key }) => belongsTo(request, key))?.value;
    return folder === undefined
      ? request
      : { ...request, certificates: inFolder(resolve(directory, folder)) };
  });
}

function parseNode(text: string): NodeRequest {
  const { key, value } = splitPair(text, 'PLATFORM=ENDPOINT');
  return { platforms: platformsOf(key), endpoint: value };
}

function belongsTo({ platforms }: NodeRequest, key: string): boolean {
  const wanted = new Set(platformsOf(key).map(formatPlatform));
  return platforms.some((platform) => wanted.has(formatPlatform(platform)));
}

function platformsOf(list: string): readonly Platform[] {
  return parsePlatforms(list.split(','));
}

function splitPair(text: string, wanted: string): { readonly key: string; readonly value: string } {
  const at = text.indexOf('=');
  const [key, value] = at === -1 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (key === '' || value === '')
    throw usage(`${JSON.stringify(text.slice(0, 80))} is no node: want ${wanted}`);
  return { key, value };
}

/** The names that `docker context` and buildkitd's documentation use. */
function inFolder(folder: string): NodeCertificates {
  return { ca: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
}

function usage(message: string): XbundleError {
  return new XbundleError('USAGE', `reading the nodes of a builder: ${message}`);
}
