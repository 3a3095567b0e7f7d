import { describe, expect, it } from 'vitest';
import { isLinkLocal, isLoopback, isPrivateAddress } from './addresses.ts';
import { registryUrl } from './origin.ts';
import { bypassesProxy, proxySettings } from './proxy.ts';
import { parseRetryAfter } from './retry-after.ts';

it.each<[host: string, url: string]>([
  ['docker.io', 'https://registry-1.docker.io/'],
  ['ghcr.io', 'https://ghcr.io/'],
  ['registry.corp:5000', 'https://registry.corp:5000/'],
  ['localhost:5000', 'http://localhost:5000/'],
  ['127.0.0.9', 'http://127.0.0.9/'],
  ['[::1]:5000', 'http://[::1]:5000/'],
  ['10.0.0.1:5000', 'https://10.0.0.1:5000/'],
  ['plain.corp:5000', 'http://plain.corp:5000/'],
  ['plain.corp:5001', 'https://plain.corp:5001/'],
  ['any.corp:5001', 'http://any.corp:5001/'],
  ['localhost:5443', 'https://localhost:5443/'],
])('reaches %s at %s', (host, url) => {
  const options = { plainHttp: ['plain.corp:5000', 'any.corp'], tls: ['localhost:5443'] };
  expect(registryUrl(host, options).href).toBe(url);
});

it.each<[host: string, kinds: string]>([
  ['localhost', 'loopback'],
  ['127.1.2.3', 'loopback private'],
  ['0x7f.1', 'loopback private'],
  ['[::1]', 'loopback private'],
  ['[::ffff:127.0.0.1]', 'loopback private'],
  ['10.0.0.1', 'private'],
  ['172.31.0.1', 'private'],
  ['172.32.0.1', ''],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'private'],
  ['0.0.0.0', 'private'],
  ['[fd12::1]', 'private'],
  ['169.254.169.254', 'private link-local'],
  ['[fe80::1]', 'private link-local'],
  ['[::ffff:169.254.169.254]', 'private link-local'],
  ['[fd00:ec2::254]', 'private link-local'],
  ['8.8.8.8', ''],
  ['10.0.0.1.example', ''],
])('takes %s for: %s', (host, kinds) => {
  const url = new URL(`https://${host}`);
  const found = [
    ...(isLoopback(url) ? ['loopback'] : []),
    ...(isPrivateAddress(url) ? ['private'] : []),
    ...(isLinkLocal(url) ? ['link-local'] : []),
  ];
  expect(found.join(' ')).toBe(kinds);
});

describe('the proxy', () => {
  it('is read in both cases, lower case first', () => {
    const { http, https, noProxy } = proxySettings({
      HTTP_PROXY: 'http://upper:1',
      http_proxy: 'lower:2',
      HTTPS_PROXY: 'http://secure:3',
      NO_PROXY: 'a.corp, B.corp',
    });
    expect([http?.href, https?.href]).toEqual(['http://lower:2/', 'http://secure:3/']);
    expect(noProxy).toEqual(['a.corp', 'b.corp']);
  });

  it('that is no http URL is a usage error that quotes nothing', () => {
    expect(() => proxySettings({ HTTP_PROXY: 'socks5://u:secret@h' })).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.not.stringContaining('secret') as unknown }),
    );
  });

  it.each<[url: string, noProxy: string, direct: boolean]>([
    ['https://a.corp', '', false],
    ['https://a.corp', '*', true],
    ['https://a.corp', 'a.corp', true],
    ['https://x.a.corp', 'a.corp', true],
    ['https://x.a.corp', '.a.corp', true],
    ['https://x.a.corp', '*.a.corp', true],
    ['https://xa.corp', 'a.corp', false],
    ['https://a.corp', 'a.corp:443', true],
    ['https://a.corp:5000', 'a.corp:443', false],
    ['https://10.1.2.3', '10.0.0.0/8', true],
    ['https://11.1.2.3', '10.0.0.0/8', false],
    ['https://10.1.2.3', '10.0.0.0/99', false],
    ['https://[fd00::7]:5000', 'fd00::/8', true],
    ['https://[fd00::7]:5000', 'fd00::7', true],
    ['https://ten.corp', '10.0.0.0/8', false],
    ['http://localhost:5000', '', true],
    ['http://127.0.0.1:5000', '', true],
  ])('is not used for %s with NO_PROXY=%s: %s', (url, noProxy, direct) => {
    const settings = proxySettings({ no_proxy: noProxy });
    expect(bypassesProxy(new URL(url), settings.noProxy)).toBe(direct);
  });
});

it.each<[value: string | undefined, wait: number | undefined]>([
  [undefined, undefined],
  ['', undefined],
  ['soon', undefined],
  ['3', 3000],
  ['0.5', 500],
  ['-3', 0],
  ['99999999999999999999', 120_000],
  ['Thu, 01 Jan 1970 00:01:30 GMT', 90_000],
  ['Thu, 01 Jan 1960 00:00:00 GMT', 0],
  ['Thu, 01 Jan 2199 00:00:00 GMT', 120_000],
])('reads Retry-After: %s as %s ms', (value, wait) => {
  expect(parseRetryAfter(value, 0)).toBe(wait);
});
