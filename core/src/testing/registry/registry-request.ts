import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isDigest, type Digest } from '../../model/index.ts';
import type { RegistryStore } from './registry-store.ts';

/** What a request is about. A `config` is a blob that a stored manifest names as its config. */
export type RequestKind =
  'ping' | 'token' | 'manifest' | 'config' | 'blob' | 'upload' | 'tags' | 'catalog' | 'other';

export interface RegistryRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly kind: RequestKind;
  /** Empty where the path names none. */
  readonly repository: string;
  /** The tag or digest of a manifest, the digest of a blob, the session of an upload. */
  readonly reference: string;
  /** What the reference resolves to, where it does. */
  readonly digest: Digest | undefined;
  readonly message: IncomingMessage;
}

const ROUTES: readonly (readonly [RequestKind, RegExp])[] = [
  ['catalog', /^\/v2\/_catalog$/],
  ['ping', /^\/v2\/?$/],
  ['token', /^\/token$/],
  ['upload', /^\/v2\/(.+?)\/blobs\/uploads\/([^/]*)$/],
  ['manifest', /^\/v2\/(.+)\/manifests\/([^/]+)$/],
  ['blob', /^\/v2\/(.+)\/blobs\/([^/]+)$/],
  ['tags', /^\/v2\/(.+)\/tags\/list$/],
];

/** Says what a request is about. */
export function readRequest(message: IncomingMessage, base: string, store: RegistryStore): RegistryRequest {
  const url = new URL(message.url ?? '/', base);
  const { kind, repository, reference } = route(url.pathname);
  const stored = store.repositories.get(repository);
  const text = kind === 'upload' ? url.searchParams.get('digest') : stored?.tags.get(reference);
  const digest = text ?? reference;
  const isConfig = kind === 'blob' && stored?.configs.has(digest as Digest) === true;
  return {
    method: message.method ?? 'GET',
    url,
    headers: message.headers,
    kind: isConfig ? 'config' : kind,
    repository,
    reference,
    digest: isDigest(digest) ? digest : undefined,
    message,
  };
}

interface Route {
  readonly kind: RequestKind;
  readonly repository: string;
  readonly reference: string;
}

function route(pathname: string): Route {
  for (const [kind, pattern] of ROUTES) {
    const [matched, repository = '', reference = ''] = pattern.exec(pathname) ?? [];
    if (matched !== undefined) return { kind, repository, reference: decodeURIComponent(reference) };
  }
  return { kind: 'other', repository: '', reference: '' };
}
