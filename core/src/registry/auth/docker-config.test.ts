import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../model/index.ts';
import { dockerCredentials, type Credentials } from '../index.ts';

let folder: string;
let events: ProgressEvent[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xbundle-docker-config-'));
  events = [];
});
afterEach(() => rm(folder, { recursive: true }));

async function find(config: unknown, host: string, signal?: AbortSignal): Promise<Credentials | undefined> {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  await writeFile(join(folder, 'config.json'), text);
  const environment = { DOCKER_CONFIG: folder, PATH: `relative:${folder}:${process.env['PATH'] ?? ''}` };
  const credentials = dockerCredentials({ environment, onProgress: (event) => events.push(event) });
  return credentials(host, { signal });
}

/** A helper as a shell script that gets the server on its standard input. */
async function helper(name: string, script: string): Promise<void> {
  const path = join(folder, `docker-credential-${name}`);
  await writeFile(path, `#!/bin/sh\nread server\n${script}\n`);
  await chmod(path, 0o755);
}

const auth = Buffer.from('ann:pa:ss').toString('base64');
const ann = { kind: 'password', username: 'ann', password: 'pa:ss' };

describe('logins in the file', () => {
  it.each([
    ['registry.corp:5000', 'registry.corp:5000'],
    ['https://registry.corp', 'registry.corp'],
    ['http://registry.corp/', 'registry.corp'],
    ['https://registry.corp/v1/', 'registry.corp'],
    ['registry.corp/v2/', 'registry.corp'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['docker.io', 'docker.io'],
    ['registry-1.docker.io', 'docker.io'],
  ])('under %s are for %s', async (key, host) => {
    expect(await find({ auths: { [key]: { auth } } }, host)).toEqual(ann);
  });

  it.each([
    ['registry.corp', 'registry.corp:5000'],
    ['registry.corp:5000', 'registry.corp'],
    ['registry.corp.evil', 'registry.corp'],
    ['corp', 'registry.corp'],
    ['registry.corp/team', 'registry.corp'],
    ['https://index.docker.io/v1/', 'index.docker.io.evil'],
    ['__proto__', 'registry.corp'],
  ])('under %s are not for %s', async (key, host) => {
    expect(await find({ auths: { [key]: { auth } } }, host)).toBeUndefined();
  });

  it.each([
    [{ username: 'ann', password: 'pa:ss' }, ann],
    [
      { auth, identitytoken: 'tok' },
      { kind: 'identity-token', token: 'tok' },
    ],
    [{}, undefined],
    [{ auth: '' }, undefined],
  ])('of the form %j are %j', async (entry, credentials) => {
    expect(await find({ auths: { 'a.b': entry } }, 'a.b')).toEqual(credentials);
  });

  it('are none where there is no file', async () => {
    const nowhere = dockerCredentials({ environment: { DOCKER_CONFIG: join(folder, 'none') } });
    expect(await nowhere('a.b')).toBeUndefined();
  });

  it.each([
    '{"auths": {"a.b": {"auth": "secret',
    '{"auths": ["secret"]}',
    '{"auths":{"a.b":{"auth":"c2VjcmV0"}}}',
  ])('that cannot be read are an error that quotes nothing: %s', async (config) => {
    await expect(find(config, 'a.b')).rejects.toMatchObject({
      code: 'DEFINITION_INVALID',
      message: expect.not.stringMatching(/secret|c2VjcmV0/) as unknown,
    });
  });
});

describe.skipIf(process.platform === 'win32')('a credential helper', () => {
  const answer = `echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"$server\\",\\"Secret\\":\\"pw\\"}"`;

  it('of the very host wins over the store, and is given the host', async () => {
    await helper('one', answer);
    await helper('two', 'exit 9');
    const config = { credHelpers: { 'a.b:5000': 'one' }, credsStore: 'two' };
    expect(await find(config, 'a.b:5000')).toEqual({
      kind: 'password',
      username: 'a.b:5000',
      password: 'pw',
    });
  });

  it('is given the old URL of Docker Hub', async () => {
    await helper('one', answer);
    const found = await find({ credsStore: 'one' }, 'docker.io');
    expect(found).toMatchObject({ username: 'https://index.docker.io/v1/' });
  });

  it('may hold an identity token', async () => {
    await helper('one', `echo '{"Username":"<token>","Secret":"tok"}'`);
    expect(await find({ credsStore: 'one' }, 'a.b')).toEqual({ kind: 'identity-token', token: 'tok' });
  });

  it('that has none leaves it to the file', async () => {
    await helper('one', 'echo credentials not found in native keychain; exit 1');
    expect(await find({ credsStore: 'one', auths: { 'a.b': { auth } } }, 'a.b')).toEqual(ann);
    expect(await find({ credsStore: 'one' }, 'a.b')).toBeUndefined();
  });

  it.each(['none-such', '../evil', 'a b', ''])('"%s" that is not installed is left out', async (name) => {
    expect(await find({ credsStore: name, auths: { 'a.b': { auth } } }, 'a.b')).toEqual(ann);
    expect(events.length).toBe(name === '' ? 0 : 1);
  });

  it.each([
    ['fails', 'echo secret; exit 3'],
    ['answers nonsense', 'echo secret'],
    ['answers without a secret', `echo '{"Username":"secret"}'`],
    ['answers without end', 'while :; do echo secretsecretsecretsecretsecretsecretsecretsecret; done'],
  ])('that %s is an error that quotes nothing', async (_what, script) => {
    await helper('one', script);
    await expect(find({ credsStore: 'one' }, 'a.b')).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.not.stringContaining('secret') as unknown,
    });
  });

  it('that hangs is ended when the caller gives up', async () => {
    await helper('one', 'exec sleep 60');
    const started = performance.now();
    const pending = find({ credsStore: 'one' }, 'a.b', AbortSignal.timeout(100));
    await expect(pending).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
