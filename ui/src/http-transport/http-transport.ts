import { TOKEN_HEADER } from '@xbundle/backend/contract';
import { BackendError } from '../client/backend-error.ts';
import type { Answer, Transport } from '../client/transport.ts';

/** Asks the server that the page came from. */
export function createHttpTransport(token: string | undefined, send: typeof fetch): Transport {
  return {
    async send({ method, path, body }, { signal }): Promise<Answer> {
      const response = await attempt(path, {
        method,
        headers: {
          ...(token !== undefined && { [TOKEN_HEADER]: token }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body }),
        signal: signal ?? null,
        redirect: 'error',
        cache: 'no-store',
      });
      return { status: response.status, body: await readBody(response) };
    },
  };

  async function attempt(path: string, init: RequestInit): Promise<Response> {
    try {
      return await send(path, init);
    } catch (error) {
      init.signal?.throwIfAborted();
      throw new BackendError('UNREACHABLE', 'xbundle does not answer. Is "xbundle ui" still running?', {
        cause: error,
      });
    }
  }
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}
