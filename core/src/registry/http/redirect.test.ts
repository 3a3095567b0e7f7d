import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../../content/index.ts';
import type { ErrorCode } from '../../errors.ts';
import type { RegistryAuth } from '../../testing/index.ts';
import { LayerRegistry } from '../../testing/registry/layer-registry.ts';
import type { RegistrySource } from '../index.ts';
import type { Credentials, RegistryOptions } from '../index.ts';

const LOGIN = { username: 'ann', password: 'pass:wörd' };
const CREDENTIALS: Credentials = { kind: 'password', ...LOGIN };
const SIZE = 1_300_000;

let server: LayerRegistry;
let other: RecordingServer;
const open: { close(): Promise<unknown> }[] = [];

beforeEach(async () => {
  other = await startRecording();
  open.push(other);
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function start(auth: RegistryAuth | undefined): Promise<void> {
  server = await LayerRegistry.start({ layerBytes: SIZE, auth });
  open.push(server);
}

function withLogin(options: RegistryOptions = {}): RegistrySource {
  return server.source({ credentials: () => Promise.resolve(CREDENTIALS), ...options });
}

async function expectCode(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  await expect(promise).rejects.toMatchObject({ name: 'XbundleError', code });
}

interface RecordingServer {
  readonly host: string;
  readonly origin: string;
  readonly headers: IncomingHttpHeaders[];
  close(): Promise<void>;
}

/** Another host: answers everything with the server.layer, and remembers what it was sent. */
async function startRecording(status = 200): Promise<RecordingServer> {
  const headers: IncomingHttpHeaders[] = [];
  const server: Server = createServer((request, response) => {
    headers.push(request.headers);
    request.resume();
    response.writeHead(status, { 'www-authenticate': 'Basic realm="give"' }).end(Buffer.alloc(3));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    origin: `http://${host}`,
    headers,
    close: () =>
      new Promise(
        (resolve) => (
          server.closeAllConnections(),
          server.close(() => {
            resolve();
          })
        ),
      ),
  };
}

describe('a realm', () => {
  it('on the host and port of the registry works, also on a private address', async () => {
    await start({ kind: 'bearer', ...LOGIN });
    expect(server.registry.host).toMatch(/^127\./);
    await server.readAll(withLogin());
  });

  it('on another host gets nothing at all', async () => {
    await start({ kind: 'bearer', ...LOGIN, realm: `${other.origin}/token` });
    await expectCode(withLogin().resolve(server.name()), 'UNAUTHORIZED');
    expect(other.headers).toEqual([]);
  });

  it('on another host that the user trusts is asked', async () => {
    await start({ kind: 'bearer', ...LOGIN, realm: `${other.origin}/token` });
    const source = withLogin({ trustRealms: [other.host] });
    await expectCode(source.resolve(server.name()), 'REMOTE_INVALID');
    expect(other.headers[0]?.authorization).toMatch(/^Basic /);
  });
});

describe('a redirect', () => {
  it.each<[auth: RegistryAuth]>([[{ kind: 'basic', ...LOGIN }], [{ kind: 'bearer', ...LOGIN }]])(
    'to another host takes no credentials with it: %j',
    async (auth) => {
      await start(auth);
      server.fault({ type: 'redirect', to: `${other.origin}/signed?key=secret` }, { kind: 'blob' });
      const blobs = withLogin().content(server.name());
      await collect(blobs.readFrom(server.layer, 0), SIZE, 'layer').catch(() => undefined);
      expect(other.headers).toHaveLength(1);
      expect(other.headers[0]).not.toHaveProperty('authorization');
      expect(other.headers[0]).not.toHaveProperty('cookie');
    },
  );

  it('on the same origin keeps them', async () => {
    await start({ kind: 'basic', ...LOGIN });
    server.fault({ type: 'redirect', to: `{url}?again` }, { kind: 'manifest' });
    expect(await withLogin().resolve(server.name())).toEqual(server.image.manifest);
  });

  it('does not get them back by leading home again', async () => {
    await start({ kind: 'basic', ...LOGIN });
    const bounce = createServer((_request, response) => {
      response
        .writeHead(307, { location: `${server.registry.origin}/v2/team/app/blobs/${server.layer.digest}` })
        .end();
    });
    await new Promise<void>((resolve) => bounce.listen(0, '127.0.0.1', resolve));
    const away = `http://127.0.0.1:${(bounce.address() as AddressInfo).port}/`;
    server.fault({ type: 'redirect', to: away }, { kind: 'blob' });
    const blobs = withLogin().content(server.name());
    await collect(blobs.read(server.layer), SIZE, 'layer').catch(() => undefined);
    const last = server.registry.requests.filter(({ kind }) => kind === 'blob');
    expect(last.some(({ headers, status }) => status === 401 && headers.authorization === undefined)).toBe(
      true,
    );
    bounce.close();
  });

  it('whose target asks for a login gets none', async () => {
    await start({ kind: 'basic', ...LOGIN });
    const greedy = await startRecording(401);
    open.push(greedy);
    server.fault({ type: 'redirect', to: `${greedy.origin}/` }, { kind: 'blob' }, Infinity);
    await expectCode(
      collect(withLogin().content(server.name()).read(server.layer), SIZE, 'layer'),
      'UNAUTHORIZED',
    );
    expect(greedy.headers.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  it('to a signed URL that has run out is asked for again', async () => {
    await start({ kind: 'basic', ...LOGIN });
    const expired = await startRecording(403);
    open.push(expired);
    server.fault({ type: 'redirect', to: `${expired.origin}/` }, { kind: 'blob' });
    await server.readAll(withLogin());
  });

  it.each([
    ['to itself without end', '{url}'],
    ['to a link-local address', 'http://169.254.169.254/latest/meta-data/'],
    ['to a link-local address written as a number', 'http://2852039166/latest/meta-data/'],
    ['with user-info', 'http://user:secret@127.0.0.1/'],
    ['to a file', 'file:///etc/passwd'],
    ['to what is no URL', 'http://'],
  ])('%s is refused', async (_what, to) => {
    await start(undefined);
    server.fault({ type: 'redirect', to }, {}, Infinity);
    const failure = server.source().resolve(server.name());
    await expectCode(failure, 'REMOTE_INVALID');
    await expect(failure).rejects.not.toThrow(/secret/);
    expect(server.registry.requests.length).toBeLessThanOrEqual(6);
  });
});
