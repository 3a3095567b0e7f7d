import { expect, it } from 'vitest';
import fc from 'fast-check';
import { digestAlgorithm, digestHex, isDigest, parseDigest, shortDigest, toDigest } from './digest.ts';

const hex = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...Array.from('0123456789abcdef')),
    minLength: length,
    maxLength: length,
  });

it('takes apart and puts together every sha256 and sha512 digest', () => {
  const parts = fc.oneof(
    fc.tuple(fc.constant('sha256' as const), hex(64)),
    fc.tuple(fc.constant('sha512' as const), hex(128)),
  );
  fc.assert(
    fc.property(parts, ([algorithm, value]) => {
      const digest = parseDigest(`${algorithm}:${value}`);
      expect(digestAlgorithm(digest)).toBe(algorithm);
      expect(digestHex(digest)).toBe(value);
      expect(toDigest(algorithm, value)).toBe(digest);
    }),
  );
});

const HEX = '0123456789abcdef'.repeat(4);

it.each([
  '',
  'sha256:',
  `sha256:${HEX.toUpperCase()}`,
  `SHA256:${HEX}`,
  `sha256:${HEX.slice(1)}`,
  `sha256:${HEX}0`,
  `sha256:${HEX}\n`,
  ` sha256:${HEX}`,
  `sha512:${HEX}`,
  `sha384:${HEX}${HEX.slice(32)}`,
  `md5:${HEX.slice(32)}`,
  `sha256:../../${HEX.slice(6)}`,
  HEX,
])('refuses %j', (text) => {
  expect(isDigest(text)).toBe(false);
  expect(() => parseDigest(text)).toThrow(expect.objectContaining({ code: 'DIGEST_INVALID' }));
});

it('names whose digest is wrong, and shows no more than a line of it', () => {
  const text = 'x'.repeat(10_000);
  expect(() => parseDigest(text, 'layer 3')).toThrow(/layer 3: got "x{160}"/);
});

it('shortens a digest for tables', () => {
  expect(shortDigest(parseDigest(`sha256:${HEX}`))).toBe('sha256:0123456789ab');
  expect(shortDigest(parseDigest(`sha512:${HEX}${HEX}`))).toBe('sha512:0123456789ab');
});
