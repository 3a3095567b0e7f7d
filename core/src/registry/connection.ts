import { type CallOptions } from '../content/index.ts';
import { type OnProgress } from '../model/index.ts';
import { Authenticator } from './auth.ts';
import { type CredentialsProvider } from './credentials.ts';
import { type HttpRequest, type HttpResponse, type Send } from './http.ts';
import { loginCommand } from './origin.ts';
import { sendFollowing } from './redirect.ts';
import { Retries, withRetries, type RetryPolicy } from './retry.ts';
import { statusFailure } from './status-failure.ts';
import { fetchToken } from './token.ts';

export interface ConnectionSettings {
  readonly policy: RetryPolicy;
  readonly trustedRealms: readonly string[];
  readonly credentials: CredentialsProvider;
  readonly onProgress: OnProgress | undefined;
}

/** A request to a registry: what to send, and what it needs to be allowed to. */
export interface RegistryRequest extends HttpRequest {
  /** As the token spec writes them: `repository:library/alpine:pull`. */
  readonly scopes: readonly string[];
  readonly onProgress?: OnProgress | undefined;
}

/** One registry: logs in when asked to, follows redirects, tries again. */
export class RegistryConnection {
  /** As references name it. */
  readonly host: string;
  readonly url: URL;
  readonly #settings: ConnectionSettings;
  readonly #send: Send;
  readonly #auth: Authenticator;

  constructor(at: { readonly host: string; readonly url: URL }, send: Send, settings: ConnectionSettings) {
    this.host = at.host;
    this.url = at.url;
    this.#send = send;
    this.#settings = settings;
    this.#auth = this.#authenticator();
  }

  /** The registry's URL of `path`, which starts with `/v2/`. */
  endpoint(path: string): URL {
    return new URL(path, this.url);
  }

  /**
   * Sends a request once. A 401 of the registry itself is answered once; a 401 of a host it redirects to is
   * not, and is returned like every other status.
   */
  async send(request: RegistryRequest): Promise<HttpResponse> {
    const { scopes, signal, url } = request;
    const isHome = url.origin === this.url.origin;
    const sent = isHome ? await this.#auth.authorization(scopes, { signal }) : undefined;
    const response = await sendFollowing(request, sent, this.#send);
    if (!isHome || response.status !== 401 || response.url.origin !== this.url.origin) return response;
    response.discard();
    const challenge = response.headers.get('www-authenticate') ?? '';
    const answer = await this.#auth.answer(challenge, { scopes, sent }, { signal });
    return sendFollowing(request, answer, this.#send);
  }

  /** Sends a request until its status is one of `accepted`, within the retry policy; throws what else it means. */
  async call(request: RegistryRequest, accepted: readonly number[]): Promise<HttpResponse> {
    return withRetries(async () => this.expect(await this.send(request), accepted, request), {
      ...request,
      ...this.#retryContext(request),
    });
  }

  /** The response when its status is accepted, else throws what it means. */
  async expect(
    response: HttpResponse,
    accepted: readonly number[],
    { what }: Pick<RegistryRequest, 'what'>,
  ): Promise<HttpResponse> {
    if (accepted.includes(response.status)) return response;
    throw await statusFailure(response, { what, login: loginCommand(this.host) });
  }

  /** For work whose tries are more than one request. */
  retries(work: Pick<RegistryRequest, 'what' | 'signal' | 'onProgress'>): Retries {
    return new Retries(this.#retryContext(work));
  }

  #retryContext({ what, signal, onProgress }: Pick<RegistryRequest, 'what' | 'signal' | 'onProgress'>): {
    policy: RetryPolicy;
    what: string;
    signal: AbortSignal | undefined;
    onProgress: OnProgress | undefined;
  } {
    const { policy, onProgress: usual } = this.#settings;
    return { policy, what, signal, onProgress: onProgress ?? usual };
  }

  #authenticator(): Authenticator {
    const login = loginCommand(this.host);
    const { policy, credentials, trustedRealms, onProgress } = this.#settings;
    const what = `logging in to ${this.host}`;
    return new Authenticator({
      registry: this.url,
      trustedRealms,
      login,
      credentials: () => credentials(this.host),
      // Without any caller's signal: the token is for all who wait, and one of them may give up.
      fetchToken: (request) =>
        withRetries(() => fetchToken(request, this.#send, { what, login }), { policy, what, onProgress }),
    });
  }
}

export type RequestOptions = CallOptions & { readonly onProgress?: OnProgress | undefined };
