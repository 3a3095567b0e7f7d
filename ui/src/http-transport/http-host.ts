import { createBackendClient } from '../client/create-client.ts';
import type { Host } from '../host/host.ts';
import { createHttpTransport } from './http-transport.ts';
import { takeToken } from './token.ts';

/** The page of `xbundle ui`. */
export function createHttpHost(page: Window): Host {
  const token = takeToken(page.location, page.history, page.sessionStorage);
  const transport = createHttpTransport(token, page.fetch.bind(page));
  return {
    client: createBackendClient(transport),
    themes: undefined,
    openExternal(url) {
      page.open(url, '_blank', 'noopener,noreferrer');
    },
  };
}
