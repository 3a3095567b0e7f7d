import type { Dispatcher } from 'undici';
import { throwIfAborted } from '../../errors.ts';
import type { Connections } from './connections.ts';
import { Exchange } from './exchange.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { networkFailure } from './network-failure.ts';
import { Watchdog } from './watchdog.ts';

export interface TransportOptions {
  readonly connections: Connections;
  /**
   * For streamed request bodies: a stream may be read from the same registry, and must not wait for the
   * connection that waits for it.
   */
  readonly uploads: Connections;
  readonly noProgressMs: number;
  readonly userAgent: string;
}

/**
 * Sends single requests over undici's `dispatch`: raw bytes, no redirects, no retries, no decoding. Failures
 * are `TransientFailure` or XbundleError; an aborted request fails at once.
 */
export class Transport {
  readonly #options: TransportOptions;
  readonly #watchdog: Watchdog;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#watchdog = new Watchdog(options.noProgressMs);
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    throwIfAborted(request.signal);
    const exchange = new Exchange(request, this.#options.noProgressMs);
    this.#watchdog.watch(exchange);
    try {
      const { connections, uploads } = this.#options;
      (isStreamed(request) ? uploads : connections).dispatch(
        this.#dispatchOptions(request, exchange),
        exchange,
      );
    } catch (error) {
      exchange.fail(networkFailure(error, request));
    }
    return exchange.response;
  }

  #dispatchOptions(request: HttpRequest, { body }: Exchange): Dispatcher.DispatchOptions {
    const { url, method } = request;
    return {
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      // By itself undici closes a connection after each HEAD, for servers that answer one with a body; such a body is
      // met as a failure of the next request, which is tried again.
      reset: false,
      headers: {
        'user-agent': this.#options.userAgent,
        // A blob's digest is of its bytes as stored: nothing on the way may encode them.
        'accept-encoding': 'identity',
        ...(request.body !== undefined && { 'content-length': String(bodySize(request.body)) }),
        ...request.headers,
      },
      // undici takes any async iterable; its types name Node's Readable only.
      ...(body !== undefined && { body: body as NonNullable<Dispatcher.DispatchOptions['body']> }),
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.#options.connections.destroy(), this.#options.uploads.destroy()]);
  }
}

function isStreamed({ body }: HttpRequest): boolean {
  return body !== undefined && !(body instanceof Uint8Array);
}

function bodySize(body: NonNullable<HttpRequest['body']>): number {
  return body instanceof Uint8Array ? body.byteLength : body.size;
}
