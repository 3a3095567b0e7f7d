import { hasContent } from './presence.ts';
import type { Repository } from '../repository.ts';
import { TransientFailure } from '../http/retry.ts';
import { requestOf, sessionOf, uploadOnce, type Session, type Upload } from './upload.ts';

/**
 * Sees to it that a repository has a blob: it is there, or is mounted from `sibling`, another repository of the
 * same registry that has it, or is uploaded. Resolves with whether bytes were moved. The source's errors are
 * passed on; what the registry refuses is REFUSED.
 */
export async function pushBlob(upload: Upload, sibling?: Repository): Promise<'moved' | 'present'> {
  if (await isPresent(upload)) return 'present';
  const session = sibling === undefined ? undefined : await mount(upload, sibling);
  if (session === 'mounted') return 'present';
  return uploadWithRetries(upload, session);
}

async function isPresent({ repository, blob, options }: Upload): Promise<boolean> {
  const scopes = repository.push;
  return (await hasContent(repository, blob, { ...options, scopes })) === 'present';
}

/**
 * Asks for a mount. A registry that does not mount opens an upload session instead, or refuses: that is no
 * failure, the blob is then uploaded.
 */
async function mount(upload: Upload, sibling: Repository): Promise<'mounted' | Session | undefined> {
  const { repository, blob } = upload;
  const response = await repository.connection.call(
    {
      ...requestOf(upload),
      method: 'POST',
      url: repository.uploadsUrl({ mount: blob.digest, from: sibling.path }),
      body: new Uint8Array(0),
      scopes: [...repository.push, ...sibling.pull],
    },
    [201, 202, ...NOT_MOUNTED],
  );
  if (response.status === 202) return sessionOf(response, upload);
  response.discard();
  return response.status === 201 ? 'mounted' : undefined;
}

const NOT_MOUNTED: readonly number[] = [400, 401, 403, 404, 405, 415, 422, 501];

async function uploadWithRetries(upload: Upload, first: Session | undefined): Promise<'moved' | 'present'> {
  const retries = upload.repository.connection.retries(requestOf(upload));
  for (let session = first; ; session = undefined) {
    try {
      await uploadOnce(upload, session);
      return 'moved';
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error;
      await retries.next(error);
    }
    // The connection may have broken after the registry had stored the blob.
    if (await isPresent(upload)) return 'moved';
  }
}
