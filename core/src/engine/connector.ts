import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { buildConnector, Pool } from 'undici';
import { LIMITS } from '../limits.ts';
import { dialStdio } from './dial-stdio.ts';
import type { EngineEndpoint } from './endpoint.ts';
import { readTlsFiles, type TlsFiles } from './tls-files.ts';

/** Requests at once: one long transfer and the questions beside it. */
const CONNECTIONS = 4;

/** A pool of connections to the engine; none is opened before the first request. */
export function connectionPool({ transport }: EngineEndpoint): Pool {
  const options = { connections: CONNECTIONS, pipelining: 1, maxHeaderSize: 65_536 };
  switch (transport.kind) {
    case 'socket':
      return new Pool('http://localhost', {
        ...options,
        connect: { socketPath: transport.path, timeout: LIMITS.connectTimeoutMs },
      });
    case 'tcp':
      return new Pool(transport.origin, {
        ...options,
        connect:
          transport.tls === undefined ? { timeout: LIMITS.connectTimeoutMs } : tlsConnector(transport.tls),
      });
    case 'ssh':
      return new Pool('http://docker', {
        ...options,
        // One process for each connection is dear, and each asks ssh's agent.
        connections: 2,
        connect: (_options, callback) => {
          const connection = asSocket(dialStdio(transport.url));
          // undici does not go on after a callback that comes before its call returns.
          queueMicrotask(() => {
            callback(null, connection);
          });
        },
      });
  }
}

/** The certificates are read when the first connection is made, once. */
function tlsConnector(files: TlsFiles): buildConnector.connector {
  let ready: Promise<buildConnector.connector> | undefined;
  return (options, callback) => {
    ready ??= readTlsFiles(files).then((tls) => buildConnector({ ...tls, timeout: LIMITS.connectTimeoutMs }));
    ready.then(
      (connect) => {
        connect(options, callback);
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)), null);
      },
    );
  };
}

/** undici reads and writes its connection as a stream; of a socket's own methods it needs `ref` and `unref` only. */
function asSocket(connection: Duplex): Socket {
  const stream: unknown = connection;
  return stream as Socket;
}
