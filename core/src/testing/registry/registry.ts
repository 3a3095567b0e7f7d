import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { LIMITS } from '../../limits.ts';
import { collect } from '../../content/index.ts';
import { Authority, type RegistryAuth } from './registry-auth.ts';
import { distort, replyInstead } from './registry-fault-actions.ts';
import { Faults, type Fault, type FaultRule } from './registry-faults.ts';
import { getBlob, getManifest, listRepositories, listTags } from './registry-pull.ts';
import { putManifest, Uploads } from './registry-push.ts';
import { errorReply, reply, send, type Reply } from './registry-reply.ts';
import { readRequest, type RegistryRequest, type RequestKind } from './registry-request.ts';
import { RegistryStore, type TestRepository } from './registry-store.ts';
import type { TestContent } from '../images/random-image.ts';

export interface RegistryOptions {
  /** A free one when absent. */
  readonly port?: number;
  /** What to listen on: `127.0.0.1` when absent. */
  readonly address?: string;
  readonly auth?: RegistryAuth;
  /** Serves HTTPS with this key and certificate, in PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly faults?: readonly FaultRule[];
  /** False drops the bytes of large blobs once hashed, so that 10 GiB can be pushed; true when absent. */
  readonly keepUploads?: boolean;
}

/** A request that came in. */
export interface LoggedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly kind: RequestKind;
  readonly repository: string;
  /** Of the answer; 0 until there is one, and for none at all. */
  readonly status: number;
  /** Bytes of the answer's body that were sent. */
  readonly sent: number;
}

/** A running registry. Its state is open to tests: read it, and change it to set up a case. */
export interface TestRegistry {
  /** `127.0.0.1:PORT`, as it stands in image names. */
  readonly host: string;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly store: RegistryStore;
  /** Everything asked so far, in order. */
  readonly requests: readonly LoggedRequest[];
  /** Stores an image or index under `name`, without HTTP. Without a tag it can be had by digest only. */
  push(name: string, tag: string | undefined, content: TestContent): void;
  /** The repository of that name, made when it is not there. */
  repository(name: string): TestRepository;
  /** Makes something go wrong from now on. */
  fault(rule: FaultRule): Fault;
  clearFaults(): void;
  clearRequests(): void;
  /** Ends every connection, also those that stall. */
  close(): Promise<void>;
}

/**
 * Starts a registry in this process: the pull and push parts of the OCI distribution spec 1.1, strictly, with
 * everything in memory.
 */
export async function startRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const server = options.tls === undefined ? createServer() : createTlsServer(options.tls);
  server.requestTimeout = 0;
  server.listen(options.port ?? 0, options.address ?? '127.0.0.1');
  await once(server, 'listening');
  const { address, family, port } = server.address() as AddressInfo;
  const host = `${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  const origin = `${options.tls === undefined ? 'http' : 'https'}://${host}`;
  const handler = new Handler(origin, options);
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    void handler.handle(message, response);
  });
  return {
    host,
    origin,
    store: handler.store,
    requests: handler.requests,
    push: (name, tag, content) => {
      handler.store.add(name, tag, content);
    },
    repository: (name) => handler.store.repository(name),
    fault: (rule) => handler.faults.add(rule),
    clearFaults: () => {
      handler.faults.clear();
    },
    clearRequests: () => {
      handler.requests.length = 0;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

type MutableLog = { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] };

class Handler {
  readonly store: RegistryStore = new RegistryStore();
  readonly faults: Faults = new Faults();
  readonly requests: LoggedRequest[] = [];
  readonly #origin: string;
  readonly #authority: Authority;
  readonly #uploads: Uploads;

  constructor(origin: string, options: RegistryOptions) {
    this.#origin = origin;
    this.#authority = new Authority(options.auth, origin);
    this.#uploads = new Uploads(this.store, options.keepUploads ?? true);
    for (const rule of options.faults ?? []) this.faults.add(rule);
  }

  /** Answers one request. Never rejects: what goes wrong here is a 500 or, once the answer has begun, a RST. */
  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = readRequest(message, this.#origin, this.store);
    const log = this.#log(request);
    try {
      const answer = await this.#answer(request);
      log.status = answer.status;
      log.sent = await send(response, answer, request.method === 'HEAD');
      message.resume();
    } catch (error) {
      if (response.headersSent || message.destroyed) response.destroy();
      else response.writeHead(500).end(String(error));
    }
  }

  #log({ method, url, headers, kind, repository }: RegistryRequest): MutableLog {
    const log = { method, path: url.pathname + url.search, headers, kind, repository, status: 0, sent: 0 };
    this.requests.push(log);
    return log;
  }

  async #answer(request: RegistryRequest): Promise<Reply> {
    if (this.faults.take('before', request) !== undefined) this.#authority.expireTokens();
    const challenge = this.#authority.challenge(request);
    if (challenge !== undefined) return challenge;
    const action = this.faults.take('instead', request);
    if (action?.type === 'ignore-range') delete request.headers.range;
    const instead = action === undefined ? undefined : await replyInstead(action, request);
    if (instead !== undefined) return instead;
    const answer = await this.#work(request);
    const distortion = answer.status < 300 ? this.faults.take('answer', request) : undefined;
    return distortion === undefined ? answer : distort(distortion, answer);
  }

  async #work(request: RegistryRequest): Promise<Reply> {
    switch (request.kind) {
      case 'token':
        return this.#authority.token(request, await readForm(request));
      case 'ping':
        return reply(200, { 'docker-distribution-api-version': 'registry/2.0' }, '{}');
      case 'catalog':
        return listRepositories(request, this.store);
      case 'other':
        return errorReply(404, { code: 'UNSUPPORTED', message: 'no such endpoint' });
      default:
        break;
    }
    if (!NAME.test(request.repository)) {
      return errorReply(400, { code: 'NAME_INVALID', message: 'invalid repository name' });
    }
    if (request.kind === 'upload') return this.#uploads.handle(request);
    if (request.kind === 'manifest' && request.method === 'PUT') return putManifest(request, this.store);
    return read(request, this.store);
  }
}

function read(request: RegistryRequest, store: RegistryStore): Reply {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return errorReply(405, { code: 'UNSUPPORTED', message: `no ${request.method} here` });
  }
  if (request.kind === 'tags') return listTags(request, store);
  return request.kind === 'manifest' ? getManifest(request, store) : getBlob(request, store);
}

async function readForm({ method, message }: RegistryRequest): Promise<URLSearchParams> {
  if (method !== 'POST') return new URLSearchParams();
  const body = await collect(message as AsyncIterable<Uint8Array>, LIMITS.responseBytes, 'the form');
  return new URLSearchParams(Buffer.from(body).toString());
}
