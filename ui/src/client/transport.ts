import type { EncodedRequest } from '@xbundle/backend/contract';

export interface Answer {
  readonly status: number;
  /** The parsed body; undefined where there is none or it is no JSON. */
  readonly body: unknown;
}

/**
 * Carries one request to the backend. Resolves for every status; rejects with `BackendError` `UNREACHABLE` when
 * there is no answer, and with the signal's reason when it fires.
 */
export interface Transport {
  send(request: EncodedRequest, options: { readonly signal?: AbortSignal | undefined }): Promise<Answer>;
}
