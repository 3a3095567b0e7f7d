import { XbundleError } from '../errors.ts';
import { isDigest, type Digest } from './digest.ts';
import { type Platform, normalizePlatform } from './platform.ts';

/**
 * A fully qualified image name, as the distribution grammar has it. At least one of `tag` and `digest` is
 * set once parsed: a bare name means `:latest`, as everywhere.
 */
export interface Reference {
  /** Registry host with its port, `docker.io` when the text named none. */
  readonly registry: string;
  /** Path inside the registry; `library/…` for Docker Hub's official images. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const LABEL = '(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9_-]*[A-Za-z0-9])';
const HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9a-fA-F:.]+\\])(?::[0-9]{1,5})?$`);

/** The grammar's limit for registry and repository together (distribution/reference NameTotalLengthMax). */
const NAME_LENGTH = 255;
const DEFAULT_REGISTRY = 'docker.io';

/**
 * Parses `[HOST[:PORT]/]PATH[:TAG][@DIGEST]`. Throws REFERENCE_INVALID, with the reason where one can be told
 * (upper case, a tag too long, a digest that is none).
 */
export function parseReference(text: string): Reference {
  const { beforeDigest, digest } = splitDigest(text);
  const [name, tag] = splitTag(beforeDigest);
  if (tag !== undefined) checkTag(text, tag);
  const { registry, repository } = splitRegistry(name);
  checkName(text, registry, repository);
  if (digest === undefined) return { registry, repository, tag: tag ?? 'latest' };
  return { registry, repository, ...(tag !== undefined && { tag }), digest };
}

function splitDigest(text: string): { beforeDigest: string; digest?: Digest } {
  if (isDigest(text)) throw invalid(text, 'an image ID is no name');
  const [beforeDigest = '', digest, ...more] = text.split('@');
  if (more.length > 0) throw invalid(text, 'two @ signs');
  if (digest === undefined) return { beforeDigest };
  if (!isDigest(digest)) throw invalid(text, 'the digest is no sha256 or sha512 digest');
  return { beforeDigest, digest };
}

/** A colon after the last slash starts the tag; one before it belongs to a registry's port. */
function splitTag(text: string): readonly [name: string, tag: string | undefined] {
  const colon = text.lastIndexOf(':');
  if (colon === -1 || colon < text.lastIndexOf('/')) return [text, undefined];
  return [text.slice(0, colon), text.slice(colon + 1)];
}

/** Docker's rule: the first component is a host when it has a dot or colon, is `localhost`, or has upper case. */
function splitRegistry(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isHost = slash > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  if (!isHost) return official(DEFAULT_REGISTRY, name);
  return official(first === 'index.docker.io' ? DEFAULT_REGISTRY : first, name.slice(slash + 1));
}

function official(registry: string, path: string): { registry: string; repository: string } {
  const isOfficial = registry === DEFAULT_REGISTRY && path !== '' && !path.includes('/');
  return { registry, repository: isOfficial ? `library/${path}` : path };
}

function checkTag(text: string, tag: string): void {
  if (TAG.test(tag)) return;
  throw invalid(
    text,
    'a tag has 1 to 128 letters, digits, "_", "." or "-" and starts with none of "." and "-"',
  );
}

function checkName(text: string, registry: string, repository: string): void {
  // The grammar lets through ports and addresses that no URL can hold.
  if (!HOST.test(registry) || !URL.canParse(`http://${registry}`))
    throw invalid(text, `${JSON.stringify(registry)} is no host name`);
  if (/^[0-9a-f]{64}$/.test(repository.replace(/^library\//, '')))
    throw invalid(text, 'an image ID is no name');
  if (REPOSITORY.test(repository)) {
    if (registry.length + 1 + repository.length <= NAME_LENGTH) return;
    throw invalid(text, `the name is longer than ${NAME_LENGTH} characters`);
  }
  throw invalid(
    text,
    REPOSITORY.test(repository.toLowerCase())
      ? 'a repository name is lower case'
      : 'want [HOST[:PORT]/]PATH[:TAG][@DIGEST]',
  );
}

function invalid(text: string, reason: string): XbundleError {
  return new XbundleError('REFERENCE_INVALID', `image name ${JSON.stringify(text.slice(0, 300))}: ${reason}`);
}

/** The fully qualified text: `docker.io/library/alpine:3.20`, `host:5000/a/b:v1@sha256:…`. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** The text people write: Docker Hub's host and `library/` left out, unless what is left would name a host. */
export function familiarReference(reference: Reference): string {
  const full = formatReference(reference);
  const namesHost = splitRegistry(reference.repository).registry !== DEFAULT_REGISTRY;
  if (reference.registry !== DEFAULT_REGISTRY || namesHost) return full;
  return full.slice(DEFAULT_REGISTRY.length + 1).replace(/^library\/(?=[^/]+$)/, '');
}

/** Registry and repository, without tag or digest. */
export function repositoryName({ registry, repository }: Reference): string {
  return `${registry}/${repository}`;
}

/** The default arch-tag pattern: `app:v1` for linux/arm/v7 is `app:v1-arm-v7`. */
export const DEFAULT_ARCH_TAG_PATTERN = '{tag}-{arch}{-variant}';

/**
 * The tag under which one platform of an image is known to tools that hold no index. The pattern's fields are
 * `{tag}`, `{os}`, `{arch}`, `{variant}` and `{-variant}` (a hyphen and the variant, or nothing). Operating
 * systems other than linux and an `os.version` are put before the architecture by the default pattern, so that
 * no two platforms share a tag. Throws REFERENCE_INVALID when the result is no tag or the reference has none.
 */
export function archTag(
  reference: Reference,
  platform: Platform,
  pattern: string = DEFAULT_ARCH_TAG_PATTERN,
): Reference {
  const { os, architecture, variant, 'os.version': version } = normalizePlatform(platform);
  const prefix =
    pattern === DEFAULT_ARCH_TAG_PATTERN && os !== 'linux' ? `${os}-${version ? `${version}-` : ''}` : '';
  const fields: Readonly<Record<string, string>> = {
    '{tag}': reference.tag ?? digestTag(reference),
    '{os}': os,
    '{arch}': `${prefix}${architecture}`,
    '{variant}': variant ?? '',
    '{-variant}': variant === undefined ? '' : `-${variant}`,
  };
  const tag = pattern.replace(/\{(?:tag|os|arch|variant|-variant)\}/g, (field) => fields[field] ?? field);
  if (!TAG.test(tag))
    throw invalid(`${repositoryName(reference)}:${tag}`, `the arch tag ${JSON.stringify(tag)} is no tag`);
  return { registry: reference.registry, repository: reference.repository, tag };
}

/** A tag for an image that has only a digest: engines and registries keep nothing without a name. */
export function digestTag({ digest }: Reference): string {
  return digest === undefined ? 'latest' : digest.replace(':', '-').slice(0, 71);
}

/** The name an image gets where nothing is kept without a tag: its own, or one made of its digest. */
export function taggedName(reference: Reference): Reference {
  const { registry, repository, tag } = reference;
  return { registry, repository, tag: tag ?? digestTag(reference) };
}
