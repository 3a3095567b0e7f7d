import type { CallOptions } from '../../content/index.ts';
import { XbundleError } from '../../errors.ts';
import { waitFor } from '../http/abort.ts';
import { parseChallenges, type Challenge } from './challenge.ts';
import { basicAuthorization, type Credentials } from './credentials.ts';
import { checkRealm } from './realm.ts';
import { TokenCache } from './token-cache.ts';
import type { Token, TokenRequest } from './token.ts';

/** A challenge's scopes beyond this are not those of one request. */
const SCOPES_LENGTH = 4_096;

export interface AuthOptions {
  readonly registry: URL;
  readonly trustedRealms: readonly string[];
  /** Called at most once, and only when the registry asks. */
  readonly credentials: () => Promise<Credentials | undefined>;
  readonly fetchToken: (request: TokenRequest) => Promise<Token>;
  /** What to type to log in. */
  readonly login: string;
}

type Bearer = { readonly kind: 'bearer'; readonly realm: URL; readonly service: string | undefined };
type Method = { readonly kind: 'none' } | { readonly kind: 'basic' } | Bearer;

/**
 * What is sent to one registry, and only to it, as `Authorization`: nothing until it asks, then Basic, or a
 * bearer token for each set of scopes.
 */
export class Authenticator {
  readonly #options: AuthOptions;
  readonly #tokens: TokenCache = new TokenCache();
  /** Scopes the registry asked for beyond those of the request, by the request's. */
  readonly #demanded: Map<string, readonly string[]> = new Map();
  #method: Method = { kind: 'none' };
  #credentials: Promise<Credentials | undefined> | undefined;

  constructor(options: AuthOptions) {
    this.#options = options;
  }

  /** The header to send with a request that needs `scopes`; undefined as long as the registry has not asked. */
  async authorization(scopes: readonly string[], options: CallOptions = {}): Promise<string | undefined> {
    const method = this.#method;
    if (method.kind === 'none') return undefined;
    return waitFor(method.kind === 'basic' ? this.#basic() : this.#bearer(method, scopes), options.signal);
  }

  /**
   * The header that answers a 401 with this `WWW-Authenticate` header. `sent` is what was refused: a token that
   * has expired is replaced. Throws UNAUTHORIZED when there is nothing better to send.
   */
  async answer(
    challenge: string,
    request: { readonly scopes: readonly string[]; readonly sent: string | undefined },
    options: CallOptions = {},
  ): Promise<string> {
    const { scopes, sent } = request;
    this.#method = this.#choose(parseChallenges(challenge), scopes);
    if (sent?.startsWith(BEARER)) this.#tokens.refuse(keyOf(scopes), sent.slice(BEARER.length));
    const authorization = await this.authorization(scopes, options);
    if (authorization !== undefined && authorization !== sent) return authorization;
    throw this.#unauthorized('it refuses the credentials it was given');
  }

  #choose(challenges: readonly Challenge[], scopes: readonly string[]): Method {
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined) return this.#chooseBearer(bearer, scopes);
    if (challenges.some(({ scheme }) => scheme === 'basic')) return { kind: 'basic' };
    const offered = challenges.map(({ scheme }) => scheme.slice(0, 20)).join(', ') || 'none';
    throw this.#unauthorized(`it offers no way to log in that is known here (${offered})`);
  }

  #chooseBearer({ parameters }: Challenge, scopes: readonly string[]): Bearer {
    const { registry, trustedRealms } = this.#options;
    const realm = checkRealm(parameters.get('realm') ?? '', { registry, trusted: trustedRealms });
    const demanded = (parameters.get('scope') ?? '').slice(0, SCOPES_LENGTH).split(' ');
    const extra = demanded.filter((scope) => scope !== '' && !scopes.includes(scope));
    if (extra.length > 0) this.#demanded.set(keyOf(scopes), extra);
    return { kind: 'bearer', realm, service: parameters.get('service') };
  }

  async #basic(): Promise<string> {
    const credentials = await this.#find();
    if (credentials?.kind === 'password') return basicAuthorization(credentials);
    throw this.#unauthorized('it wants a user name and a password');
  }

  async #bearer({ realm, service }: Bearer, scopes: readonly string[]): Promise<string> {
    const key = keyOf(scopes);
    const token = await this.#tokens.get(key, async () => {
      const credentials = await this.#find();
      const all = [...scopes, ...(this.#demanded.get(key) ?? [])];
      return this.#options.fetchToken({ realm, service, scopes: all, credentials });
    });
    return `${BEARER}${token}`;
  }

  #find(): Promise<Credentials | undefined> {
    this.#credentials ??= this.#options.credentials();
    return this.#credentials;
  }

  #unauthorized(reason: string): XbundleError {
    const { registry, login } = this.#options;
    return new XbundleError(
      'UNAUTHORIZED',
      `logging in to ${registry.host}: ${reason}. Log in with "${login}"`,
    );
  }
}

const BEARER = 'Bearer ';

function keyOf(scopes: readonly string[]): string {
  return [...scopes].sort().join(' ');
}
