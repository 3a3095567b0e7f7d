import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { XbundleError } from '@xbundle/core';
import {
  RESPONSE_BYTES,
  routes,
  type ParsedRequestOf,
  type Pending,
  type ResponseOf,
  type RouteName,
} from '../contract.ts';
import { failedAnswer, HttpRefusal } from './error-status.ts';
import { findRoute } from './find-route.ts';
import type { Guard } from './guard.ts';
import { readBody } from './read-body.ts';
import type { SlowAnswers } from './slow-answers.ts';
import type { Call } from './slow-answers.ts';
import { SECURITY_HEADERS, serveFile } from './static-files.ts';

/** What the backend does, one function for each route. */
export type Handlers = {
  readonly [Name in RouteName]: (request: ParsedRequestOf<Name>, call: Call) => Promise<ResponseOf<Name>>;
};

export interface ServeOptions {
  readonly handlers: Handlers;
  readonly guard: Guard;
  /** The built page; absent: nothing but the API is served. */
  readonly files?: string | undefined;
  readonly slow: SlowAnswers;
}

/** Answers requests: guard, route, schema, handler, schema. Never rejects; a failure is an answer. */
export function requestListener(options: ServeOptions): RequestListener {
  return (request, response) => {
    void answer(request, response, options).catch((error: unknown) => {
      const { status, headers, body } = failedAnswer(error);
      if (response.headersSent) response.destroy();
      else send(response, { status, headers, body });
    });
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { handlers, guard, files, slow }: ServeOptions,
): Promise<void> {
  const url = parseUrl(request.url ?? '/');
  const isApi = url.pathname === '/api' || url.pathname.startsWith('/api/');
  guard(request, isApi);
  if (!isApi && files !== undefined) {
    if (request.method !== 'GET')
      throw new HttpRefusal(405, 'this path takes GET', { headers: { allow: 'GET' } });
    await serveFile(files, url.pathname, response);
    return;
  }
  const { name, params } = findRoute(request.method ?? 'GET', url.pathname);
  const parsed = parseRequest(name, { ...(await fieldsOf(request, url)), ...params });
  const isSlow = routes[name].slow === true;
  const outcome = await perform({ name, parsed, isSlow, slow }, handlers);
  const body = 'value' in outcome ? checked(name, outcome.value) : outcome;
  send(response, { status: 'value' in outcome ? 200 : 202, body });
}

function parseUrl(text: string): URL {
  const url = text.startsWith('/')
    ? URL.canParse(text, 'http://backend') && new URL(text, 'http://backend')
    : false;
  if (url === false) throw new HttpRefusal(400, 'the request has no path');
  return url;
}

async function fieldsOf(request: IncomingMessage, url: URL): Promise<Readonly<Record<string, unknown>>> {
  if (request.method === 'GET' || request.method === 'DELETE') {
    const names = [...new Set(url.searchParams.keys())];
    return Object.fromEntries(
      names.map((name) => {
        const values = url.searchParams.getAll(name);
        return [name, values.length === 1 ? values[0] : values];
      }),
    );
  }
  const body = await readBody(request);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new HttpRefusal(400, 'want a JSON object');
  return { ...body };
}

function parseRequest(name: RouteName, fields: Readonly<Record<string, unknown>>): unknown {
  const result = routes[name].request.safeParse(fields);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw new HttpRefusal(400, `asking for ${name}: ${where}${issue?.message ?? 'invalid'}`);
}

interface Asked {
  readonly name: RouteName;
  readonly parsed: unknown;
  readonly isSlow: boolean;
  readonly slow: SlowAnswers;
}

function perform(
  { name, parsed, isSlow, slow }: Asked,
  handlers: Handlers,
): Promise<{ readonly value: unknown } | Pending> {
  const handler = handlers[name] as (request: unknown, call: Call) => Promise<unknown>;
  const key = isSlow ? `${name} ${JSON.stringify(parsed)}` : undefined;
  if (key !== undefined) return slow.answer(key, (call) => handler(parsed, call));
  return handler(parsed, IMMEDIATE).then((value) => ({ value }));
}

/** What cannot be asked again has nobody to tell, and is not to be broken off half-way. */
const IMMEDIATE: Call = {
  signal: new AbortController().signal,
  tell: () => undefined,
  askTab: () => {
    throw new XbundleError('INTERNAL', 'this request cannot wait for the tab');
  },
};

/** An answer that is not what the contract says is a bug here, and told here. */
function checked(name: RouteName, value: unknown): unknown {
  const result = routes[name].response.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new XbundleError(
    'INTERNAL',
    `a bug in xbundle: the answer of ${name} is not as promised: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const text = Buffer.from(JSON.stringify(body));
  if (text.byteLength > 2 * RESPONSE_BYTES) {
    const message = `the answer has ${text.byteLength} bytes, more than a response may. Ask for less at once`;
    send(response, { status: 413, body: { error: { code: 'LIMIT_EXCEEDED', message } } });
    return;
  }
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': text.byteLength,
    'cache-control': 'no-store',
    ...SECURITY_HEADERS,
    ...headers,
  });
  response.end(text);
}
