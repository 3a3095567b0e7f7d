import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { createEngineClient, parseEndpoint } from '../../../engine/index.ts';
import { serviceProbe } from './service-probe.ts';

const client = createEngineClient(parseEndpoint('unix:///no/engine', { chosenBy: 'test' }));
const isReady = serviceProbe({ engine: () => Promise.resolve(client), builder: 'none', env: {} });

async function ask(server: Server, path?: string, signal = new AbortController().signal): Promise<boolean> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: published } = server.address() as AddressInfo;
  const serve = { port: 1, name: 'hub', environment: {}, ...(path !== undefined && { path }) };
  try {
    return await isReady(serve, { address: '', published }, signal);
  } finally {
    server.close();
  }
}

it.each([
  [200, true],
  [302, true],
  [404, false],
  [503, false],
])('a path that answers with %i is ready: %s', async (status, ready) => {
  const server = createServer((_request, response) => response.writeHead(status, { location: '/' }).end());
  expect(await ask(server, '/packages')).toBe(ready);
});

it.each<[string, (socket: Socket) => void, boolean]>([
  ['says nothing', () => undefined, true],
  ['greets', (socket) => void socket.write('220 ready\r\n'), true],
  ['closes at once, as a proxy before nobody does', (socket) => void socket.end(), false],
])('a port that takes a connection and %s', async (_title, take, ready) => {
  const open = new Set<Socket>();
  const server = createTcpServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    take(socket);
  });
  expect(await ask(server)).toBe(ready);
  for (const socket of open) socket.destroy();
});

it('a port where nobody listens is not ready', async () => {
  const serve = { port: 1, name: 'hub', environment: {} };
  const { signal } = new AbortController();
  expect(await isReady(serve, { address: '127.0.0.1', published: undefined }, signal)).toBe(false);
});

it('an abort ends the question with its reason', async () => {
  const abort = new AbortController();
  const server = createServer(() => {
    abort.abort(new Error('enough'));
  });
  await expect(ask(server, '/', abort.signal)).rejects.toThrow('enough');
});
