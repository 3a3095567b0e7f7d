import { describe, expect, it } from 'vitest';
import { parsePlatforms } from '../model/index.ts';
import { applyFixes, findRule, lintBases, type BaseImage } from './index.ts';

const ONE = `sha256:${'1'.repeat(64)}`;
const INDEX = `sha256:${'2'.repeat(64)}`;

const IMAGES: Readonly<Record<string, BaseImage>> = {
  [`debian:13@${ONE}`]: { kind: 'manifest', platforms: parsePlatforms(['amd64']), indexDigest: INDEX },
  [`debian@${ONE}`]: { kind: 'manifest', platforms: parsePlatforms(['amd64']) },
  [`debian:13@${INDEX}`]: { kind: 'index', platforms: parsePlatforms(['amd64,arm64']) },
  'debian:13': { kind: 'index', platforms: parsePlatforms(['amd64,arm64']) },
};

async function lint(text: string, platforms = 'amd64,arm64'): Promise<readonly string[]> {
  const asked: string[] = [];
  const { findings } = await lintBases(text, {
    platforms: parsePlatforms([platforms]),
    lookup: (name) => {
      asked.push(name);
      return Promise.resolve(IMAGES[name]);
    },
  });
  expect(new Set(asked).size).toBe(asked.length);
  return findings.map(({ rule, message }) => `${rule} ${message}`);
}

describe('lintBases', () => {
  const rule = findRule('XB010');

  it('finds the bad example of XB010, and not the good one', async () => {
    expect(await lint(rule?.bad ?? '')).toEqual([
      `XB010 debian:13@${ONE} is the manifest of linux/amd64, not the multi-platform index`,
    ]);
    expect(await lint(rule?.good ?? '')).toEqual([]);
  });

  it('puts the digest of the index in its place', async () => {
    const text = rule?.bad ?? '';
    const { findings } = await lintBases(text, { lookup: (name) => Promise.resolve(IMAGES[name]) });
    expect(applyFixes(text, findings).text).toBe(rule?.good);
  });

  it('only says what to do where there is no tag', async () => {
    const { findings } = await lintBases(`FROM debian@${ONE}\n`, {
      lookup: (name) => Promise.resolve(IMAGES[name]),
    });
    expect(findings).toMatchObject([{ rule: 'XB010', fix: { kind: 'suggested', edits: [] } }]);
  });

  it('finds a platform that the base lacks', async () => {
    expect(await lint('FROM debian:13\n', 'amd64,riscv64')).toEqual([
      'XB011 Image debian:13 has no linux/riscv64',
    ]);
  });

  it.each([
    ['a stage', `FROM scratch\nCOPY --from=debian:13@${ONE} /a /a\n`],
    [
      'a stage on the build machine',
      `FROM --platform=$BUILDPLATFORM debian:13\nCOPY --from=debian:13@${ONE} /a /a\n`,
    ],
  ])("finds one platform's digest where %s copies from an image", async (_, text) => {
    expect(await lint(text)).toEqual([
      `XB010 debian:13@${ONE} is the manifest of linux/amd64, not the multi-platform index`,
    ]);
  });

  it('finds a platform that an image to copy from lacks', async () => {
    expect(await lint('FROM scratch\nCOPY --from=debian:13 /a /a\n', 'amd64,riscv64')).toEqual([
      'XB011 Image debian:13 has no linux/riscv64',
    ]);
  });

  it.each([
    ['the one platform that is asked for', `FROM debian:13@${ONE}\n`, 'amd64'],
    ['a stage that is not needed', `FROM debian:13@${ONE} AS x\nFROM scratch\n`],
    [
      'a stage on the build machine',
      `FROM --platform=$BUILDPLATFORM debian:13@${ONE} AS x\nFROM scratch\nCOPY --from=x /a /a\n`,
    ],
    ['a base that nobody has', 'FROM example.com/none:1\n'],
    ['scratch and stages', 'FROM scratch AS a\nFROM a\n'],
    ['an ignore comment', `# xbundle ignore=XB010 amd64 only\nFROM debian:13@${ONE}\n`],
  ])('says nothing of %s', async (_, text, platforms = 'amd64,arm64') => {
    expect(await lint(text, platforms)).toEqual([]);
  });

  it('asks once for an image that two stages have', async () => {
    expect(await lint('FROM debian:13 AS a\nFROM debian:13\nCOPY --from=a /a /a\n')).toEqual([]);
  });

  it('stops when it is aborted', async () => {
    const signal = AbortSignal.abort();
    const work = lintBases('FROM debian:13\n', { lookup: () => Promise.resolve(undefined), signal });
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
