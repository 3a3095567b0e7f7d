import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TOKEN_HEADER } from '../contract.ts';
import { HttpRefusal } from './error-status.ts';

/** Refuses a request for who sends it. `isApi` is false for the files of the page, which hold nothing secret. */
export type Guard = (request: IncomingMessage, isApi: boolean) => void;

/** A socket in the file system is guarded by its permissions. */
export const openGuard: Guard = () => undefined;

export interface LoopbackGuardOptions {
  readonly port: number;
  readonly token: string;
}

/**
 * For a port of this machine, which every page in every browser here can send requests to. `Host` must name the
 * loopback address, so that no name which an attacker points there is served (DNS rebinding); `Origin` must be our
 * own; the token, which only our page has, comes in a header that no other page can set without being asked.
 * Throws 403 for the first two, 401 for the token, 415 for a body that is not declared as JSON.
 */
export function loopbackGuard({ port, token }: LoopbackGuardOptions): Guard {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const origins = hosts.map((host) => `http://${host}`);
  return (request, isApi) => {
    const { host = '', origin = origins[0] ?? '' } = request.headers;
    if (!hosts.includes(host)) throw forbidden('its Host header names another host');
    if (!origins.includes(origin)) throw forbidden('it comes from another origin');
    if (isApi) checkApi(request, token);
  };
}

function checkApi({ headers, method }: IncomingMessage, token: string): void {
  if (!OWN_SITES.has(headers['sec-fetch-site'])) throw forbidden('it comes from another site');
  if (!isSame(token, headers[TOKEN_HEADER])) {
    throw new HttpRefusal(401, 'the token is missing or wrong: open the address that "xbundle ui" printed', {
      code: 'UNAUTHORIZED',
    });
  }
  if (method === 'POST' || method === 'PUT') refuseOtherType(headers['content-type']);
}

/** `none`: typed by the user; absent in programs that are no browser. */
const OWN_SITES: ReadonlySet<unknown> = new Set([undefined, 'same-origin', 'none']);

function refuseOtherType(type: string | undefined): void {
  if (type === undefined || !/^application\/json\s*(?:;|$)/i.test(type))
    throw new HttpRefusal(415, 'want a body of application/json');
}

function forbidden(reason: string): HttpRefusal {
  return new HttpRefusal(403, `the request is refused: ${reason}`, { code: 'POLICY' });
}

/** Compared as hashes: equal lengths, and the time tells nothing. */
function isSame(token: string, given: string | readonly string[] | undefined): boolean {
  return typeof given === 'string' && timingSafeEqual(hash(token), hash(given));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
