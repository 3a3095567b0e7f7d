import { z } from 'zod';
import { collect } from '../../content/index.ts';
import { XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { parseStrictJson, parseWith } from '../../model/index.ts';
import { basicAuthorization, type Credentials } from './credentials.ts';
import type { HttpRequest, HttpResponse, Send } from '../http/http.ts';
import { statusFailure, type StatusContext } from '../http/status-failure.ts';

/** The distribution token spec's lifetime for a token that states none. */
const DEFAULT_LIFETIME_S = 60;
const CLIENT_ID = 'xbundle';

export interface TokenRequest {
  /** Checked by `checkRealm`. */
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  readonly credentials: Credentials | undefined;
}

export interface Token {
  readonly value: string;
  readonly lifetimeMs: number;
}

const responseSchema = z.looseObject({
  token: z.string().nullish(),
  access_token: z.string().nullish(),
  expires_in: z.number().nullish(),
});

/**
 * Asks a token service once, without following redirects. Throws UNAUTHORIZED when it refuses, REMOTE_INVALID
 * for an answer that holds no token; transient failures are for the caller to retry.
 */
export async function fetchToken(request: TokenRequest, send: Send, context: StatusContext): Promise<Token> {
  const response = await send({ ...tokenRequest(request), what: context.what });
  if (response.status >= 300 && response.status < 400) {
    response.discard();
    throw new XbundleError(
      'REMOTE_INVALID',
      `${context.what}: ${request.realm.host} redirects, which a token service must not`,
    );
  }
  if (response.status !== 200) throw await statusFailure(response, context);
  return readToken(response, context.what);
}

function tokenRequest({ realm, service, scopes, credentials }: TokenRequest): Omit<HttpRequest, 'what'> {
  const parameters: [string, string][] = [
    ...(service === undefined ? [] : [['service', service] satisfies [string, string]]),
  ];
  if (credentials?.kind === 'identity-token') {
    const form = new URLSearchParams([
      ['grant_type', 'refresh_token'],
      ['client_id', CLIENT_ID],
      ...parameters,
      ['scope', scopes.join(' ')],
      ['refresh_token', credentials.token],
    ]);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url: realm, headers, body: Buffer.from(form.toString()) };
  }
  const url = new URL(realm);
  for (const [name, value] of parameters) url.searchParams.append(name, value);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (credentials === undefined) return { method: 'GET', url };
  url.searchParams.append('account', credentials.username);
  return { method: 'GET', url, headers: { authorization: basicAuthorization(credentials) } };
}

async function readToken(response: HttpResponse, what: string): Promise<Token> {
  const document = `${what}: the token`;
  const bytes = await collect(response.body, LIMITS.responseBytes, document);
  const value = readJson(bytes, document);
  const context = { what: document, code: 'REMOTE_INVALID' as const };
  const {
    token,
    access_token: accessToken,
    expires_in: expiresIn,
  } = parseWith(responseSchema, value, context);
  const text = token || accessToken || '';
  // A header value: anything but visible ASCII could smuggle in a second header.
  if (!/^[\x21-\x7e]{1,65536}$/.test(text)) {
    throw new XbundleError('REMOTE_INVALID', `${what}: ${response.url.host} gave no usable token`);
  }
  // Zero and less are what services send that do not know.
  const lifetime = Math.max(expiresIn ?? 0, 0) || DEFAULT_LIFETIME_S;
  return { value: text, lifetimeMs: lifetime * 1000 };
}

function readJson(bytes: Uint8Array, what: string): unknown {
  try {
    return parseStrictJson(bytes, what);
  } catch (cause) {
    throw new XbundleError('REMOTE_INVALID', `reading ${what}: it is no JSON document`, { cause });
  }
}
