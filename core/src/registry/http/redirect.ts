import { redactUrl, XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { isLinkLocal } from './addresses.ts';
import type { HttpRequest, HttpResponse, Send } from './http.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a GET or HEAD and follows its redirects, at most `LIMITS.redirects`. `authorization` goes with the
 * request and with redirects on the very same origin, and nowhere after the first hop away. Throws
 * REMOTE_INVALID for a redirect that must not be followed. Other methods are sent as they are.
 */
export async function sendFollowing(
  request: HttpRequest,
  authorization: string | undefined,
  send: Send,
): Promise<HttpResponse> {
  let { url } = request;
  let isHome = true;
  for (let hops = 0; ; hops++) {
    const credentials = isHome && authorization !== undefined ? { authorization } : {};
    const response = await send({ ...request, url, headers: { ...request.headers, ...credentials } });
    if (!isRedirect(request, response)) return response;
    response.discard();
    if (hops === LIMITS.redirects) {
      throw refused(request, `${request.url.host} redirects more than ${LIMITS.redirects} times`);
    }
    url = resolveLocation(response, request);
    isHome &&= url.origin === request.url.origin;
  }
}

function isRedirect({ method }: HttpRequest, { status, headers }: HttpResponse): boolean {
  return (method === 'GET' || method === 'HEAD') && REDIRECTS.has(status) && headers.has('location');
}

/**
 * Where a `Location` header points, from where it was given. Throws REMOTE_INVALID for what is no URL, leaves
 * TLS, holds user-info or points to a link-local address (a cloud's metadata service).
 */
export function resolveLocation({ headers, url }: HttpResponse, request: Pick<HttpRequest, 'what'>): URL {
  const location = headers.get('location') ?? '';
  if (location === '' || !URL.canParse(location, url.href)) {
    throw refused(request, `${redactUrl(url)} gave a Location that is no URL`);
  }
  const target = new URL(location, url);
  const reason = refusal(target, url);
  if (reason !== undefined) {
    throw refused(request, `refusing to go from ${redactUrl(url)} to ${redactUrl(target)}: ${reason}`);
  }
  return target;
}

function refusal(target: URL, from: URL): string | undefined {
  if (target.protocol !== 'https:' && target.protocol !== 'http:') return 'its scheme is not https';
  if (target.protocol === 'http:' && from.protocol === 'https:') return 'that leaves TLS';
  if (target.username !== '' || target.password !== '') return 'it holds user-info';
  if (isLinkLocal(target) && target.host !== from.host) return 'it is a link-local address';
  return undefined;
}

function refused({ what }: Pick<HttpRequest, 'what'>, reason: string): XbundleError {
  return new XbundleError('REMOTE_INVALID', `${what}: ${reason}`);
}
