import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { startScriptedEngine } from '../testing/engine/scripted-engine.ts';
import { parseEndpoint } from './endpoint.ts';
import { createEngineClient } from './engine-client.ts';
import { connectionFailure } from './engine-errors.ts';

const scratch = await useScratchFolder();

const anything = z.unknown();
const ask = { operation: 'asking', path: '/info' };

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
  it('that says nothing does not hold up an abort', async () => {
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
