import type { CallOptions } from '../../content/index.ts';
import type { Descriptor, OnProgress } from '../../model/index.ts';
import { encodingOf } from '../http/encoding.ts';
import { contentLength, type HttpResponse } from '../http/http.ts';
import type { Repository } from '../repository.ts';

export interface AskOptions extends CallOptions {
  readonly onProgress?: OnProgress | undefined;
  /** What the request needs to be allowed to; reading unless given. A writer asks with the token it has. */
  readonly scopes?: readonly string[] | undefined;
}

/** By the registry's word: `unknown` when it does not answer, `other-size` when its content has another length. */
export type Presence = 'present' | 'absent' | 'other-size' | 'unknown';

/** Asks a repository (HEAD) whether it has a blob or manifest of this digest and size. */
export async function hasContent(
  repository: Repository,
  content: Descriptor,
  { signal, onProgress, scopes = repository.pull }: AskOptions = {},
): Promise<Presence> {
  const response = await repository.connection.call(
    {
      method: 'HEAD',
      ...repository.contentOf(content),
      scopes,
      what: `looking for ${content.digest} in ${repository.name}`,
      signal,
      onProgress,
    },
    (answer) => ANSWERS.includes(answer.status) || isUnsigned(answer, repository),
  );
  response.discard();
  if (response.status === 404 && !isUnsigned(response, repository)) return 'absent';
  if (response.status !== 200) return 'unknown';
  const length = encodingOf(response) === '' ? contentLength(response.headers) : undefined;
  return length === undefined || length === content.size ? 'present' : 'other-size';
}

/** The last two say that a registry does not answer HEAD. */
const ANSWERS: readonly number[] = [200, 404, 405, 501];

/** A storage host's refusal: the signed URL that the registry led to is often good for GET only. */
function isUnsigned({ url, status }: HttpResponse, { connection }: Repository): boolean {
  return url.origin !== connection.url.origin && status >= 400 && status < 500 && status !== 429;
}
