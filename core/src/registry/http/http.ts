import type { Bytes, ReadOptions } from '../../content/index.ts';

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Header fields by their lower-case names; a field that came several times is joined by commas. */
export type HttpHeaders = ReadonlyMap<string, string>;

/** A request body of known length that can be sent again. */
export interface HttpBody {
  readonly size: number;
  /** The bytes. `signal` fires when nobody wants them any more. */
  open(signal: AbortSignal): Bytes;
}

export interface HttpRequest {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | HttpBody;
  /** The operation and its thing, for messages: `fetching blob sha256:… of host/app`. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  /** Memory for the response's body; its own by default. */
  readonly allocate?: ReadOptions['allocate'];
  /** How many times the usual no-progress time the peer may take; 1 unless given. */
  readonly patience?: number;
}

/** A response whose body must be read, to its end or not, or discarded. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** Where the response came from, after redirects. */
  readonly url: URL;
  /** Can be iterated once. Leaving the iteration early closes the connection. */
  readonly body: Bytes;
  /** Lets go of the body; a short one is read to its end so that the connection can be used again. */
  discard(): void;
}

/** Sends one request and gives the response as soon as its head is there. Follows nothing, retries nothing. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** The declared length of a response body, where it is a usable number. */
export function contentLength(headers: HttpHeaders): number | undefined {
  const text = headers.get('content-length') ?? '';
  const length = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(length) ? length : undefined;
}

/** The media type of a response, in lower case and without parameters; empty when it has none. */
export function contentType(headers: HttpHeaders): string {
  return (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
