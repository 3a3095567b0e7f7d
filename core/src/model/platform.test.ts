import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  comparePlatforms,
  formatPlatform,
  isUnknownPlatform,
  normalizePlatform,
  parsePlatform,
  parsePlatforms,
  satisfies,
  type Platform,
} from './platform.ts';

describe('parsePlatform', () => {
  it.each([
    ['amd64', 'linux/amd64'],
    ['linux/amd64', 'linux/amd64'],
    ['LINUX/AMD64', 'linux/amd64'],
    [' linux/amd64 ', 'linux/amd64'],
    ['x86_64', 'linux/amd64'],
    ['linux/x86-64', 'linux/amd64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['amd64/v2', 'linux/amd64/v2'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['i386', 'linux/386'],
    ['linux/i686', 'linux/386'],
    ['aarch64', 'linux/arm64'],
    ['arm64/v8', 'linux/arm64'],
    ['linux/arm64/8', 'linux/arm64'],
    ['linux/arm64/v9', 'linux/arm64/v9'],
    ['arm', 'linux/arm/v7'],
    ['armhf', 'linux/arm/v7'],
    ['armel', 'linux/arm/v6'],
    ['linux/arm/7', 'linux/arm/v7'],
    ['arm/v5', 'linux/arm/v5'],
    ['arm/v6', 'linux/arm/v6'],
    ['linux/arm/v7', 'linux/arm/v7'],
    ['linux/arm/v8', 'linux/arm/v8'],
    ['riscv64', 'linux/riscv64'],
    ['linux/s390x', 'linux/s390x'],
    ['ppc64le', 'linux/ppc64le'],
    ['macos/arm64', 'darwin/arm64'],
    ['darwin/aarch64', 'darwin/arm64'],
    ['windows/amd64', 'windows/amd64'],
    ['windows/amd64:10.0.20348.1', 'windows/amd64:10.0.20348.1'],
    ['windows/amd64:10.0.1+win32k', 'windows/amd64:10.0.1+win32k'],
    ['wasi/wasm', 'wasi/wasm'],
  ])('reads %s as %s', (text, expected) => {
    expect(formatPlatform(parsePlatform(text))).toBe(expected);
  });

  it.each([
    '',
    ' ',
    '/',
    'linux',
    'linux/',
    '/amd64',
    'banana',
    'linux/banana',
    'banana/amd64',
    'amd64/linux',
    'amd64/arm64',
    'linux/arm64/amd64',
    'unknown/unknown',
    'linux/amd64/v1/x',
    'amd64/v1/x',
    'linux/amd 64',
    'linux/amd64:',
    'linux/amd64+',
    'linux/amd64;rm',
    'constructor',
    'linux/__proto__',
    `linux/${'a'.repeat(65)}`,
  ])('refuses %j', (text) => {
    expect(() => parsePlatform(text)).toThrow(expect.objectContaining({ code: 'PLATFORM_INVALID' }));
  });

  it('asks which architecture of an operating system is meant', () => {
    expect(() => parsePlatform('linux')).toThrow(/which architecture of linux/);
  });

  it('refuses or reads any text, and reads again what it wrote', () => {
    const word = fc.constantFrom('linux', 'windows', 'arm', 'armhf', 'arm64', 'amd64', 'v5', 'v8', '8', 'x');
    const text = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 4 }).map((words) => words.join('/')),
    );
    fc.assert(
      fc.property(text, (input) => {
        let first: Platform;
        try {
          first = parsePlatform(input);
        } catch (error) {
          expect(error).toMatchObject({ code: 'PLATFORM_INVALID' });
          return;
        }
        expect(parsePlatform(formatPlatform(first))).toEqual(first);
        expect(normalizePlatform(first)).toEqual(first);
      }),
      { numRuns: 500 },
    );
  });
});

it('takes lists with commas, each platform once, in the order given', () => {
  const platforms = parsePlatforms(['arm64,amd64', ' linux/arm64/v8', '', 'arm/v6,']);
  expect(platforms.map(formatPlatform)).toEqual(['linux/arm64', 'linux/amd64', 'linux/arm/v6']);
});

describe('normalizePlatform', () => {
  it.each<[Platform, Platform]>([
    [
      { os: 'Linux', architecture: 'ARM64', variant: 'v8' },
      { os: 'linux', architecture: 'arm64' },
    ],
    [
      { os: 'linux', architecture: 'arm', variant: '' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
    ],
    [
      { os: 'linux', architecture: 'armhf', variant: 'v6' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
    ],
    [
      { os: 'windows', architecture: 'amd64', 'os.version': '10.0.1', 'os.features': ['win32k', 'a'] },
      { os: 'windows', architecture: 'amd64', 'os.version': '10.0.1', 'os.features': ['a', 'win32k'] },
    ],
    [
      { os: 'linux', architecture: 'amd64', 'os.version': '', 'os.features': [] },
      { os: 'linux', architecture: 'amd64' },
    ],
    [
      { os: 'linux', architecture: 'constructor' },
      { os: 'linux', architecture: 'constructor' },
    ],
    [
      { os: 'unknown', architecture: 'unknown' },
      { os: 'unknown', architecture: 'unknown' },
    ],
  ])('of %o is %o', (platform, expected) => {
    expect(normalizePlatform(platform)).toEqual(expected);
  });

  it('leaves its argument as it was', () => {
    const features = Object.freeze(['b', 'a']);
    normalizePlatform(Object.freeze({ os: 'linux', architecture: 'amd64', 'os.features': features }));
    expect(features).toEqual(['b', 'a']);
  });
});

describe('satisfies', () => {
  const windows = (version?: string): Platform => ({
    os: 'windows',
    architecture: 'amd64',
    ...(version !== undefined && { 'os.version': version }),
  });
  it.each<[Platform, Platform, boolean]>([
    [{ os: 'linux', architecture: 'arm64', variant: 'v8' }, parsePlatform('arm64'), true],
    [{ os: 'linux', architecture: 'arm' }, parsePlatform('arm/v7'), true],
    [parsePlatform('arm/v6'), parsePlatform('arm/v7'), false],
    [parsePlatform('arm/v7'), parsePlatform('arm/v6'), false],
    [parsePlatform('amd64'), parsePlatform('arm64'), false],
    [parsePlatform('darwin/arm64'), parsePlatform('linux/arm64'), false],
    [parsePlatform('amd64/v3'), parsePlatform('amd64'), false],
    [windows('10.0.1'), windows(), true],
    [windows(), windows('10.0.1'), false],
    [windows('10.0.2'), windows('10.0.1'), false],
    [windows('10.0.1'), windows('10.0.1'), true],
    [{ ...windows(), 'os.features': ['a', 'b'] }, { ...windows(), 'os.features': ['b'] }, true],
    [{ ...windows(), 'os.features': ['a'] }, { ...windows(), 'os.features': ['b'] }, false],
  ])('%o for the wish %o is %s', (platform, wanted, expected) => {
    expect(satisfies(platform, wanted)).toBe(expected);
  });
});

it('knows the platform of attestations', () => {
  expect(isUnknownPlatform({ os: 'unknown', architecture: 'unknown' })).toBe(true);
  expect(isUnknownPlatform({ os: 'linux', architecture: 'unknown' })).toBe(false);
  expect(isUnknownPlatform(undefined)).toBe(false);
});

it('orders platforms by their text', () => {
  const texts = ['windows/amd64', 'linux/arm64', 'linux/amd64', 'linux/arm/v7', 'linux/amd64'];
  const sorted = texts.map(parsePlatform).sort(comparePlatforms).map(formatPlatform);
  expect(sorted).toEqual([...texts].sort());
});
