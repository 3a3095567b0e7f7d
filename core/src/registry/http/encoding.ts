import { redactUrl, XbundleError } from '../../errors.ts';
import type { HttpResponse } from './http.ts';

/**
 * Throws REMOTE_INVALID for a body that something on the way has encoded although `identity` was asked for: a
 * digest is of the bytes as they are stored. Lets go of the response then.
 */
export function refuseEncoding(response: HttpResponse, what: string): void {
  const encoding = encodingOf(response);
  if (encoding === '') return;
  response.discard();
  throw new XbundleError(
    'REMOTE_INVALID',
    `${what}: ${redactUrl(response.url)} encodes the content (${encoding.slice(0, 20)}), which changes its bytes`,
  );
}

/** What a response is encoded with; empty for content as it is, whose length is then told. */
export function encodingOf({ headers }: HttpResponse): string {
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  return encoding === 'identity' ? '' : encoding;
}
