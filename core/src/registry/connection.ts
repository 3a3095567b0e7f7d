import { collect } from '../content/index.ts';
import { LIMITS } from '../limits.ts';
import type { OnProgress } from '../model/index.ts';
import { Authenticator } from './auth/auth.ts';
import type { CredentialsProvider } from './auth/credentials.ts';
import { refuseEncoding } from './http/encoding.ts';
import type { HttpRequest, HttpResponse, Send } from './http/http.ts';
import { loginCommand } from './http/origin.ts';
import { sendFollowing } from './http/redirect.ts';
import { Retries, withRetries, type RetryContext, type RetryPolicy } from './http/retry.ts';
import { statusFailure } from './http/status-failure.ts';
import { fetchToken } from './auth/token.ts';

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

/** Statuses a caller can use, or a test of the response. */
export type Accepted = readonly number[] | ((response: HttpResponse) => boolean);

/** What work on a registry is called, and who follows it. */
type Work = Pick<RegistryRequest, 'what' | 'signal' | 'onProgress'>;

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

  /** What a user types to log in. */
  get loginCommand(): string {
    return loginCommand(this.host);
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
  async call(request: RegistryRequest, accepted: Accepted): Promise<HttpResponse> {
    const context = this.#retryContext(request);
    return withRetries(async () => this.expect(await this.send(request), accepted, request), context);
  }

  /** As `call`, with the whole body, a document; a body that breaks off is fetched again. */
  async read(
    request: RegistryRequest,
    accepted: Accepted,
  ): Promise<{ readonly response: HttpResponse; readonly bytes: Uint8Array }> {
    return withRetries(async () => {
      const response = await this.expect(await this.send(request), accepted, request);
      refuseEncoding(response, request.what);
      return { response, bytes: await collect(response.body, LIMITS.documentBytes, request.what) };
    }, this.#retryContext(request));
  }

  /** The response when its status is accepted, else throws what it means. */
  async expect(
    response: HttpResponse,
    accepted: Accepted,
    { what }: Pick<RegistryRequest, 'what'>,
  ): Promise<HttpResponse> {
    const isAccepted =
      typeof accepted === 'function' ? accepted(response) : accepted.includes(response.status);
    if (isAccepted) return response;
    throw await statusFailure(response, { what, login: this.loginCommand });
  }

  /** For work whose tries are more than one request. */
  retries(work: Work): Retries {
    return new Retries(this.#retryContext(work));
  }

  #retryContext({ what, signal, onProgress = this.#settings.onProgress }: Work): RetryContext {
    return { policy: this.#settings.policy, what, signal, onProgress };
  }

  #authenticator(): Authenticator {
    const login = this.loginCommand;
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
