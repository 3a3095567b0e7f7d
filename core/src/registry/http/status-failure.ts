import { stripVTControlCharacters } from 'node:util';
import { collect } from '../../content/index.ts';
import { redactUrl, XbundleError, type ErrorCode } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { contentType, type HttpResponse } from './http.ts';
import { parseRetryAfter } from './retry-after.ts';
import { TransientFailure } from './retry.ts';

/** What a message quotes of a peer at most. */
const QUOTE = 300;

export interface StatusContext {
  /** The operation and its thing. */
  readonly what: string;
  /** What to type to log in: `docker login host`. */
  readonly login: string;
}

/**
 * What a response of an unwanted status means: UNAUTHORIZED for 401 and 403, NOT_FOUND for 404, REFUSED for
 * other 4xx and a lasting 429, UNREACHABLE for 5xx, REMOTE_INVALID for what no registry says here. The registry's
 * own code and message are quoted, bounded and without control characters. Reads the body.
 */
export async function statusFailure(
  response: HttpResponse,
  context: StatusContext,
): Promise<XbundleError | TransientFailure> {
  const { status, headers, url } = response;
  const said = await readErrors(response);
  const quote = said === undefined ? '' : `: ${said}`;
  const failure = new XbundleError(
    codeOf(status),
    `${context.what}: ${url.host} answered ${status}${quote}${advice(status, context)}`,
  );
  if (!isTransient(status)) return failure;
  return new TransientFailure(failure, parseRetryAfter(headers.get('retry-after'), Date.now()));
}

function isTransient(status: number): boolean {
  return [408, 429, 500, 502, 503, 504].includes(status);
}

function codeOf(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'UNAUTHORIZED';
  if (status === 404) return 'NOT_FOUND';
  if (status === 408) return 'TIMEOUT';
  if (status >= 400 && status < 500) return 'REFUSED';
  if (status === 507) return 'REFUSED';
  return status >= 500 ? 'UNREACHABLE' : 'REMOTE_INVALID';
}

function advice(status: number, { login }: StatusContext): string {
  if (status === 401) return `. Log in with "${login}", or check the name`;
  if (status === 403) return `. Log in with "${login}" as someone who is allowed to`;
  if (status === 429) return '. Wait for the rate limit to end, or log in to have a higher one';
  return status < 400 ? '. Is it a registry?' : '';
}

/** The registry's own words, or undefined when it said nothing readable. */
async function readErrors(response: HttpResponse): Promise<string | undefined> {
  const isHtml = contentType(response.headers) === 'text/html';
  let text: string;
  try {
    const bytes = await collect(response.body, LIMITS.responseBytes, 'an error response');
    text = Buffer.from(bytes).toString('utf8');
  } catch {
    // The status is what matters; a broken or endless body only makes the message shorter.
    return undefined;
  }
  if (isHtml) return 'an HTML page';
  return printable(registryErrors(text) ?? text);
}

function registryErrors(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const errors = member(value, 'errors');
  if (!Array.isArray(errors)) return undefined;
  const lines = errors.slice(0, 3).map((error: unknown) => {
    const parts = [member(error, 'code'), member(error, 'message')];
    return parts.filter((part) => typeof part === 'string' && part !== '').join(' ');
  });
  return lines.filter((line) => line !== '').join('; ');
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (Object.entries(value).find(([k]) => k === key) ?? [])[1]
    : undefined;
}

/** A peer's text made fit for a terminal: one line, no control characters, no queries of URLs, bounded. */
export function printable(text: string): string | undefined {
  const line = stripVTControlCharacters(text.slice(0, 4 * QUOTE))
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"']+/gi, (url) => redactUrl(url))
    .trim();
  if (line === '') return undefined;
  return line.length > QUOTE ? `${line.slice(0, QUOTE)}…` : line;
}
