import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Answers one request; `url` is without the API version. Doing nothing is an engine that has stalled. */
export type EngineScript = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) => void | Promise<void>;

export interface ScriptedEngine extends AsyncDisposable {
  /** `unix://…`. */
  readonly host: string;
  readonly socket: string;
  /** Method, path without the version, and query of what was asked, in order. */
  readonly asked: readonly string[];
  /** API versions in the paths of what was asked. */
  readonly versions: ReadonlySet<string>;
}

/** A Docker Engine on a socket of its own that says what a test wants; `GET /version` is answered for it. */
export async function startScriptedEngine(
  script: EngineScript,
  version: unknown = { ApiVersion: '1.51', MinAPIVersion: '1.24', Version: '28.5.2' },
): Promise<ScriptedEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'xbundle-engine-'));
  const socket = join(directory, 'docker.sock');
  const asked: string[] = [];
  const versions = new Set<string>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://engine');
    if (url.pathname === '/version') return void response.end(JSON.stringify(version));
    const [, apiVersion = '', path = url.pathname] = /^\/v([\d.]+)(\/.*)$/.exec(url.pathname) ?? [];
    url.pathname = path;
    asked.push(`${request.method ?? ''} ${path}${url.search}`);
    versions.add(apiVersion);
    void script(request, response, url);
  });
  await listen(server, socket);
  return {
    host: `unix://${socket}`,
    socket,
    asked,
    versions,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function listen(server: Server, socket: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(socket, resolve);
  });
}
