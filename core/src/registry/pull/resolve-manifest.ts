import { digestOf, type CallOptions } from '../../content/index.ts';
import { isXbundleError, XbundleError } from '../../errors.ts';
import {
  declaredMediaType,
  digestAlgorithm,
  isDigest,
  parseManifest,
  type Descriptor,
  type Digest,
  type ManifestDocument,
  type Reference,
} from '../../model/index.ts';
import { contentType, type HttpResponse } from '../http/http.ts';
import { MANIFEST_HEADERS, manifestKey, type Repository } from '../repository.ts';

export interface ResolvedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  readonly document: ManifestDocument;
}

/** Types that say nothing about a document; static file servers and old registries send them. */
const GENERIC: ReadonlySet<string> = new Set([
  '',
  'application/json',
  'application/octet-stream',
  'text/plain',
]);

/**
 * Fetches what a tag or digest points to. The digest is taken from the bytes; undefined for a 404. Bytes that do
 * not fit the digest asked for or the registry's own header are fetched once more, then DIGEST_MISMATCH.
 */
export async function resolveManifest(
  repository: Repository,
  reference: Reference,
  options: CallOptions = {},
): Promise<ResolvedManifest | undefined> {
  try {
    return await fetchManifest(repository, reference, options);
  } catch (error) {
    if (!isXbundleError(error, 'DIGEST_MISMATCH')) throw error;
    return fetchManifest(repository, reference, options);
  }
}

async function fetchManifest(
  repository: Repository,
  reference: Reference,
  { signal }: CallOptions,
): Promise<ResolvedManifest | undefined> {
  const key = manifestKey(reference);
  const what = `resolving ${repository.name}${reference.digest === undefined ? ':' : '@'}${key}`;
  const { response, bytes } = await repository.connection.read(
    {
      method: 'GET',
      url: repository.manifestUrl(key),
      headers: MANIFEST_HEADERS,
      scopes: repository.pull,
      what,
      signal,
    },
    [200, 404],
  );
  if (response.status === 404) return undefined;
  const digest = checkDigest(bytes, { response, reference, what });
  const mediaType = mediaTypeOf(bytes, response, what);
  const document = parseManifest(bytes, mediaType, `${what}: manifest ${digest}`);
  return { descriptor: { mediaType, digest, size: bytes.byteLength }, bytes, document };
}

interface Served {
  readonly response: HttpResponse;
  readonly reference: Reference;
  readonly what: string;
}

function checkDigest(bytes: Uint8Array, { response, reference, what }: Served): Digest {
  const stated = response.headers.get('docker-content-digest');
  const claims = [reference.digest, stated !== undefined && isDigest(stated) ? stated : undefined];
  for (const claim of claims) {
    if (claim === undefined) continue;
    const got = digestOf(bytes, digestAlgorithm(claim));
    if (got === claim) continue;
    refuseHtml(response, what);
    throw new XbundleError('DIGEST_MISMATCH', `${what}: the bytes have digest ${got}, want ${claim}`);
  }
  return reference.digest ?? digestOf(bytes);
}

function mediaTypeOf(bytes: Uint8Array, response: HttpResponse, what: string): string {
  const served = contentType(response.headers);
  if (!GENERIC.has(served)) {
    refuseHtml(response, what);
    return served;
  }
  const declared = readDeclared(bytes, response, what);
  if (declared !== undefined) return declared;
  throw new XbundleError(
    'REMOTE_INVALID',
    `${what}: ${response.url.host} does not say which kind of manifest it serves (${served || 'no Content-Type'}), and the document does not either`,
  );
}

function readDeclared(bytes: Uint8Array, response: HttpResponse, what: string): string | undefined {
  try {
    return declaredMediaType(bytes, what);
  } catch (cause) {
    const reason = `${response.url.host} answered with something that is no manifest. ${PORTAL}`;
    throw new XbundleError('REMOTE_INVALID', `${what}: ${reason}`, { cause });
  }
}

const PORTAL = 'Is it a registry, or is there a login page or a proxy in between?';

/** A captive portal answers 200 with its login page to everything. */
function refuseHtml(response: HttpResponse, what: string): void {
  if (!contentType(response.headers).includes('html')) return;
  throw new XbundleError(
    'REMOTE_INVALID',
    `${what}: ${response.url.host} answered with an HTML page. ${PORTAL}`,
  );
}
