import type { Readable } from 'node:stream';
import type { Dispatcher, Pool } from 'undici';
import type { z } from 'zod';
import { collect, type Bytes, type CallOptions } from '../content/index.ts';
import { interrupted, isXbundleError, throwIfAborted, XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { parseWith } from '../model/index.ts';
import { connectionPool } from './connector.ts';
import { negotiateApiVersion, versionSchema, type ApiVersion } from './api-version.ts';
import type { EngineEndpoint } from './endpoint.ts';
import { connectionFailure, engineRefusal } from './engine-errors.ts';

/** One question to the engine. */
export interface EngineRequest {
  /** As in "asking for image app:v1"; starts every message. */
  readonly operation: string;
  /** Without the version: `/images/get`. */
  readonly path: string;
  /** A list gives one parameter for each item. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** Of what changes something; default: GET. */
  readonly method?: 'POST' | 'DELETE';
  /** A document to send. */
  readonly json?: unknown;
}

/** A body whose length is known before its first byte. */
export interface EngineUpload {
  readonly content: Bytes;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: string;
}

/**
 * Speaks the Engine API of one engine, in the newest version both sides know. All calls throw UNREACHABLE when
 * no engine answers or the connection breaks, UNAUTHORIZED without permission, TIMEOUT for a stalled engine,
 * and REFUSED, NOT_FOUND or DISK_FULL with the engine's own message.
 */
export interface EngineClient {
  readonly endpoint: EngineEndpoint;
  /** The version in use; asked once. */
  apiVersion(options?: CallOptions): Promise<ApiVersion>;
  /**
   * A document, checked against the schema (REMOTE_INVALID); at most `LIMITS.documentBytes`. An answer without
   * content is undefined to the schema.
   */
  ask<T>(request: EngineRequest, schema: z.ZodType<T>, options?: CallOptions): Promise<T>;
  /** As `ask`, but undefined when the engine has no such thing. */
  find<T>(request: EngineRequest, schema: z.ZodType<T>, options?: CallOptions): Promise<T | undefined>;
  /** The answer's bytes; asked for when iterated. */
  download(request: EngineRequest, options?: CallOptions): Bytes;
  /** Sends a body and gives the answer's bytes, both at the engine's pace. A failing body cuts the connection. */
  upload(request: EngineRequest & { readonly body: EngineUpload }, options?: CallOptions): Bytes;
  /** Drops all connections. A client in use by nobody keeps no process alive. */
  close(): Promise<void>;
}

/** Opens no connection: the first call does. */
export function createEngineClient(endpoint: EngineEndpoint): EngineClient {
  return new HttpEngineClient(endpoint);
}

interface Call extends CallOptions {
  readonly silenceMs: number;
  readonly body?: EngineUpload;
}

class HttpEngineClient implements EngineClient {
  readonly endpoint: EngineEndpoint;
  readonly #pool: Pool;
  #version: ApiVersion | undefined;

  constructor(endpoint: EngineEndpoint) {
    this.endpoint = endpoint;
    this.#pool = connectionPool(endpoint);
  }

  async apiVersion(options: CallOptions = {}): Promise<ApiVersion> {
    if (this.#version !== undefined) return this.#version;
    const request = { operation: "asking for the engine's version", path: '/version' };
    const response = await this.#send(request, { ...quick, ...options });
    const bytes = await this.#answer(request, response, options);
    this.#version = negotiateApiVersion(this.#parse(request, versionSchema, bytes), this.endpoint);
    return this.#version;
  }

  async ask<T>(request: EngineRequest, schema: z.ZodType<T>, options: CallOptions = {}): Promise<T> {
    const response = await this.#sendVersioned(request, { ...quick, ...options });
    return this.#parse(request, schema, await this.#answer(request, response, options));
  }

  async find<T>(
    request: EngineRequest,
    schema: z.ZodType<T>,
    options: CallOptions = {},
  ): Promise<T | undefined> {
    try {
      return await this.ask(request, schema, options);
    } catch (error) {
      if (isXbundleError(error, 'NOT_FOUND')) return undefined;
      throw error;
    }
  }

  download(request: EngineRequest, options: CallOptions = {}): Bytes {
    return this.#stream(request, { silenceMs: LIMITS.engineSilenceMs, ...options });
  }

  upload(request: EngineRequest & { readonly body: EngineUpload }, options: CallOptions = {}): Bytes {
    const { body, ...upload } = request;
    return this.#stream(
      { method: 'POST', ...upload },
      { silenceMs: LIMITS.engineSilenceMs, body, ...options },
    );
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async *#stream(request: EngineRequest, call: Call): AsyncGenerator<Uint8Array, void, undefined> {
    const { body } = await this.#sendVersioned(request, call);
    yield* this.#read(request, body, call);
  }

  async #sendVersioned(request: EngineRequest, call: Call): Promise<Dispatcher.ResponseData> {
    const version = await this.apiVersion({ signal: call.signal });
    return this.#send({ ...request, path: `/v${version}${request.path}` }, call);
  }

  async #send(request: EngineRequest, call: Call): Promise<Dispatcher.ResponseData> {
    const response = await this.#exchange(request, call);
    if (response.statusCode >= 200 && response.statusCode < 300) return response;
    throw await this.#refusal(request, response, call);
  }

  /** The signal is raced here because undici, while it still connects, waits for the connection instead. */
  async #exchange(request: EngineRequest, call: Call): Promise<Dispatcher.ResponseData> {
    const { signal, silenceMs, body } = call;
    throwIfAborted(signal);
    const { transport } = this.endpoint;
    const path = `${transport.kind === 'tcp' ? transport.basePath : ''}${request.path}${queryText(request)}`;
    let bodyFailure: unknown;
    const content = body === undefined ? undefined : noted(body.content, (error) => (bodyFailure = error));
    try {
      const sent = this.#pool.request({
        method: request.method ?? 'GET',
        path,
        headersTimeout: silenceMs,
        bodyTimeout: silenceMs,
        signal: signal ?? null,
        ...(body !== undefined && {
          body: content as unknown as Readable,
          headers: { 'content-type': body.mediaType, 'content-length': String(body.size) },
        }),
        ...(request.json !== undefined && {
          body: JSON.stringify(request.json),
          headers: { 'content-type': 'application/json' },
        }),
      });
      return await unlessAborted(sent, signal);
    } catch (error) {
      throw this.#failure(request, bodyFailure ?? error, signal);
    }
  }

  async *#read(
    request: EngineRequest,
    body: AsyncIterable<Uint8Array>,
    { signal }: CallOptions,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of body) yield chunk;
    } catch (error) {
      throw this.#failure(request, error, signal);
    }
  }

  #failure(request: EngineRequest, error: unknown, signal: AbortSignal | undefined): XbundleError {
    if (signal?.aborted) return interrupted(signal);
    return connectionFailure({ operation: request.operation, endpoint: this.endpoint }, error);
  }

  async #answer(
    request: EngineRequest,
    response: Dispatcher.ResponseData,
    options: CallOptions,
  ): Promise<Uint8Array> {
    const what = `the answer of ${this.endpoint.label}`;
    return collect(this.#read(request, response.body, options), LIMITS.documentBytes, what);
  }

  async #refusal(
    request: EngineRequest,
    response: Dispatcher.ResponseData,
    options: CallOptions,
  ): Promise<XbundleError> {
    const text = Buffer.from(await this.#answer(request, response, options)).toString('utf8');
    const message = engineMessage(text);
    const about = { operation: request.operation, endpoint: this.endpoint };
    return engineRefusal(about, { status: response.statusCode, message: message ?? text });
  }

  #parse<T>(request: EngineRequest, schema: z.ZodType<T>, bytes: Uint8Array): T {
    const what = `the answer of the engine ${this.endpoint.label} (${request.operation})`;
    let value: unknown;
    try {
      value = bytes.byteLength === 0 ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'));
    } catch (cause) {
      throw new XbundleError('REMOTE_INVALID', `reading ${what}: it is not JSON`, { cause });
    }
    return parseWith(schema, value, { what, code: 'REMOTE_INVALID' });
  }
}

const quick = { silenceMs: LIMITS.noProgressMs } as const;

function queryText({ query = {} }: EngineRequest): string {
  const parameters = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      (typeof value === 'string' ? [value] : value).map((item): [string, string] => [name, item]),
    ),
  );
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

/** The `message` of an error answer. */
function engineMessage(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('message' in value)) return undefined;
    return typeof value.message === 'string' ? value.message : undefined;
  } catch {
    return undefined;
  }
}

/** Tells of a failure of the content itself, which undici would report as a broken connection. */
async function* noted(content: Bytes, onFailure: (error: unknown) => void): AsyncGenerator<Uint8Array> {
  try {
    yield* content;
  } catch (error) {
    onFailure(error);
    throw error;
  }
}

/** Settles when `work` does or, at once, when the signal fires; a late result of `work` is dropped. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = (): void => {
      reject(interrupted(signal));
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
    work.catch(() => undefined);
  }
}
