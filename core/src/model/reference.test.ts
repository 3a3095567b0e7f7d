import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  digestTag,
  familiarReference,
  formatReference,
  parseReference,
  repositoryName,
  type Reference,
} from './reference.ts';

const HEX = '0123456789abcdef'.repeat(4);
const DIGEST = `sha256:${HEX}`;

describe('parseReference', () => {
  it.each([
    ['alpine', 'docker.io/library/alpine:latest'],
    ['alpine:3.20', 'docker.io/library/alpine:3.20'],
    ['team/app', 'docker.io/team/app:latest'],
    ['library/alpine', 'docker.io/library/alpine:latest'],
    ['docker.io/alpine', 'docker.io/library/alpine:latest'],
    ['index.docker.io/alpine', 'docker.io/library/alpine:latest'],
    ['docker.io/team/app:v1', 'docker.io/team/app:v1'],
    ['localhost/a', 'localhost/a:latest'],
    ['localhost:5000/a', 'localhost:5000/a:latest'],
    ['localhost:5000/a:v1', 'localhost:5000/a:v1'],
    ['localhost:5000', 'docker.io/library/localhost:5000'],
    ['host:5000/a/b/c:v1', 'host:5000/a/b/c:v1'],
    ['Host/a', 'Host/a:latest'],
    ['ghcr.io/a/b', 'ghcr.io/a/b:latest'],
    ['10.0.0.1:5000/a', '10.0.0.1:5000/a:latest'],
    ['[::1]/a', '[::1]/a:latest'],
    ['[::1]:5000/a:v1', '[::1]:5000/a:v1'],
    ['[2001:db8::1]:5000/a', '[2001:db8::1]:5000/a:latest'],
    [`app@${DIGEST}`, `docker.io/library/app@${DIGEST}`],
    [`host:5000/app:v1@${DIGEST}`, `host:5000/app:v1@${DIGEST}`],
    [`app@sha512:${HEX}${HEX}`, `docker.io/library/app@sha512:${HEX}${HEX}`],
    ['a__b/c-d/e--f/g.h/i_j', 'docker.io/a__b/c-d/e--f/g.h/i_j:latest'],
    ['app:V1_2.3-x', 'docker.io/library/app:V1_2.3-x'],
  ])('reads %s as %s', (text, expected) => {
    expect(formatReference(parseReference(text))).toBe(expected);
  });

  it('adds no tag to a name with a digest, and keeps one that is there', () => {
    expect(parseReference(`app@${DIGEST}`)).not.toHaveProperty('tag');
    expect(parseReference(`app:v1@${DIGEST}`)).toMatchObject({ tag: 'v1', digest: DIGEST });
  });

  it.each([
    ['', 'nothing'],
    [':v1', 'no name'],
    ['app:', 'an empty tag'],
    ['app:.v1', 'a tag that starts with a dot'],
    ['app:-v1', 'a tag that starts with a hyphen'],
    [`app:${'a'.repeat(129)}`, 'a tag of 129 characters'],
    ['app:v 1', 'a space'],
    ['App', 'upper case'],
    ['host:5000/App', 'upper case after a host'],
    ['team//app', 'an empty component'],
    ['/app', 'a leading slash'],
    ['app/', 'a trailing slash'],
    ['a..b', 'two dots'],
    ['a___b', 'three underscores'],
    ['-a', 'a leading hyphen'],
    ['a/.', 'a dot'],
    ['a/..', 'two dots as a component'],
    ['app@', 'an empty digest'],
    ['app@sha256:abc', 'half a digest'],
    [`app@sha256:${HEX.toUpperCase()}`, 'an upper-case digest'],
    [`app@${DIGEST}@${DIGEST}`, 'two digests'],
    [HEX, 'an image ID'],
    [DIGEST, 'an image ID with its algorithm'],
    [`docker.io/${HEX}`, 'an image ID on a host'],
    ['host:port/a', 'a port of letters'],
    ['host:99999/a', 'a port no URL can hold'],
    ['[::1/a', 'half an address'],
    ['[:::::]/a', 'no address'],
    ['999.0.0.1/a', 'no address, though it looks like one'],
    ['user@host.com/a', 'user-info'],
    ['https://host/a', 'a URL'],
    ['app\n', 'a newline'],
    [`${'a'.repeat(250)}/b`, 'more than 255 characters'],
  ])('refuses %j: %s', (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'REFERENCE_INVALID' }));
  });

  it('takes names and tags of exactly the length allowed', () => {
    const name = `host.example/${'a'.repeat(255 - 'host.example/'.length)}`;
    expect(formatReference(parseReference(`${name}:${'t'.repeat(128)}`))).toBe(`${name}:${'t'.repeat(128)}`);
    expect(() => parseReference(`${name}a`)).toThrow(/255/);
  });

  it('says that a repository name is lower case', () => {
    expect(() => parseReference('host.io/Team/app')).toThrow(/lower case/);
  });

  it.each(['a'.repeat(200_000), 'a-'.repeat(100_000), 'a.'.repeat(100_000), `${'a'.repeat(100_000)}./b`])(
    'refuses very long text fast',
    (text) => {
      const start = performance.now();
      expect(() => parseReference(text)).toThrow();
      expect(performance.now() - start).toBeLessThan(1000);
    },
  );
});

const component = fc.stringMatching(/^[a-z0-9]{1,8}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}$/);
const registry = fc.oneof(
  fc.constantFrom('docker.io', 'localhost', 'localhost:5000', '[::1]:443', 'Host', '127.0.0.1:1'),
  fc.stringMatching(/^[a-z]{1,8}\.[a-z]{2,4}(?::[1-9][0-9]{0,3})?$/),
);
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/);
const reference = fc
  .tuple(registry, fc.array(component, { minLength: 1, maxLength: 3 }), tag, fc.nat(2))
  .map(([host, path, name, form]) => {
    const text = `${host}/${path.join('/')}`;
    return [`${text}:${name}`, `${text}@${DIGEST}`, `${text}:${name}@${DIGEST}`][form] ?? text;
  });

it('reads back what it formats, in full and as people write it', () => {
  fc.assert(
    fc.property(reference, (text) => {
      const parsed = parseReference(text);
      expect(parseReference(formatReference(parsed))).toEqual(parsed);
      expect(parseReference(familiarReference(parsed))).toEqual(parsed);
    }),
    { numRuns: 500 },
  );
});

it('reads or refuses any text, and never throws anything else', () => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from('aA0._-/:@[] ')), maxLength: 30 });
  fc.assert(
    fc.property(text, (input) => {
      try {
        const parsed = parseReference(input);
        expect(parseReference(formatReference(parsed))).toEqual(parsed);
      } catch (error) {
        expect(error).toMatchObject({ code: 'REFERENCE_INVALID' });
      }
    }),
    { numRuns: 1000 },
  );
});

it.each([
  ['docker.io/library/alpine:3', 'alpine:3'],
  ['docker.io/team/app:v1', 'team/app:v1'],
  ['docker.io/library/a/b:v1', 'library/a/b:v1'],
  ['ghcr.io/library/a:v1', 'ghcr.io/library/a:v1'],
  ['docker.io/localhost/a:v1', 'docker.io/localhost/a:v1'],
  [`docker.io/library/a@${DIGEST}`, `a@${DIGEST}`],
])('%s is written %s', (text, expected) => {
  expect(familiarReference(parseReference(text))).toBe(expected);
});

it('names a repository without tag or digest', () => {
  expect(repositoryName(parseReference(`a:5/b:c@${DIGEST}`))).toBe('a:5/b');
});

it('makes a tag of a digest', () => {
  expect(digestTag(parseReference(`a@${DIGEST}`))).toBe(`sha256-${HEX}`);
  const long: Reference = parseReference(`a@sha512:${HEX}${HEX}`);
  expect(formatReference({ ...parseReference('a'), tag: digestTag(long) })).toMatch(/:sha512-[0-9a-f]{64}$/);
  expect(digestTag(parseReference('a'))).toBe('latest');
});
