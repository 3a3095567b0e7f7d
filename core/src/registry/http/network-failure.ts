import { errors } from 'undici';
import { isXbundleError, messageOf, redactUrl, systemCode, XbundleError } from '../../errors.ts';
import type { HttpRequest } from './http.ts';
import { TransientFailure } from './retry.ts';

type Failure = XbundleError | TransientFailure;

const PLAIN_HTTP_HINT = 'If it speaks plain HTTP, give --plain-http';

/** What a failed connection or a broken exchange means: whether it can be tried again, and what to tell. */
export function networkFailure(error: unknown, request: Pick<HttpRequest, 'what' | 'url'>): Failure {
  if (isXbundleError(error) || error instanceof TransientFailure) return error;
  const { what, url } = request;
  const code = codeOf(error);
  const permanent = permanentReason(code, url);
  if (permanent !== undefined) {
    return new XbundleError(permanent.code, `${what}: ${permanent.reason}`, { cause: error });
  }
  const isTimeout = code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT';
  const reason = `cannot reach ${url.host}: ${reasonOf(error, code)}`;
  return new TransientFailure(
    new XbundleError(isTimeout ? 'TIMEOUT' : 'UNREACHABLE', `${what}: ${reason}`, { cause: error }),
  );
}

/** A connection that came to be but brought nothing for `ms` milliseconds. */
export function stalled({ what, url }: Pick<HttpRequest, 'what' | 'url'>, ms: number): TransientFailure {
  const seconds = Math.round(ms / 100) / 10;
  return new TransientFailure(
    new XbundleError('TIMEOUT', `${what}: ${url.host} sent and took nothing for ${seconds} s`),
  );
}

/** Node puts the code on the error, undici and the happy-eyeballs connector on its cause or its parts. */
function codeOf(error: unknown): string {
  const own = systemCode(error) ?? (error instanceof errors.HTTPParserError ? 'HPE_INVALID' : undefined);
  if (own !== undefined && own !== 'UND_ERR_SOCKET') return own;
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : errorCause(error);
  return systemCode(inner) ?? own ?? '';
}

function errorCause(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function permanentReason(
  code: string,
  url: URL,
): { code: 'UNREACHABLE' | 'REMOTE_INVALID' | 'INTERNAL'; reason: string } | undefined {
  const { host } = url;
  if (code === 'ENOTFOUND') {
    return { code: 'UNREACHABLE', reason: `cannot reach ${host}: its name does not resolve` };
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return {
      code: 'UNREACHABLE',
      reason: `${host} does not speak TLS (${code}). ${PLAIN_HTTP_HINT} ${host}`,
    };
  }
  if (isCertificateFailure(code)) {
    return {
      code: 'UNREACHABLE',
      reason: `the certificate of ${host} is not trusted (${code}). If it is signed by your own authority, give its certificate with --ca-file`,
    };
  }
  if ((code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return {
      code: 'REMOTE_INVALID',
      reason: `${host} does not answer in HTTP (${code}). Is it a registry, and is ${url.protocol}// right?`,
    };
  }
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return { code: 'INTERNAL', reason: 'the registry client was closed while in use' };
  }
  return undefined;
}

function isCertificateFailure(code: string): boolean {
  return (
    /CERT/.test(code) ||
    code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' ||
    code === 'INVALID_CA' ||
    code === 'INVALID_PURPOSE'
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed while sending',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'the network is unreachable',
  EAI_AGAIN: 'its name cannot be resolved now',
  UND_ERR_CONNECT_TIMEOUT: 'connecting took too long',
  UND_ERR_SOCKET: 'the connection was closed',
};

function reasonOf(error: unknown, code: string): string {
  const known = REASONS[code];
  if (known !== undefined) return known;
  // Messages of undici and Node may quote a URL whole: keep what cannot hold a query or user-info.
  const text = messageOf(error).replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, (url) => redactUrl(url));
  return code === '' ? text : `${text} (${code})`;
}
