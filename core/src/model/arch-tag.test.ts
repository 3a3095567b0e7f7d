import { describe, expect, it } from 'vitest';
import { parsePlatform, type Platform } from './platform.ts';
import { archTag, formatReference, parseReference } from './reference.ts';

const windows: Platform = { os: 'windows', architecture: 'amd64', 'os.version': '10.0.20348.1' };

describe('archTag by default', () => {
  it.each([
    ['amd64', 'v1-amd64'],
    ['x86_64', 'v1-amd64'],
    ['arm64/v8', 'v1-arm64'],
    ['arm', 'v1-arm-v7'],
    ['arm/v5', 'v1-arm-v5'],
    ['arm/v6', 'v1-arm-v6'],
    ['amd64/v3', 'v1-amd64-v3'],
    ['windows/amd64', 'v1-windows-amd64'],
    ['windows/amd64:10.0.20348.1', 'v1-windows-10.0.20348.1-amd64'],
    ['darwin/arm64', 'v1-darwin-arm64'],
  ])('of %s is %s', (platform, tag) => {
    expect(archTag(parseReference('host:5000/app:v1'), parsePlatform(platform))).toEqual({
      registry: 'host:5000',
      repository: 'app',
      tag,
    });
  });

  it('differs for platforms that differ', () => {
    const texts = [
      'amd64',
      'amd64/v2',
      '386',
      'arm/v5',
      'arm/v6',
      'arm/v7',
      'arm64',
      'windows/amd64',
      'darwin/amd64',
    ];
    const tags = texts.map((text) => archTag(parseReference('a:v1'), parsePlatform(text)).tag);
    expect(new Set(tags).size).toBe(texts.length);
  });

  it('uses the digest where there is no tag', () => {
    const reference = parseReference(`app@sha256:${'0'.repeat(64)}`);
    expect(archTag(reference, parsePlatform('arm64')).tag).toBe(`sha256-${'0'.repeat(64)}-arm64`);
  });
});

describe('archTag by a pattern', () => {
  it.each([
    ['{arch}-{tag}', 'arm/v7', 'arm-v1'],
    ['{tag}_{os}_{arch}{variant}', 'arm/v7', 'v1_linux_armv7'],
    ['{tag}_{os}_{arch}{variant}', 'arm64', 'v1_linux_arm64'],
    ['{tag}-{os}-{arch}{-variant}', 'arm/v6', 'v1-linux-arm-v6'],
    ['{tag}-{os}-{arch}', 'windows/amd64', 'v1-windows-amd64'],
    ['fixed', 'amd64', 'fixed'],
  ])('%s for %s is %s', (pattern, platform, tag) => {
    expect(archTag(parseReference('a:v1'), parsePlatform(platform), pattern).tag).toBe(tag);
  });

  it.each(['{unknown}', '', '-{tag}', '{tag}/{arch}', '{tag}:{arch}', '{tag} {arch}'])(
    'refuses %j',
    (pattern) => {
      expect(() => archTag(parseReference('a:v1'), windows, pattern)).toThrow(
        expect.objectContaining({ code: 'REFERENCE_INVALID' }),
      );
    },
  );
});

it('takes a tag of 128 characters and refuses a longer one', () => {
  const fits = parseReference(`a:${'t'.repeat(122)}`);
  expect(formatReference(archTag(fits, parsePlatform('amd64')))).toHaveLength(
    'docker.io/library/a:'.length + 128,
  );
  expect(() => archTag(fits, parsePlatform('arm/v7'))).toThrow(
    expect.objectContaining({ code: 'REFERENCE_INVALID' }),
  );
});
