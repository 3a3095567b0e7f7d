import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parsePlatforms } from '../model/index.ts';
import { applyFixes, lintDockerfile, type LintOptions } from './index.ts';

const FOLDER = new URL('../../../test/fixtures/lint/', import.meta.url);

async function lint(name: string, options: LintOptions = {}): Promise<readonly string[]> {
  const text = await readFile(new URL(name, FOLDER), 'utf8');
  const { findings } = lintDockerfile(text, { platforms: parsePlatforms(['amd64,arm64']), ...options });
  return findings.map(({ rule, severity, range }) => `${range.start.line} ${rule} ${severity}`);
}

describe('the files that started this', () => {
  it('the Go monorepo: every mistake is found', async () => {
    expect(await lint('go-monorepo.Dockerfile')).toEqual([
      '5 XB013 warning',
      '11 XB001 info',
      '23 XB002 info',
      '24 XB012 error',
      '24 XB004 error',
    ]);
  });

  it('the Go monorepo: the name that its Makefile passes is no ARG', async () => {
    expect(await lint('go-monorepo.Dockerfile', { buildArgs: { GOIMAGE: 'golang:1.23' } })).toContain(
      '5 XB012 error',
    );
  });

  it('the Rust service: the conditional target is found', async () => {
    expect(await lint('rust-service.Dockerfile')).toEqual(['9 XB016 warning']);
  });

  it('the mended Go monorepo has no findings', async () => {
    expect(await lint('healthy.Dockerfile', { platforms: parsePlatforms(['amd64,arm64,arm/v6']) })).toEqual(
      [],
    );
  });
});

describe('automatic fixes of the Go monorepo', () => {
  it('leave what only its author can decide', async () => {
    const text = await readFile(new URL('go-monorepo.Dockerfile', FOLDER), 'utf8');
    const fixed = applyFixes(text, lintDockerfile(text).findings);
    expect(fixed.applied.map(({ rule }) => rule)).toEqual(['XB001', 'XB002', 'XB012']);
    expect(fixed.text).toContain('ARG TARGETOS\n');
    expect(fixed.text).toContain('ARG TARGETPLATFORM\nRUN --mount');
    expect(fixed.text).toContain('CGO_ENABLED=$CGOENABLED go build');
    expect(lintDockerfile(fixed.text).findings.map(({ rule }) => rule)).toEqual(['XB013', 'XB004']);
  });
});
