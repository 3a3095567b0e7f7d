import { matchPath, routes, type Method, type RouteName } from '../contract.ts';
import { HttpRefusal } from './error-status.ts';

export interface FoundRoute {
  readonly name: RouteName;
  readonly params: Readonly<Record<string, string>>;
}

const NAMES = Object.keys(routes) as readonly RouteName[];

/** The route of a request. Throws 404 for a path of none, 405 for one that is not asked so. */
export function findRoute(method: string, path: string): FoundRoute {
  const matching = NAMES.flatMap((name) => {
    const params = matchPath(routes[name], path);
    return params === undefined ? [] : [{ name, params }];
  });
  const exact = matching.filter(({ name }) => routes[name].method === method);
  // A path without parameters goes before one with: `/api/jobs/:id/log/search` is no line number.
  const best = exact.toSorted((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)[0];
  if (best !== undefined) return best;
  if (matching.length === 0)
    throw new HttpRefusal(404, 'there is nothing at this path', { code: 'NOT_FOUND' });
  const allow = [...new Set<Method>(matching.map(({ name }) => routes[name].method))].join(', ');
  throw new HttpRefusal(405, `this path takes ${allow}`, { headers: { allow } });
}
