import { afterEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../errors.ts';
import type { FaultAction, RegistryAuth } from '../../testing/index.ts';
import { LayerRegistry } from '../../testing/registry/layer-registry.ts';
import type { RegistrySource } from '../index.ts';
import type { Credentials } from '../index.ts';

const LOGIN = { username: 'ann', password: 'pass:wörd' };
const CREDENTIALS: Credentials = { kind: 'password', ...LOGIN };
const SIZE = 1_300_000;

let server: LayerRegistry;
const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function start(auth: RegistryAuth | undefined): Promise<void> {
  server = await LayerRegistry.start({ layerBytes: SIZE, auth });
  open.push(server);
}

function withLogin(credentials: Credentials | 'none' = CREDENTIALS): RegistrySource {
  const found = credentials === 'none' ? undefined : credentials;
  return server.source({ credentials: () => Promise.resolve(found) });
}

async function expectCode(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  await expect(promise).rejects.toMatchObject({ name: 'XbundleError', code });
}

function tokenRequests(): number {
  return server.registry.requests.filter(({ kind }) => kind === 'token').length;
}

describe('logging in', () => {
  it('is not done before the registry asks', async () => {
    await start(undefined);
    let asked = 0;
    const source = server.source({ credentials: () => Promise.resolve((asked++, CREDENTIALS)) });
    await server.readAll(source);
    expect(asked).toBe(0);
  });

  it.each<[kind: string, auth: RegistryAuth, credentials: Credentials | 'none']>([
    ['Basic', { kind: 'basic', ...LOGIN }, CREDENTIALS],
    ['a bearer token', { kind: 'bearer', ...LOGIN }, CREDENTIALS],
    ['an anonymous token', { kind: 'bearer', ...LOGIN, anonymousPull: true }, 'none'],
    [
      'an identity token',
      { kind: 'bearer', ...LOGIN, identityToken: 'refresh' },
      { kind: 'identity-token', token: 'refresh' },
    ],
  ])('works with %s, and asks once', async (_kind, auth, credentials) => {
    await start(auth);
    await server.readAll(withLogin(credentials));
    expect(server.registry.requests.filter(({ status }) => status === 401)).toHaveLength(1);
    expect(tokenRequests()).toBeLessThanOrEqual(1);
  });

  it('asks for one token however many requests need it', async () => {
    await start({ kind: 'bearer', ...LOGIN });
    const source = withLogin();
    await Promise.all(Array.from({ length: 6 }, () => source.resolve(server.name())));
    expect(tokenRequests()).toBe(1);
  });

  it.each<[what: string, auth: RegistryAuth, credentials: Credentials | 'none']>([
    ['a wrong password', { kind: 'basic', ...LOGIN }, { ...CREDENTIALS, password: 'no' }],
    ['a wrong password for a token', { kind: 'bearer', ...LOGIN }, { ...CREDENTIALS, password: 'no' }],
    ['no password', { kind: 'basic', ...LOGIN }, 'none'],
    ['no password for a token', { kind: 'bearer', ...LOGIN }, 'none'],
    [
      'a token where a password is wanted',
      { kind: 'basic', ...LOGIN },
      { kind: 'identity-token', token: 'x' },
    ],
  ])('fails with %s, and says how to log in', async (_what, auth, credentials) => {
    await start(auth);
    const failure = withLogin(credentials).resolve(server.name());
    await expectCode(failure, 'UNAUTHORIZED');
    await expect(failure).rejects.toThrow(`docker login ${server.registry.host}`);
    await expect(failure).rejects.not.toThrow(/pass:w|"no"/);
  });

  it('renews a token that the registry no longer takes, in the middle of a transfer', async () => {
    await start({ kind: 'bearer', ...LOGIN });
    server.fault({ type: 'reset', at: 600_000 }, { kind: 'blob' });
    server.fault({ type: 'expire-tokens' }, { range: true });
    await server.readAll(withLogin());
    expect(tokenRequests()).toBe(2);
  });

  it('renews a token before it ends', async () => {
    await start({ kind: 'bearer', ...LOGIN, tokenLifetimeMs: 1000 });
    const source = withLogin();
    await source.resolve(server.name());
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await server.readAll(source);
    expect(tokenRequests()).toBe(2);
    expect(server.registry.requests.filter(({ status }) => status === 401)).toHaveLength(1);
  });

  it('gives up when a new token is refused too', async () => {
    await start({ kind: 'bearer', ...LOGIN });
    server.fault({ type: 'expire-tokens' }, { kind: 'manifest' }, Infinity);
    await expectCode(withLogin().resolve(server.name()), 'UNAUTHORIZED');
    expect(tokenRequests()).toBe(1);
  });

  it.each<[what: string, action: FaultAction]>([
    ['429', { type: 'status', status: 429 }],
    ['503', { type: 'status', status: 503 }],
    ['a reset', { type: 'reset', at: 'start' }],
    ['a body that breaks off', { type: 'truncate', at: 5 }],
  ])('tries the token service again after %s', async (_what, action) => {
    await start({ kind: 'bearer', ...LOGIN });
    server.fault(action, { kind: 'token' });
    await server.readAll(withLogin());
  });

  it.each<[what: string, action: FaultAction, code: ErrorCode]>([
    ['redirects', { type: 'redirect', to: 'http://127.0.0.1:1/{url}' }, 'REMOTE_INVALID'],
    ['is a login page', { type: 'html' }, 'REMOTE_INVALID'],
    ['gives no token', { type: 'status', status: 200, body: '{}' }, 'REMOTE_INVALID'],
    [
      'gives a token with a line break',
      { type: 'status', status: 200, body: '{"token":"a\\r\\nx: y"}' },
      'REMOTE_INVALID',
    ],
    ['answers without end', { type: 'endless' }, 'LIMIT_EXCEEDED'],
    ['refuses', { type: 'status', status: 403 }, 'UNAUTHORIZED'],
  ])('fails when the token service %s', async (_what, action, code) => {
    await start({ kind: 'bearer', ...LOGIN });
    server.fault(action, { kind: 'token' }, Infinity);
    await expectCode(withLogin().resolve(server.name()), code);
  });

  it('fails for a challenge it does not know', async () => {
    await start(undefined);
    server.fault({ type: 'status', status: 401, headers: { 'www-authenticate': 'Negotiate YII=' } });
    await expectCode(withLogin().resolve(server.name()), 'UNAUTHORIZED');
  });

  it('ends within milliseconds when aborted while the token service stalls', async () => {
    await start({ kind: 'bearer', ...LOGIN });
    server.fault({ type: 'stall', at: 'start' }, { kind: 'token' });
    const abort = new AbortController();
    const pending = withLogin().resolve(server.name(), { signal: abort.signal });
    await expect.poll(tokenRequests).toBe(1);
    const started = performance.now();
    abort.abort();
    await expectCode(pending, 'INTERRUPTED');
    expect(performance.now() - started).toBeLessThan(100);
  });
});
