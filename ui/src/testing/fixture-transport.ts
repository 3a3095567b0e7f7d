import {
  matchPath,
  routes,
  type EncodedRequest,
  type ParsedRequestOf,
  type ResponseOf,
  type RouteName,
} from '@xbundle/backend/contract';
import { BackendError } from '../client/backend-error.ts';
import type { Answer, Transport } from '../client/transport.ts';

/** What a made-up backend answers; a route that is missing is an error that names it. */
export type Handlers = {
  readonly [Name in RouteName]?: (
    request: ParsedRequestOf<Name>,
  ) => ResponseOf<Name> | Promise<ResponseOf<Name>>;
};

/** A backend of the test's own, behind the real encoding and the real checks of the contract. */
export function createFixtureTransport(handlers: Handlers): Transport {
  return {
    async send(request): Promise<Answer> {
      const { name, fields } = routeOf(request);
      const handler = handlers[name] as ((request: unknown) => unknown) | undefined;
      if (handler === undefined) throw new Error(`this fixture has no answer to ${name}`);
      try {
        return { status: 200, body: JSON.parse(JSON.stringify(await handler(fields))) as unknown };
      } catch (error) {
        if (!(error instanceof BackendError)) throw error;
        return { status: 400, body: { error: { code: error.code, message: error.message } } };
      }
    },
  };
}

function routeOf({ method, path, body }: EncodedRequest): {
  readonly name: RouteName;
  readonly fields: unknown;
} {
  const url = new URL(path, 'http://fixture');
  for (const [name, route] of Object.entries(routes)) {
    const params = route.method === method ? matchPath(route, url.pathname) : undefined;
    if (params === undefined) continue;
    const given = body === undefined ? queryOf(url) : (JSON.parse(body) as object);
    return { name: name as RouteName, fields: route.request.parse({ ...given, ...params }) };
  }
  throw new Error(`no route for ${method} ${path}`);
}

function queryOf({ searchParams }: URL): Record<string, string | string[]> {
  const names = [...new Set(searchParams.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const all = searchParams.getAll(name);
      return [name, all.length === 1 ? (all[0] ?? '') : all];
    }),
  );
}
