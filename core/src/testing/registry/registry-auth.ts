import { randomUUID } from 'node:crypto';
import { errorReply, reply, type Reply } from './registry-reply.ts';
import type { RegistryRequest } from './registry-request.ts';

/** How a test registry asks for credentials. */
export interface RegistryAuth {
  readonly kind: 'basic' | 'bearer';
  readonly username: string;
  readonly password: string;
  /** How long a token is good for; five minutes when absent. */
  readonly tokenLifetimeMs?: number;
  /** Gives tokens that pull to those who show no credentials, as Docker Hub does. */
  readonly anonymousPull?: boolean;
  /** An OAuth2 refresh token that `POST /token` takes in place of a password. */
  readonly identityToken?: string;
  /** The realm to name in challenges in place of this registry's own: for hostile realms. */
  readonly realm?: string;
}

interface Token {
  readonly expires: number;
  /** `repository:NAME:ACTION` for everything granted. */
  readonly grants: ReadonlySet<string>;
}

const LIFETIME_MS = 300_000;

/** Checks credentials and gives tokens. */
export class Authority {
  readonly #auth: RegistryAuth | undefined;
  readonly #origin: string;
  readonly #tokens = new Map<string, Token>();

  constructor(auth: RegistryAuth | undefined, origin: string) {
    this.#auth = auth;
    this.#origin = origin;
  }

  /** Makes every token that was given invalid. */
  expireTokens(): void {
    this.#tokens.clear();
  }

  /** The challenge for a request that may not pass, or undefined for one that may. */
  challenge(request: RegistryRequest): Reply | undefined {
    if (this.#auth === undefined || request.kind === 'token') return undefined;
    const header = request.headers.authorization ?? '';
    if (this.#auth.kind === 'basic') {
      return this.#isLogin(header) ? undefined : unauthorized(`Basic realm="${this.#origin}"`);
    }
    const token = this.#freshToken(header);
    const wanted = wantedScopes(request);
    if (token !== undefined && wanted.every((scope) => token.grants.has(scope))) return undefined;
    return unauthorized(this.#bearerChallenge(request, token !== undefined));
  }

  #freshToken(header: string): Token | undefined {
    const token = this.#tokens.get(/^Bearer (.+)$/i.exec(header)?.[1] ?? '');
    return token !== undefined && token.expires > Date.now() ? token : undefined;
  }

  #bearerChallenge(request: RegistryRequest, isFresh: boolean): string {
    const realm = this.#auth?.realm ?? `${this.#origin}/token`;
    const actions = isRead(request) ? 'pull' : 'pull,push';
    return [
      `Bearer realm="${realm}"`,
      `service="${new URL(this.#origin).host}"`,
      ...(request.repository === '' ? [] : [`scope="repository:${request.repository}:${actions}"`]),
      ...(isFresh ? ['error="insufficient_scope"'] : []),
    ].join(',');
  }

  /** Answers the token endpoint: `GET` with basic credentials, `POST` as an OAuth2 form. */
  token(request: RegistryRequest, form: URLSearchParams): Reply {
    const auth = this.#auth;
    if (auth === undefined) return errorReply(404, { code: 'UNSUPPORTED', message: 'no tokens here' });
    const header = request.headers.authorization;
    const known = header === undefined ? this.#isFormLogin(form) : this.#isLogin(header);
    const isAnonymous = header === undefined && request.method === 'GET' && auth.anonymousPull === true;
    if (!known && !isAnonymous) return unauthorized(`Basic realm="${this.#origin}"`);
    const scopes = [...request.url.searchParams.getAll('scope'), ...form.getAll('scope')];
    return this.#grant(scopes.flatMap((scope) => scope.split(' ')).flatMap(actionsOf), known);
  }

  #grant(scopes: readonly string[], known: boolean): Reply {
    const lifetime = this.#auth?.tokenLifetimeMs ?? LIFETIME_MS;
    const token = randomUUID();
    const grants = new Set(scopes.filter((scope) => known || scope.endsWith(':pull')));
    this.#tokens.set(token, { expires: Date.now() + lifetime, grants });
    const answer = {
      token,
      access_token: token,
      expires_in: Math.ceil(lifetime / 1000),
      issued_at: new Date().toISOString(),
    };
    return reply(200, { 'content-type': 'application/json' }, JSON.stringify(answer));
  }

  #isLogin(header: string): boolean {
    const encoded = /^Basic (.+)$/i.exec(header)?.[1] ?? '';
    const login = `${this.#auth?.username ?? ''}:${this.#auth?.password ?? ''}`;
    return Buffer.from(encoded, 'base64').toString() === login;
  }

  #isFormLogin(form: URLSearchParams): boolean {
    const auth = this.#auth;
    if (form.get('grant_type') === 'refresh_token') {
      return auth?.identityToken !== undefined && form.get('refresh_token') === auth.identityToken;
    }
    return (
      form.get('grant_type') === 'password' &&
      form.get('username') === auth?.username &&
      form.get('password') === auth.password
    );
  }
}

function unauthorized(challenge: string): Reply {
  return errorReply(401, {
    code: 'UNAUTHORIZED',
    message: 'authentication required',
    headers: { 'www-authenticate': challenge },
  });
}

function isRead({ method }: RegistryRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

function wantedScopes(request: RegistryRequest): readonly string[] {
  if (request.repository === '') return [];
  return [`repository:${request.repository}:${isRead(request) ? 'pull' : 'push'}`];
}

/** `repository:a/b:pull,push` as one text for each action. */
function actionsOf(scope: string): readonly string[] {
  const colon = scope.lastIndexOf(':');
  const actions = scope.slice(colon + 1).split(',');
  return actions.map((action) => `${scope.slice(0, colon)}:${action}`);
}
