import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOKEN_HEADER } from '@xbundle/backend/contract';
import { rawRequest, startUi, type RunningUi } from '../support/backend-client.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';

describe('xbundle ui on its port', () => {
  let scratch: string;
  let ui: RunningUi;
  beforeAll(async () => {
    scratch = await makeScratch('ui-guard');
    await mkdir(join(scratch, 'root', 'project'), { recursive: true });
    await mkdir(join(scratch, 'outside'));
    await writeFile(join(scratch, 'root', 'project', 'Dockerfile'), 'FROM scratch\n');
    await writeFile(join(scratch, 'outside', 'secret.txt'), 'x');
    await symlink(join(scratch, 'outside'), join(scratch, 'root', 'way-out'));
    const env = {
      HOME: scratch,
      XDG_STATE_HOME: join(scratch, 'state'),
      DOCKER_HOST: 'unix:///nonexistent/d.sock',
    };
    ui = await startUi({ root: join(scratch, 'root'), env });
  });
  afterAll(async () => {
    await ui.stop();
    await removeScratch(scratch);
  });

  const ask = (
    path: string,
    headers: Readonly<Record<string, string>>,
    { method = 'GET', body }: { readonly method?: string; readonly body?: string } = {},
  ): ReturnType<typeof rawRequest> =>
    rawRequest({ host: '127.0.0.1', port: ui.port, path, method, headers }, body);
  const good = (): Record<string, string> => ({ host: `127.0.0.1:${ui.port}`, [TOKEN_HEADER]: ui.token });

  it('answers who has the token', async () => {
    expect((await ask('/api/jobs', good())).status).toBe(200);
  });

  it.each([
    ['no token', { [TOKEN_HEADER]: '' }, 401],
    ['another token', { [TOKEN_HEADER]: 'x'.repeat(43) }, 401],
    ['another host, as DNS rebinding gives it', { host: 'evil.example:80' }, 403],
    ['the right host with another port', { host: '127.0.0.1:1' }, 403],
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['an opaque origin', { origin: 'null' }, 403],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a page of another port of this machine', { 'sec-fetch-site': 'same-site' }, 403],
  ])('refuses %s', async (_, headers, status) => {
    const answer = await ask('/api/jobs', { ...good(), ...headers });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain(ui.token);
  });

  it.each([
    ['a method that the path does not take', '/api/facts', { method: 'PATCH' }, 405],
    ['a method of none', '/api/jobs', { method: 'BREW' }, 400],
    ['a path of none', '/api/containers/json', {}, 404],
    ['the API of the engine', '/v1.43/containers/json', {}, 404],
    ['a job that is none', '/api/jobs/..%2f..%2fetc', {}, 400],
    ['a member too much', '/api/jobs?limit=5&evil=1', {}, 400],
    ['a page that is too large', '/api/jobs?limit=100000', {}, 400],
  ])('refuses %s', async (...[, path, options, status]) => {
    expect((await ask(path, good(), options)).status).toBe(status);
  });

  it.each([
    ['no JSON', '{', 400],
    ['a list', '[]', 400],
    ['a member too much', '{"directory":"/x","evil":1}', 400],
    ['a path with a NUL', '{"directory":"/x\\u0000y"}', 400],
    ['more than a body may have', `{"directory":"${'x'.repeat(9_000_000)}"}`, 413],
  ])('refuses a body that is %s', async (_, body, status) => {
    const headers = { ...good(), 'content-type': 'application/json', 'content-length': String(body.length) };
    // A body that is too large is refused before it is read, which may cut the connection while it is sent.
    const answer = await ask('/api/projects/detect', headers, { method: 'POST', body }).catch(
      () => undefined,
    );
    expect(answer?.status ?? 413).toBe(status);
  });

  it('refuses a body that a form of another page could send', async () => {
    const headers = { ...good(), 'content-type': 'text/plain' };
    expect((await ask('/api/jobs', headers, { method: 'POST', body: '{}' })).status).toBe(415);
  });

  it('serves the page with a policy and without a token, and no other file', async () => {
    const host = { host: `127.0.0.1:${ui.port}` };
    const page = await ask('/', host);
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.headers['content-security-policy']).not.toContain('unsafe');
    for (const path of [
      '/../package.json',
      '/..%2fpackage.json',
      '/assets/../../main.js',
      '/.env',
      '//etc/passwd',
    ])
      expect((await ask(path, host)).status, path).not.toBe(200);
  });

  it('lists folders below its root only, whatever links say', async () => {
    const { backend } = ui;
    const root = await backend.call('folder', {});
    expect(root.entries.map(({ name }) => name)).toEqual(['project']);
    expect(root.parent).toBeUndefined();
    const inside = await backend.call('folder', { path: join(root.path, 'project'), files: true });
    expect(inside.entries).toMatchObject([{ name: 'Dockerfile', kind: 'file' }]);
    for (const path of [
      '/',
      join(root.path, '..'),
      join(root.path, 'way-out'),
      join(root.path, 'project/../../outside'),
    ])
      await expect(backend.call('folder', { path })).rejects.toMatchObject({ status: 403, code: 'POLICY' });
  });

  it('says what is missing where there is no engine', async () => {
    const facts = await ui.backend.call('facts', {});
    expect(facts.engine).toBeUndefined();
    expect(facts.engineError?.code).toBe('UNREACHABLE');
    expect(facts.jobs).toEqual({ runner: 'process', startedBy: 'backend' });
  });

  it('finds what a folder holds', async () => {
    const { definitions } = await ui.backend.call('project', { directory: join(scratch, 'root', 'project') });
    expect(definitions).toMatchObject([{ kind: 'dockerfile', name: 'Dockerfile', default: true }]);
  });

  it('serves one folder once', async () => {
    const env = { HOME: scratch, XDG_STATE_HOME: join(scratch, 'state') };
    await expect(startUi({ root: join(scratch, 'root'), env })).rejects.toThrow(/runs for/);
  });
});
