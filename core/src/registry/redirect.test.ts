import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../content/index.ts';
import type { ErrorCode } from '../errors.ts';
import { parseReference, type Descriptor, type Reference } from '../model/index.ts';
import {
  createImage,
  layerOfVirtual,
  startRegistry,
  virtualBlob,
  type FaultAction,
  type FaultMatch,
  type RegistryAuth,
  type TestImage,
  type TestRegistry,
} from '../testing/index.ts';
import { createRegistryClient, RegistrySource, type Credentials, type RegistryOptions } from './index.ts';

const LOGIN = { username: 'ann', password: 'pass:wörd' };
const CREDENTIALS: Credentials = { kind: 'password', ...LOGIN };
const SIZE = 1_300_000;

let registry: TestRegistry;
let other: RecordingServer;
let image: TestImage;
let layer: Descriptor;
const open: { close(): Promise<unknown> }[] = [];

beforeEach(async () => {
  const blob = layerOfVirtual(virtualBlob(SIZE, 'layer'));
  image = createImage({ platform: 'linux/amd64', layers: [blob] });
  layer = blob.descriptor;
  other = await startRecording();
  open.push(other);
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function start(auth: RegistryAuth | undefined): Promise<void> {
  registry = await startRegistry(auth === undefined ? {} : { auth });
  registry.push('team/app', 'v1', image);
  open.push(registry);
}

function sourceOf(options: RegistryOptions = {}): RegistrySource {
  const client = createRegistryClient({ retry: { baseDelayMs: 1 }, ...options });
  open.push(client);
  return new RegistrySource(client);
}

function withLogin(options: RegistryOptions = {}): RegistrySource {
  return sourceOf({ credentials: () => Promise.resolve(CREDENTIALS), ...options });
}

function name(): Reference {
  return parseReference(`${registry.host}/team/app:v1`);
}

function fault(action: FaultAction, match: FaultMatch = {}, times = 1): void {
  registry.fault({ action, match, times });
}

async function readAll(source: RegistrySource): Promise<void> {
  await source.resolve(name());
  await collect(source.content(name()).read(layer), SIZE, 'layer');
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

/** Another host: answers everything with the layer, and remembers what it was sent. */
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
    expect(registry.host).toMatch(/^127\./);
    await readAll(withLogin());
  });

  it('on another host gets nothing at all', async () => {
    await start({ kind: 'bearer', ...LOGIN, realm: `${other.origin}/token` });
    await expectCode(withLogin().resolve(name()), 'UNAUTHORIZED');
    expect(other.headers).toEqual([]);
  });

  it('on another host that the user trusts is asked', async () => {
    await start({ kind: 'bearer', ...LOGIN, realm: `${other.origin}/token` });
    const source = withLogin({ trustRealms: [other.host] });
    await expectCode(source.resolve(name()), 'REMOTE_INVALID');
    expect(other.headers[0]?.authorization).toMatch(/^Basic /);
  });
});

describe('a redirect', () => {
  it.each<[auth: RegistryAuth]>([[{ kind: 'basic', ...LOGIN }], [{ kind: 'bearer', ...LOGIN }]])(
    'to another host takes no credentials with it: %j',
    async (auth) => {
      await start(auth);
      fault({ type: 'redirect', to: `${other.origin}/signed?key=secret` }, { kind: 'blob' });
      const blobs = withLogin().content(name());
      await collect(blobs.readFrom(layer, 0), SIZE, 'layer').catch(() => undefined);
      expect(other.headers).toHaveLength(1);
      expect(other.headers[0]).not.toHaveProperty('authorization');
      expect(other.headers[0]).not.toHaveProperty('cookie');
    },
  );

  it('on the same origin keeps them', async () => {
    await start({ kind: 'basic', ...LOGIN });
    fault({ type: 'redirect', to: `{url}?again` }, { kind: 'manifest' });
    expect(await withLogin().resolve(name())).toEqual(image.manifest);
  });

  it('does not get them back by leading home again', async () => {
    await start({ kind: 'basic', ...LOGIN });
    const bounce = createServer((_request, response) => {
      response.writeHead(307, { location: `${registry.origin}/v2/team/app/blobs/${layer.digest}` }).end();
    });
    await new Promise<void>((resolve) => bounce.listen(0, '127.0.0.1', resolve));
    const away = `http://127.0.0.1:${(bounce.address() as AddressInfo).port}/`;
    fault({ type: 'redirect', to: away }, { kind: 'blob' });
    const blobs = withLogin().content(name());
    await collect(blobs.read(layer), SIZE, 'layer').catch(() => undefined);
    const last = registry.requests.filter(({ kind }) => kind === 'blob');
    expect(last.some(({ headers, status }) => status === 401 && headers.authorization === undefined)).toBe(
      true,
    );
    bounce.close();
  });

  it('whose target asks for a login gets none', async () => {
    await start({ kind: 'basic', ...LOGIN });
    const greedy = await startRecording(401);
    open.push(greedy);
    fault({ type: 'redirect', to: `${greedy.origin}/` }, { kind: 'blob' }, Infinity);
    await expectCode(collect(withLogin().content(name()).read(layer), SIZE, 'layer'), 'UNAUTHORIZED');
    expect(greedy.headers.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  it('to a signed URL that has run out is asked for again', async () => {
    await start({ kind: 'basic', ...LOGIN });
    const expired = await startRecording(403);
    open.push(expired);
    fault({ type: 'redirect', to: `${expired.origin}/` }, { kind: 'blob' });
    await readAll(withLogin());
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
    fault({ type: 'redirect', to }, {}, Infinity);
    const failure = sourceOf().resolve(name());
    await expectCode(failure, 'REMOTE_INVALID');
    await expect(failure).rejects.not.toThrow(/secret/);
    expect(registry.requests.length).toBeLessThanOrEqual(6);
  });
});
