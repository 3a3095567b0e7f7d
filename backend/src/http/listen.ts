import { chmod, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createConnection, type AddressInfo } from 'node:net';
import { onPath, systemCode, XbundleError } from '@xbundle/core';

export interface Listening {
  /** 0 for a socket in the file system. */
  readonly port: number;
  /** Takes no further requests and drops the connections. */
  close(): Promise<void>;
}

/**
 * Listens on a socket in the file system. One that a killed backend left behind is removed; LOCKED where another
 * backend answers on it.
 */
export async function listenOnSocket(path: string, listener: RequestListener): Promise<Listening> {
  if (await answers(path)) {
    throw new XbundleError('LOCKED', `listening on ${path}: another backend does. End it first`);
  }
  await onPath('removing', path, () => rm(path, { force: true }));
  const server = httpServer(listener);
  await listening(server, () => server.listen(path), path);
  // Docker Desktop connects as another user of the virtual machine.
  await onPath('opening', path, () => chmod(path, 0o666));
  return { port: 0, close: () => closed(server) };
}

/** Listens on the loopback address only; port 0 takes a free one. Throws LOCKED when the port is taken. */
export async function listenOnLoopback(
  port: number,
  listenerFor: (port: number) => RequestListener,
): Promise<Listening> {
  const server = httpServer();
  await listening(server, () => server.listen(port, '127.0.0.1'), `127.0.0.1:${port}`);
  const actual = (server.address() as AddressInfo).port;
  server.on('request', listenerFor(actual));
  return { port: actual, close: () => closed(server) };
}

function httpServer(listener?: RequestListener): Server {
  const options = { requestTimeout: 60_000, headersTimeout: 10_000, maxHeaderSize: 16_384 };
  return listener === undefined ? createServer(options) : createServer(options, listener);
}

function listening(server: Server, listen: () => void, where: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error) => {
      const taken = systemCode(error) === 'EADDRINUSE';
      reject(
        new XbundleError(taken ? 'LOCKED' : 'FILE_SYSTEM', `listening on ${where}: ${error.message}`, {
          cause: error,
        }),
      );
    });
    listen();
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(path);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => {
      resolve(false);
    });
  });
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
