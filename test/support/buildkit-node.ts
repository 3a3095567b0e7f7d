import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { NodeCertificates } from './node-certificates.ts';

/** An engine's own BuildKit, where buildx's `remote` driver reaches it. */
export interface BuildkitNode {
  /** `tcp://ADDRESS:PORT`. */
  readonly endpoint: string;
  readonly socketPath: string;
  /** Cuts every connection and refuses further ones: what a node that dies looks like. */
  close(): Promise<void>;
}

export interface NodeOptions {
  readonly address?: string;
  readonly tls?: NodeCertificates['server'];
}

const UPGRADE =
  'POST /grpc HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n';
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const LONGEST_HEAD = 16_384;

/**
 * Makes the BuildKit inside a Docker Engine a node for `buildx create --driver remote`: a TCP proxy that asks the
 * engine for `POST /grpc` with an upgrade to h2c, waits for its 101, and then hands bytes to and fro. The engine
 * must have the containerd store: a classic one exports neither images nor OCI archives. Containers reach the node
 * where `address` is that of their bridge; with `tls` it takes only those whom its authority knows.
 */
export async function startBuildkitNode(
  engine: { readonly socket: string },
  { address = '127.0.0.1', tls }: NodeOptions = {},
): Promise<BuildkitNode> {
  const open = new Set<Socket>();
  const take = (client: Socket): void => {
    const backend = createConnection(engine.socket);
    for (const socket of [client, backend]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    }
    join(client, backend);
  };
  const server =
    tls === undefined
      ? createServer({ pauseOnConnect: true }, take)
      : createTlsServer({ ...tls, requestCert: true, ALPNProtocols: ['h2'] }, take);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, resolve);
  });
  return {
    endpoint: `tcp://${address}:${(server.address() as AddressInfo).port}`,
    socketPath: engine.socket,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of open) socket.destroy();
      }),
  };
}

function join(client: Socket, backend: Socket): void {
  for (const [socket, other] of [
    [client, backend],
    [backend, client],
  ] as const) {
    // A reset by either side ends both; nobody is left to tell.
    socket.on('error', () => other.destroy());
    socket.on('close', () => other.destroy());
  }
  let head = Buffer.alloc(0);
  const readHead = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(END_OF_HEAD);
    if (end === -1 && head.byteLength < LONGEST_HEAD) return;
    backend.off('data', readHead);
    if (!head.toString('latin1').startsWith('HTTP/1.1 101')) {
      backend.destroy();
      return;
    }
    backend.pause();
    backend.unshift(head.subarray(end + END_OF_HEAD.byteLength));
    client.pipe(backend);
    backend.pipe(client);
  };
  backend.on('data', readHead);
  backend.write(UPGRADE);
}
