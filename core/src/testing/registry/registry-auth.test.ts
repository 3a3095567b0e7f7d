import { afterEach, expect, it } from 'vitest';
import { request } from 'undici';
import { randomImage, startRegistry, type TestRegistry } from '../index.ts';

let registry: TestRegistry;
afterEach(() => registry.close());

interface Sent {
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

async function ask(method: string, path: string, sent: Sent = {}) {
  const answer = await request(new URL(path, registry.origin), { method: method as 'GET', ...sent });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  return { status: answer.statusCode, headers: answer.headers, bytes };
}

const login = `Basic ${Buffer.from('user:secret').toString('base64')}`;

it('asks for basic credentials', async () => {
  registry = await startRegistry({ auth: { kind: 'basic', username: 'user', password: 'secret' } });
  const refused = await ask('GET', '/v2/');
  expect(refused.status).toBe(401);
  expect(refused.headers['www-authenticate']).toMatch(/^Basic realm=/);
  expect((await ask('GET', '/v2/', { headers: { authorization: login } })).status).toBe(200);
});

async function token(query: string, headers: Record<string, string>): Promise<string> {
  const { bytes } = await ask('GET', `/token?${query}`, { headers });
  return `Bearer ${String((JSON.parse(bytes.toString()) as { token?: string }).token)}`;
}

it('gives bearer tokens that hold for their scope and time', async () => {
  registry = await startRegistry({
    auth: { kind: 'bearer', username: 'user', password: 'secret', tokenLifetimeMs: 300 },
  });
  registry.push('app', 'v1', await randomImage(1, 'linux/amd64'));
  const refused = await ask('GET', '/v2/app/manifests/v1');
  expect(refused.headers['www-authenticate']).toBe(
    `Bearer realm="${registry.origin}/token",service="${registry.host}",scope="repository:app:pull"`,
  );
  expect((await ask('GET', '/token')).status).toBe(401);
  const authorization = await token('scope=repository:app:pull', { authorization: login });
  const get = () => ask('GET', '/v2/app/manifests/v1', { headers: { authorization } });
  expect((await get()).status).toBe(200);
  const post = await ask('POST', '/v2/app/blobs/uploads/', { headers: { authorization } });
  expect(post.headers['www-authenticate']).toMatch(/pull,push",error="insufficient_scope"$/);
  await new Promise((resolve) => setTimeout(resolve, 350));
  expect((await get()).status).toBe(401);
});

it('gives tokens for refresh tokens, and anonymous ones that only pull', async () => {
  registry = await startRegistry({
    auth: {
      kind: 'bearer',
      username: 'user',
      password: 'secret',
      anonymousPull: true,
      identityToken: 'refresh',
    },
  });
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'refresh' });
  expect((await ask('POST', '/token', { body: form.toString() })).status).toBe(200);
  expect((await ask('POST', '/token', { body: 'grant_type=refresh_token&refresh_token=x' })).status).toBe(
    401,
  );
  const authorization = await token('scope=repository:app:pull,push', {});
  expect((await ask('GET', '/v2/app/tags/list', { headers: { authorization } })).status).toBe(404);
  expect((await ask('POST', '/v2/app/blobs/uploads/', { headers: { authorization } })).status).toBe(401);
});
