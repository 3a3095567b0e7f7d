import type { v1 } from '@docker/extension-api-client-types';
import { jsonOf, type EncodedRequest } from '@xbundle/backend/contract';
import { BackendError } from '../client/backend-error.ts';
import type { Answer, Transport } from '../client/transport.ts';

type Service = v1.HttpService;

/**
 * Asks the backend through `extension.vm.service`, which gives the parsed body of a good answer and rejects with
 * `{ name, message, statusCode }` for any other. It tells no status of a good one: the body of a 202 is known by
 * `pending`. It cannot be aborted: an answer that is no longer wanted is dropped.
 */
export function createServiceTransport(service: Service): Transport {
  return {
    async send(request, { signal }): Promise<Answer> {
      signal?.throwIfAborted();
      const answer = await attempt(service, request);
      signal?.throwIfAborted();
      return answer;
    },
  };
}

async function attempt(service: Service, { method, path, body }: EncodedRequest): Promise<Answer> {
  const data: unknown = body === undefined ? undefined : JSON.parse(body);
  const headers = data === undefined ? {} : { 'content-type': 'application/json' };
  try {
    const answer = await service.request({ url: path, method, headers, data });
    const given = unwrap(answer);
    return { status: isPending(given) ? 202 : 200, body: given };
  } catch (error) {
    return failureOf(error);
  }
}

/** Some versions give the text of the body. */
function unwrap(answer: unknown): unknown {
  return typeof answer === 'string' ? jsonOf(answer) : answer;
}

function isPending(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'pending' in answer;
}

/** The message is the body of the answer: as an object, or as its text. */
function failureOf(error: unknown): Answer {
  const { statusCode, message } = (error ?? {}) as {
    readonly statusCode?: unknown;
    readonly message?: unknown;
  };
  if (typeof statusCode !== 'number') {
    throw new BackendError(
      'UNREACHABLE',
      'the backend of the extension does not answer. It starts with Docker Desktop; if this stays, restart Docker Desktop.',
      { cause: error },
    );
  }
  return { status: statusCode, body: unwrap(message) };
}
