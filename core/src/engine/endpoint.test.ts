import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isXbundleError, messageOf } from '../errors.ts';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { parseEndpoint, resolveEndpoint, type EngineTransport } from './endpoint.ts';

const scratch = await useScratchFolder();

interface ContextFiles {
  readonly host: string;
  readonly skipTls?: boolean;
  readonly tls?: readonly ('ca' | 'cert' | 'key')[];
}

/** A home directory with Docker settings, as `docker context create` and `docker login` leave them. */
async function home(config: unknown, contexts: Readonly<Record<string, ContextFiles>> = {}): Promise<string> {
  const directory = scratch.fresh();
  const docker = join(directory, '.docker');
  await mkdir(docker, { recursive: true });
  if (config !== undefined) {
    await writeFile(
      join(docker, 'config.json'),
      typeof config === 'string' ? config : JSON.stringify(config),
    );
  }
  for (const [name, { host, skipTls, tls = [] }] of Object.entries(contexts)) {
    const id = createHash('sha256').update(name).digest('hex');
    const meta = join(docker, 'contexts/meta', id);
    const keys = join(docker, 'contexts/tls', id, 'docker');
    await mkdir(meta, { recursive: true });
    await mkdir(keys, { recursive: true });
    const endpoint = { Host: host, SkipTLSVerify: skipTls ?? false };
    await writeFile(
      join(meta, 'meta.json'),
      JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: endpoint } }),
    );
    for (const file of tls) await writeFile(join(keys, `${file}.pem`), file);
  }
  return directory;
}

const socket = (path: string): EngineTransport => ({ kind: 'socket', path });

describe('resolveEndpoint', () => {
  it.each<[string, Parameters<typeof resolveEndpoint>[0], readonly [label: string, chosenBy: string]]>([
    [
      'the given host before all',
      { host: 'unix:///h', env: { DOCKER_HOST: 'unix:///e' } },
      ['unix:///h', '--host'],
    ],
    [
      'a given context before DOCKER_HOST',
      { context: 'colima', env: { DOCKER_HOST: 'unix:///e' } },
      ['unix:///c', 'context colima'],
    ],
    [
      'DOCKER_HOST before DOCKER_CONTEXT',
      { env: { DOCKER_HOST: 'unix:///e', DOCKER_CONTEXT: 'colima' } },
      ['unix:///e', 'DOCKER_HOST'],
    ],
    [
      'DOCKER_CONTEXT before the current one',
      { env: { DOCKER_CONTEXT: 'colima' } },
      ['unix:///c', 'context colima'],
    ],
    ['the current context', { env: {} }, ['unix:///d', 'context desktop']],
    [
      'the default socket for the default context',
      { env: { DOCKER_CONTEXT: 'default' } },
      ['unix:///var/run/docker.sock', 'default'],
    ],
  ])('uses %s', async (_title, options, [label, chosenBy]) => {
    const directory = await home(
      { currentContext: 'desktop' },
      { desktop: { host: 'unix:///d' }, colima: { host: 'unix:///c' } },
    );
    const endpoint = await resolveEndpoint({ home: directory, operatingSystem: 'linux', ...options });
    expect(endpoint).toMatchObject({ label, chosenBy });
  });

  it.each([
    ['linux', 'unix:///var/run/docker.sock', '/var/run/docker.sock'],
    ['darwin', 'unix:///var/run/docker.sock', '/var/run/docker.sock'],
    ['win32', 'npipe:////./pipe/docker_engine', '\\\\.\\pipe\\docker_engine'],
  ] as const)('knows the default socket of %s', async (operatingSystem, label, path) => {
    const endpoint = await resolveEndpoint({ home: scratch.fresh(), env: {}, operatingSystem });
    expect(endpoint).toEqual({ label, chosenBy: 'default', transport: socket(path) });
  });

  it('reads the settings where DOCKER_CONFIG says', async () => {
    const directory = await home({ currentContext: 'far' }, { far: { host: 'tcp://far:1' } });
    const env = { DOCKER_CONFIG: join(directory, '.docker') };
    expect((await resolveEndpoint({ home: '/nowhere', env })).label).toBe('tcp://far:1');
  });

  it.each([
    [{ DOCKER_TLS_VERIFY: '1' }, true],
    [{ DOCKER_TLS: '1' }, false],
  ])('uses the TLS files of DOCKER_CERT_PATH with %o', async (env, verify) => {
    const endpoint = await resolveEndpoint({
      host: 'tcp://far',
      env: { ...env, DOCKER_CERT_PATH: '/certs' },
    });
    expect(endpoint.transport).toEqual({
      kind: 'tcp',
      origin: 'https://far:2376',
      basePath: '',
      tls: {
        ca: join('/certs', 'ca.pem'),
        cert: join('/certs', 'cert.pem'),
        key: join('/certs', 'key.pem'),
        verify,
      },
    });
  });

  it('uses the TLS files that a context has', async () => {
    const files = { host: 'tcp://far:2376', tls: ['ca', 'cert', 'key'] } as const;
    const directory = await home({}, { far: files });
    const endpoint = await resolveEndpoint({ context: 'far', home: directory, env: {} });
    expect(endpoint.transport).toMatchObject({ origin: 'https://far:2376', tls: { verify: true } });
  });

  it('does not verify TLS only where the context says so', async () => {
    const directory = await home({}, { far: { host: 'tcp://far', skipTls: true } });
    const endpoint = await resolveEndpoint({ context: 'far', home: directory, env: {} });
    expect(endpoint.transport).toMatchObject({ origin: 'https://far:2376', tls: { verify: false } });
  });

  it.each([
    ['a context that does not exist', { currentContext: 'gone' }, 'NOT_FOUND'],
    ['settings that are no JSON', '{', 'DEFINITION_INVALID'],
    ['settings of another shape', { currentContext: 7 }, 'DEFINITION_INVALID'],
  ] as const)('refuses %s', async (_title, config, code) => {
    const directory = await home(config);
    await expect(resolveEndpoint({ home: directory, env: {} })).rejects.toMatchObject({ code });
  });
});

describe('parseEndpoint', () => {
  it.each<[string, string, EngineTransport]>([
    [
      'unix:///run/user/1000/docker.sock',
      'unix:///run/user/1000/docker.sock',
      socket('/run/user/1000/docker.sock'),
    ],
    ['npipe:////./pipe/other', 'npipe:////./pipe/other', socket('\\\\.\\pipe\\other')],
    ['tcp://far', 'tcp://far:2375', { kind: 'tcp', origin: 'http://far:2375', basePath: '' }],
    ['tcp://far:80', 'tcp://far:80', { kind: 'tcp', origin: 'http://far:80', basePath: '' }],
    ['tcp://:4243', 'tcp://127.0.0.1:4243', { kind: 'tcp', origin: 'http://127.0.0.1:4243', basePath: '' }],
    ['tcp://[::1]:4243', 'tcp://[::1]:4243', { kind: 'tcp', origin: 'http://[::1]:4243', basePath: '' }],
    ['tcp://far:1/a/b/', 'tcp://far:1/a/b', { kind: 'tcp', origin: 'http://far:1', basePath: '/a/b' }],
    ['http://far', 'http://far:80', { kind: 'tcp', origin: 'http://far:80', basePath: '' }],
    [
      'https://far',
      'https://far:443',
      { kind: 'tcp', origin: 'https://far:443', basePath: '', tls: { verify: true } },
    ],
    ['ssh://me@far:22', 'ssh://far:22', { kind: 'ssh', url: 'ssh://me@far:22' }],
  ])('reads %s', (host, label, transport) => {
    expect(parseEndpoint(host, { chosenBy: 'test' })).toEqual({ label, chosenBy: 'test', transport });
  });

  it.each([
    '',
    'docker',
    '/var/run/docker.sock',
    'unix://relative',
    'unix://',
    'tcp://a b',
    'fd://',
    'ftp://a',
    'ssh://',
  ])('refuses %j', (host) => {
    expect(() => parseEndpoint(host, { chosenBy: 'test' })).toThrow(
      expect.objectContaining({ code: 'USAGE' }) as Error,
    );
  });

  it('never shows a user name or password', () => {
    fc.assert(
      fc.property(fc.constantFrom('tcp', 'http', 'https', 'ssh', 'ftp'), fc.string(), (scheme, rest) => {
        const host = `${scheme}://secretuser:secretpassword@${rest}`;
        let shown: string;
        try {
          shown = parseEndpoint(host, { chosenBy: 'test' }).label;
        } catch (error) {
          expect(isXbundleError(error, 'USAGE')).toBe(true);
          shown = messageOf(error);
        }
        expect(shown).not.toMatch(/secret/);
      }),
    );
  });
});
