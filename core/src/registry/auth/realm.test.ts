import { expect, it } from 'vitest';
import { checkRealm } from './realm.ts';

const HUB = 'https://registry-1.docker.io';

it.each<[realm: string, registry: string, trusted: readonly string[]]>([
  ['https://registry.example/token', 'https://registry.example', []],
  ['https://registry.example:5000/token', 'https://registry.example:5000', []],
  ['https://registry.example:443/token', 'https://registry.example', []],
  ['https://10.1.2.3:5000/token', 'https://10.1.2.3:5000', []],
  ['http://192.168.0.7:5000/token', 'http://192.168.0.7:5000', []],
  ['http://127.0.0.1:5000/token', 'http://127.0.0.1:5000', []],
  ['https://[fd00::1]:5000/token', 'https://[fd00::1]:5000', []],
  ['https://auth.docker.io/token', HUB, []],
  ['https://gitlab.com/jwt/auth', 'https://registry.gitlab.com', []],
  ['https://gitlab.corp/jwt/auth', 'https://registry.corp', ['gitlab.corp']],
  ['https://gitlab.corp:8443/jwt/auth', 'https://registry.corp', ['gitlab.corp:8443']],
  ['https://10.0.0.5:5001/auth', 'https://10.0.0.5:5000', ['10.0.0.5:5001']],
  ['https://auth.corp/auth', 'http://registry.corp', ['auth.corp']],
])('lets %s give tokens for %s', (realm, registry, trusted) => {
  expect(checkRealm(realm, { registry: new URL(registry), trusted }).href).toBe(new URL(realm).href);
});

it.each<[realm: string, registry: string, trusted?: readonly string[]]>([
  ['', HUB],
  ['/token', HUB],
  ['ftp://registry.example/', 'https://registry.example'],
  ['http://registry.example/token', 'https://registry.example', ['registry.example']],
  ['https://user:secret@registry.example/token', 'https://registry.example'],
  ['https://evil.example/token', 'https://registry.example'],
  ['https://registry.example.evil.example/token', 'https://registry.example'],
  ['https://registry.example:8443/token', 'https://registry.example'],
  ['https://auth.docker.io/token', 'https://registry.example'],
  ['https://auth.docker.io.evil.example/token', HUB],
  ['https://auth.docker.io:8443/token', HUB],
  ['https://10.1.2.3:5001/token', 'https://10.1.2.3:5000'],
  ['https://10.1.2.3/token', 'https://registry.example'],
  ['http://127.0.0.1:6379/', 'http://127.0.0.1:5000'],
  ['https://[::1]/token', 'https://registry.example'],
  ['https://[::ffff:10.1.2.3]/token', 'https://registry.example'],
  ['https://2852039166/token', 'https://registry.example', ['169.254.169.254']],
  ['https://169.254.169.254/token', 'https://registry.example', ['169.254.169.254']],
  ['https://gitlab.corp/jwt/auth', 'https://registry.corp', ['gitlab.corp:8443']],
])('refuses "%s" for %s', (realm, registry, trusted = []) => {
  expect(() => checkRealm(realm, { registry: new URL(registry), trusted })).toThrow(
    expect.objectContaining({
      code: 'UNAUTHORIZED',
      message: expect.not.stringContaining('secret') as unknown,
    }),
  );
});
