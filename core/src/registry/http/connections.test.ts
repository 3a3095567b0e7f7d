import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request as forward, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../content/index.ts';
import { messageOf } from '../../errors.ts';
import { parseReference } from '../../model/index.ts';
import { randomImage, startRegistry, type TestImage, type TestRegistry } from '../../testing/index.ts';
import { createRegistryClient, RegistrySource, type RegistryOptions } from '../index.ts';

let folder: string;
let image: TestImage;
const open: { close(): unknown }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xbundle-connections-'));
  image = await randomImage('connections', 'linux/amd64');
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

function sourceOf(options: RegistryOptions): RegistrySource {
  const client = createRegistryClient({ retry: { baseDelayMs: 1 }, ...options });
  open.push(client);
  return new RegistrySource(client);
}

async function start(tls?: { key: string; cert: string }): Promise<TestRegistry> {
  const registry = await startRegistry(tls === undefined ? {} : { tls });
  open.push(registry);
  registry.push('app', 'v1', image);
  return registry;
}

const reasonWithoutOpenssl = withoutOpenssl();

function withoutOpenssl(): string | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

if (reasonWithoutOpenssl !== undefined) console.warn(`TLS is not tested: ${reasonWithoutOpenssl}`);

describe.skipIf(reasonWithoutOpenssl !== undefined)('TLS', () => {
  let tls: { key: string; cert: string };
  let caFile: string;

  beforeAll(async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=xbundle test', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:registry.test'];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    execFileSync('openssl', [...args, '-days', '2', ...subject, '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    tls = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
    caFile = cert;
  });

  it('with a certificate of an own authority works once its CA file is given', async () => {
    const { host } = await start(tls);
    const source = sourceOf({ tls: [host], caFiles: [caFile] });
    expect(await source.resolve(parseReference(`${host}/app:v1`))).toEqual(image.manifest);
  });

  it('with an unknown certificate is refused at once, and the message names the host and the flag', async () => {
    const { host } = await start(tls);
    await expect(sourceOf({ tls: [host] }).resolve(parseReference(`${host}/app:v1`))).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(`${host} is not trusted.*--ca-file`) as unknown,
    });
  });

  it('asked of a plain registry says so', async () => {
    const { host } = await start();
    await expect(sourceOf({ tls: [host] }).resolve(parseReference(`${host}/app:v1`))).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('--plain-http') as unknown,
    });
  });

  it('is not left by a redirect', async () => {
    const registry = await start(tls);
    const plain = await start();
    registry.fault({ action: { type: 'redirect', to: `${plain.origin}{url}` }, times: Infinity });
    const source = sourceOf({ tls: [registry.host], caFiles: [caFile] });
    const name = parseReference(`${registry.host}/app:v1`);
    await expect(source.resolve(name)).rejects.toMatchObject({ code: 'REMOTE_INVALID' });
    expect(plain.requests).toEqual([]);
  });

  it('goes through a proxy in a tunnel', async () => {
    const registry = await start(tls);
    const proxy = await startProxy(registry.host);
    const source = sourceOf({ caFiles: [caFile], environment: { HTTPS_PROXY: proxy.url } });
    const found = await source.resolve(parseReference('registry.test:4433/app:v1'));
    expect(found).toEqual(image.manifest);
    expect(proxy.seen).toEqual(['CONNECT registry.test:4433']);
  });
});

describe('CA files', () => {
  it('that cannot be read are a file system error', () => {
    expect(() => createRegistryClient({ caFiles: [join(folder, 'none')] })).toThrow(
      expect.objectContaining({ code: 'FILE_SYSTEM' }),
    );
  });

  it('without a certificate are a usage error', async () => {
    await writeFile(join(folder, 'empty.pem'), 'nothing');
    expect(() => createRegistryClient({ caFiles: [join(folder, 'empty.pem')] })).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    );
  });
});

describe('a proxy', () => {
  it('forwards plain requests, with its own login', async () => {
    const registry = await start();
    const proxy = await startProxy(registry.host);
    const url = proxy.url.replace('http://', 'http://me:secret@');
    const source = sourceOf({ plainHttp: ['registry.test'], environment: { http_proxy: url } });
    const name = parseReference('registry.test/app:v1');
    expect(await source.resolve(name)).toEqual(image.manifest);
    await collect(source.content(name).read(image.config), 1e6, 'config');
    expect(proxy.seen.every((line) => line.startsWith('GET http://registry.test/v2/app/'))).toBe(true);
    expect(proxy.logins).toContain(`Basic ${Buffer.from('me:secret').toString('base64')}`);
  });

  it('is not used for hosts in NO_PROXY and for loopback', async () => {
    const registry = await start();
    const environment = { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: 'other.test' };
    const source = sourceOf({ environment });
    expect(await source.resolve(parseReference(`${registry.host}/app:v1`))).toEqual(image.manifest);
  });

  it('that is down is named as unreachable', async () => {
    const source = sourceOf({ environment: { HTTPS_PROXY: 'http://me:secret@127.0.0.1:1' } });
    await expect(source.resolve(parseReference('registry.test/app:v1'))).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.not.stringContaining('secret') as unknown,
    });
  });
});

interface Proxy {
  readonly url: string;
  readonly seen: string[];
  readonly logins: (string | undefined)[];
}

/** A proxy that leads every name to one registry. */
async function startProxy(registryHost: string): Promise<Proxy> {
  const seen: string[] = [];
  const logins: (string | undefined)[] = [];
  const [hostname = '', port = ''] = registryHost.split(':');
  const server: Server = createServer((incoming, response) => {
    seen.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    logins.push(incoming.headers['proxy-authorization']);
    const { pathname, search } = new URL(incoming.url ?? '');
    const options = { host: hostname, port, path: pathname + search, headers: incoming.headers };
    forward({ ...options, method: incoming.method ?? 'GET' }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    }).end();
  });
  server.on('connect', (incoming, socket: Socket) => {
    seen.push(`CONNECT ${incoming.url ?? ''}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    for (const end of [socket, upstream]) end.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => (server.closeAllConnections(), server.close()) });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, logins };
}

describe('a peer', () => {
  it.each<[what: string, code: string, behave: (socket: Socket) => unknown]>([
    ['that closes each connection', 'UNREACHABLE', (socket) => socket.destroy()],
    [
      'that speaks something else',
      'REMOTE_INVALID',
      (socket) => socket.once('data', () => socket.end('220 hello\r\n')),
    ],
  ])('%s ends in %s', async (_what, code, behave) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      behave(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(server);
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(sourceOf({}).resolve(parseReference(`${host}/app:v1`))).rejects.toMatchObject({ code });
  });

  it('that closes a kept connection between two requests is asked again', async () => {
    const registry = await start();
    const source = sourceOf({});
    const name = parseReference(`${registry.host}/app:v1`);
    await source.resolve(name);
    registry.fault({ action: { type: 'reset', at: 'start' } });
    expect(await source.resolve(name)).toEqual(image.manifest);
  });

  it('that nobody listens at is unreachable, and its host is named', async () => {
    await expect(sourceOf({}).resolve(parseReference('127.0.0.1:1/app:v1'))).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('127.0.0.1:1') as unknown,
    });
  });
});
