import type { z } from 'zod';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One operation of the backend. What `path` names with a colon is taken out of the request. */
export interface Route<Request extends z.ZodType = z.ZodType, Response extends z.ZodType = z.ZodType> {
  readonly method: Method;
  /** `/api/jobs/:id`. */
  readonly path: string;
  /** Path parameters, with the query of a GET or the body of anything else, as one object. */
  readonly request: Request;
  readonly response: Response;
  /** May answer 202 with `pendingSchema`; such a request changes nothing and can be repeated. */
  readonly slow?: boolean;
}

export function route<Request extends z.ZodType, Response extends z.ZodType>(
  given: Route<Request, Response>,
): Route<Request, Response> {
  return given;
}

export interface EncodedRequest {
  readonly method: Method;
  /** With its query. */
  readonly path: string;
  /** JSON; absent for GET and DELETE. */
  readonly body?: string;
}

/** A request as it goes over HTTP; what both of the UI's transports send. Throws zod's error for a bad one. */
export function encodeRequest({ method, path, request }: Route, value: unknown): EncodedRequest {
  request.parse(value);
  const fields = new Map(Object.entries(value as Readonly<Record<string, unknown>>));
  const filled = path.replace(/:([a-zA-Z]+)/g, (_, name: string) => {
    const given = fields.get(name);
    fields.delete(name);
    return encodeURIComponent(toText(given));
  });
  if (method === 'POST' || method === 'PUT')
    return { method, path: filled, body: JSON.stringify(Object.fromEntries(fields)) };
  const query = new URLSearchParams();
  for (const [name, given] of fields) {
    for (const item of Array.isArray(given) ? (given as readonly unknown[]) : [given])
      if (item !== undefined) query.append(name, toText(item));
  }
  return { method, path: query.size === 0 ? filled : `${filled}?${query.toString()}` };
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The parameters of a path that the route's own matches; undefined when it does not. */
export function matchPath({ path }: Pick<Route, 'path'>, actual: string): Record<string, string> | undefined {
  const [wanted, given] = [path.split('/'), actual.split('/')];
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const text = given[at] ?? '';
    if (!part.startsWith(':')) {
      if (part !== text) return undefined;
      continue;
    }
    const decoded = decode(text);
    if (decoded === undefined || decoded === '') return undefined;
    params[part.slice(1)] = decoded;
  }
  return params;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
