import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collect, type Bytes } from '../content/index.ts';
import { createScratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { startScriptedEngine, type EngineScript } from '../testing/scripted-engine.ts';
import { parseEndpoint } from './endpoint.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';
import { connectionFailure } from './engine-errors.ts';

let scratch: ScratchFolder;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());

const anything = z.unknown();
const ask = { operation: 'asking', path: '/info' };

async function withEngine(
  script: EngineScript,
  use: (client: EngineClient) => Promise<void>,
  version?: unknown,
): Promise<void> {
  await using engine = await startScriptedEngine(script, version);
  const client = createEngineClient(parseEndpoint(engine.host, { chosenBy: 'test' }));
  try {
    await use(client);
  } finally {
    await client.close();
  }
}

/** A body that never ends and never comes, as from a stalled disk; closing it is noted. */
async function* stalled(first: Uint8Array): Bytes {
  yield first;
  await new Promise(() => undefined);
}

describe('an engine client', () => {
  it.each([
    ['1.51', '1.24', '1.51'],
    ['1.52', '1.44', '1.51'],
    ['1.41', '1.12', '1.41'],
    ['1.24', undefined, '1.24'],
  ])('speaks with an engine of API %s (from %s) in %s', async (ApiVersion, MinAPIVersion, spoken) => {
    await using engine = await startScriptedEngine((_request, response) => void response.end('{}'), {
      ApiVersion,
      MinAPIVersion,
    });
    const client = createEngineClient(parseEndpoint(engine.host, { chosenBy: 'test' }));
    await client.ask(ask, anything);
    await client.ask(ask, anything);
    expect([...engine.versions]).toEqual([spoken]);
    await client.close();
  });

  it.each([
    [{ ApiVersion: '1.23' }, 'UNSUPPORTED'],
    [{ ApiVersion: '1.60', MinAPIVersion: '1.52' }, 'UNSUPPORTED'],
    [{ ApiVersion: 'x' }, 'REMOTE_INVALID'],
    ['<html>', 'REMOTE_INVALID'],
  ])('refuses to speak with %o', async (version, code) => {
    await withEngine(
      () => undefined,
      async (client) => {
        await expect(client.ask(ask, anything)).rejects.toMatchObject({ code });
      },
      version,
    );
  });

  it.each([
    [400, 'bad parameter', 'REFUSED'],
    [401, 'who are you', 'UNAUTHORIZED'],
    [403, 'no', 'UNAUTHORIZED'],
    [404, 'no such image', 'NOT_FOUND'],
    [500, 'write /var/lib/docker/x: no space left on device', 'DISK_FULL'],
    [500, 'enhanced container isolation: docker socket command is blocked', 'REFUSED'],
    [404, 'unable to create manifests file: NotFound: content digest sha256:00: not found', 'INCOMPLETE'],
    [400, 'Client sent an HTTP request to an HTTPS server.', 'UNREACHABLE'],
    [503, '', 'REFUSED'],
  ] as const)('turns status %i with %j into %s', async (status, message, code) => {
    await withEngine(
      (_request, response) => {
        response.statusCode = status;
        response.end(JSON.stringify({ message }));
      },
      async (client) => {
        await expect(client.ask(ask, anything)).rejects.toMatchObject({ code });
      },
    );
  });

  it('passes on an engine message in one line, bounded and without credentials', async () => {
    await withEngine(
      (_request, response) => {
        response.statusCode = 500;
        const message = `pull\nfrom\u001b[31m https://user:hunter2@host/p?token=hunter2 ${'x'.repeat(5000)}`;
        response.end(JSON.stringify({ message }));
      },
      async (client) => {
        const error: unknown = await client.ask(ask, anything).catch((reason: unknown) => reason);
        const text = error instanceof Error ? error.message : '';
        expect(text).toMatch(/pull from/);
        expect(text).not.toMatch(/hunter2|\p{C}/u);
        expect(text.length).toBeLessThan(900);
      },
    );
  });

  it.each([
    ['no JSON', 'REMOTE_INVALID', '<html>'],
    ['another shape', 'REMOTE_INVALID', '{"Id":7}'],
    ['more than a document', 'LIMIT_EXCEEDED', `{"Id":"${'x'.repeat(5_000_000)}"}`],
  ])('refuses an answer that is %s', async (_title, code, answer) => {
    await withEngine(
      (_request, response) => void response.end(answer),
      async (client) => {
        await expect(client.ask(ask, z.object({ Id: z.string() }))).rejects.toMatchObject({ code });
      },
    );
  });

  it('finds nothing where the engine says 404', async () => {
    await withEngine(
      (_request, response) => void response.writeHead(404).end('{"message":"No such image"}'),
      async (client) => {
        expect(await client.find(ask, anything)).toBeUndefined();
      },
    );
  });

  it('reports an answer that breaks off', async () => {
    await withEngine(
      (_request, response) => {
        response.write('some');
        setTimeout(() => response.destroy(), 20);
      },
      async (client) => {
        await expect(collect(client.download(ask), 100, 'answer')).rejects.toMatchObject({
          code: 'UNREACHABLE',
        });
      },
    );
  });

  it('uploads a body of known length and reads the answer', async () => {
    const chunks = [Buffer.alloc(1_048_576, 1), Buffer.alloc(17, 2)];
    async function* content(): Bytes {
      for (const chunk of chunks) yield await Promise.resolve(chunk);
    }
    await withEngine(
      async (request, response) => {
        const got = await collect(request as Bytes, 2_000_000, 'body');
        response.end(`${request.headers['content-length'] ?? ''} ${got.byteLength}`);
      },
      async (client) => {
        const body = { content: content(), size: 1_048_593, mediaType: 'application/x-tar' };
        const answer = await collect(client.upload({ ...ask, body }), 100, 'answer');
        expect(Buffer.from(answer).toString()).toBe('1048593 1048593');
      },
    );
  });

  it("gives the engine's refusal though the body was not sent to its end", async () => {
    async function* content(): Bytes {
      for (let at = 0; at < 64; at++) yield await Promise.resolve(Buffer.alloc(1_048_576));
    }
    await withEngine(
      (_request, response) => void response.writeHead(403).end('{"message":"not here"}'),
      async (client) => {
        const body = { content: content(), size: 64 * 1_048_576, mediaType: 'application/x-tar' };
        await expect(collect(client.upload({ ...ask, body }), 100, 'answer')).rejects.toMatchObject({
          code: 'UNAUTHORIZED',
        });
      },
    );
  });

  it('fails with the error of a body that fails, and the engine sees no whole body', async () => {
    const failure = new Error('bad blob');
    async function* content(): Bytes {
      yield await Promise.resolve(Buffer.alloc(10));
      throw failure;
    }
    const outcomes: boolean[] = [];
    await withEngine(
      (request) => {
        request.on('close', () => outcomes.push(request.complete)).resume();
      },
      async (client) => {
        const body = { content: content(), size: 20, mediaType: 'application/x-tar' };
        const error: unknown = await collect(client.upload({ ...ask, body }), 100, 'answer').catch(
          (reason: unknown) => reason,
        );
        expect(error).toMatchObject({ cause: failure });
        await expect.poll(() => outcomes).toEqual([false]);
      },
    );
  });
});

describe('an aborted call', () => {
  const drain = (content: Bytes): Promise<Uint8Array> => collect(content, 1_000_000, 'answer');
  const upload = { content: stalled(Buffer.alloc(10)), size: 1_000, mediaType: 'application/x-tar' };

  it.each<[string, EngineScript, (client: EngineClient, signal: AbortSignal) => Promise<unknown>]>([
    [
      'to an engine that does not answer',
      () => undefined,
      (client, signal) => client.ask(ask, anything, { signal }),
    ],
    [
      'whose answer has stalled',
      (_request, response) => void response.write('x'),
      (client, signal) => drain(client.download(ask, { signal })),
    ],
    [
      'whose body has stalled',
      (request) => void request.resume(),
      (client, signal) => drain(client.upload({ ...ask, body: upload }, { signal })),
    ],
  ])('%s settles at once', async (_title, script, call) => {
    await withEngine(script, async (client) => {
      await client.apiVersion();
      const controller = new AbortController();
      const outcome = call(client, controller.signal).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const start = performance.now();
      controller.abort();
      expect(await outcome).toMatchObject({ code: 'INTERRUPTED' });
      expect(performance.now() - start).toBeLessThan(500);
    });
  });

  it('settles at once while the connection is still being made', async () => {
    const server = createTcpServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    // TLS waits for a server that says nothing.
    const client = createEngineClient(parseEndpoint(`https://127.0.0.1:${port}`, { chosenBy: 'test' }));
    const start = performance.now();
    await expect(client.ask(ask, anything, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    expect(performance.now() - start).toBeLessThan(1_000);
    await client.close();
    server.close();
  });
});

describe('an engine that is not there', () => {
  it.each([
    ['a socket that does not exist', (): string => `unix://${scratch.fresh('.sock')}`],
    ['a port where nothing listens', (): string => 'tcp://127.0.0.1:9'],
    ['a host that does not exist', (): string => 'tcp://xbundle.invalid:2375'],
  ])('is UNREACHABLE: %s', async (_title, host) => {
    const endpoint = parseEndpoint(host(), { chosenBy: 'DOCKER_HOST' });
    const client = createEngineClient(endpoint);
    const error: unknown = await client.ask(ask, anything).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'UNREACHABLE' });
    expect(String(error)).toContain(endpoint.label);
    await client.close();
  });

  it('is UNREACHABLE where a file is no socket', async () => {
    const client = createEngineClient(
      parseEndpoint(`unix://${await scratch.save('x')}`, { chosenBy: 'test' }),
    );
    await expect(client.ask(ask, anything)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await client.close();
  });

  it.each([
    ['EACCES', 'UNAUTHORIZED'],
    ['EPERM', 'UNAUTHORIZED'],
    ['UND_ERR_HEADERS_TIMEOUT', 'TIMEOUT'],
    ['UND_ERR_BODY_TIMEOUT', 'TIMEOUT'],
    ['ECONNRESET', 'UNREACHABLE'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'UNREACHABLE'],
  ])('is told apart by the system error %s', (systemError, code) => {
    const endpoint = parseEndpoint('unix:///s', { chosenBy: 'default' });
    const cause = Object.assign(new Error('failed'), { code: systemError });
    expect(connectionFailure({ operation: 'asking', endpoint }, cause)).toMatchObject({ code });
  });

  it.skipIf(process.getuid?.() === 0)('is UNAUTHORIZED behind a socket without permission', async () => {
    await using engine = await startScriptedEngine(() => undefined);
    await chmod(engine.socket, 0);
    const client = createEngineClient(parseEndpoint(engine.host, { chosenBy: 'default' }));
    await expect(client.ask(ask, anything)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await client.close();
  });
});

describe('an engine over TLS', () => {
  it('is spoken with under its own authority only', async () => {
    const directory = scratch.fresh();
    await mkdir(directory);
    const file = (name: string): string => join(directory, name);
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const out = ['-keyout', file('key.pem'), '-out', file('ca.pem'), '-days', '1'];
    await execa('openssl', ['req', '-x509', ...key, ...out, ...subject]);
    const server = createHttpsServer(
      { key: await readFile(file('key.pem')), cert: await readFile(file('ca.pem')) },
      (request, response) => {
        response.end(request.url === '/version' ? '{"ApiVersion":"1.51"}' : '{"Id":"x"}');
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const host = `tcp://127.0.0.1:${port}`;
    const trusting = createEngineClient(
      parseEndpoint(host, { chosenBy: 'test', tls: { ca: file('ca.pem'), verify: true } }),
    );
    expect(await trusting.ask(ask, anything)).toEqual({ Id: 'x' });
    const strange = createEngineClient(parseEndpoint(host, { chosenBy: 'test', tls: { verify: true } }));
    await expect(strange.ask(ask, anything)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await Promise.all([trusting.close(), strange.close()]);
    server.close();
  });
});

describe.skipIf(process.platform === 'win32')('an engine over ssh', () => {
  /** A `docker` that does what the shell line says; gives its directory. */
  async function fakeDocker(script: string): Promise<string> {
    const directory = scratch.fresh();
    await mkdir(directory);
    await writeFile(join(directory, 'docker'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return directory;
  }

  async function askThrough(directory: string, signal?: AbortSignal): Promise<unknown> {
    const path = process.env.PATH ?? '';
    process.env.PATH = `${directory}:${path}`;
    const client = createEngineClient(parseEndpoint('ssh://me@far', { chosenBy: 'test' }));
    try {
      return await client.ask(ask, anything, { signal });
    } finally {
      await client.close();
      process.env.PATH = path;
    }
  }

  it('is reached through the standard input and output of the CLI', async () => {
    await using engine = await startScriptedEngine((_request, response) => void response.end('{"Id":"x"}'));
    const relay = scratch.fresh('.mjs');
    await writeFile(
      relay,
      `import net from 'node:net'; const s = net.connect(${JSON.stringify(engine.socket)}); process.stdin.pipe(s).pipe(process.stdout);`,
    );
    const args = scratch.fresh();
    const docker = await fakeDocker(`echo "$@" > '${args}'; exec '${process.execPath}' '${relay}'`);
    expect(await askThrough(docker)).toEqual({ Id: 'x' });
    expect(await readFile(args, 'utf8')).toBe('--host ssh://me@far system dial-stdio\n');
  });

  it('is UNREACHABLE with the words of ssh', async () => {
    const docker = await fakeDocker('echo "far: Permission denied (publickey)" >&2; exit 255');
    const error: unknown = await askThrough(docker).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'UNREACHABLE' });
    expect(String(error)).toContain('Permission denied (publickey)');
  });

  it('leaves no process behind after an abort', async () => {
    const pid = scratch.fresh();
    const docker = await fakeDocker(`echo $$ > '${pid}'; exec sleep 60`);
    const aborted = askThrough(docker, AbortSignal.timeout(300));
    await expect(aborted).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const started = Number(await readFile(pid, 'utf8'));
    await expect.poll(() => isAlive(started)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
