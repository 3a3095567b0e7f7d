import { digestOf } from '../../content/index.ts';
import { XbundleError } from '../../errors.ts';
import { digestAlgorithm, isDigest, type Descriptor, type Digest } from '../../model/index.ts';
import type { HttpResponse } from '../http/http.ts';
import type { AskOptions } from './presence.ts';
import { MANIFEST_HEADERS, type Repository } from '../repository.ts';

/**
 * What a tag points to, by the registry's word; undefined when there is no such tag or it does not tell. Good
 * for leaving out work, not as proof.
 */
export async function headTag(
  repository: Repository,
  tag: string,
  { signal, onProgress }: AskOptions = {},
): Promise<Digest | undefined> {
  const response = await repository.connection.call(
    {
      method: 'HEAD',
      url: repository.manifestUrl(tag),
      headers: MANIFEST_HEADERS,
      scopes: repository.push,
      what: `looking for ${repository.name}:${tag}`,
      signal,
      onProgress,
    },
    [200, 404, 405, 501],
  );
  response.discard();
  const digest = response.headers.get('docker-content-digest');
  return response.status === 200 && digest !== undefined && isDigest(digest) ? digest : undefined;
}

/**
 * Stores a manifest or index under its digest or a tag, as the bytes are. Throws DIGEST_MISMATCH when they are
 * not what the descriptor says or the registry stored something else, REFUSED when it does not take them.
 */
export async function putManifest(
  repository: Repository,
  manifest: { readonly key: string; readonly descriptor: Descriptor; readonly bytes: Uint8Array },
  { signal, onProgress }: AskOptions = {},
): Promise<void> {
  const { key, descriptor, bytes } = manifest;
  const what = `pushing manifest ${descriptor.digest} to ${repository.name}`;
  const got = digestOf(bytes, digestAlgorithm(descriptor.digest));
  if (got !== descriptor.digest) throw mismatch(what, got);
  const response = await repository.connection.call(
    {
      method: 'PUT',
      url: repository.manifestUrl(key),
      headers: { 'content-type': descriptor.mediaType },
      body: bytes,
      scopes: repository.push,
      what,
      signal,
      onProgress,
    },
    [200, 201, 202, 204],
  );
  response.discard();
  refuseOtherDigest(response, descriptor.digest, what);
}

/** Throws DIGEST_MISMATCH when the registry says that it stored other content than it was given. */
export function refuseOtherDigest({ headers }: HttpResponse, digest: Digest, what: string): void {
  const stored = headers.get('docker-content-digest') ?? '';
  if (!isDigest(stored) || stored === digest || digestAlgorithm(stored) !== digestAlgorithm(digest)) return;
  throw mismatch(what, stored);
}

function mismatch(what: string, got: Digest): XbundleError {
  return new XbundleError('DIGEST_MISMATCH', `${what}: the registry or source has ${got} instead`);
}
