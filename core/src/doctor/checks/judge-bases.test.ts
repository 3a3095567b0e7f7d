import { describe, expect, it } from 'vitest';
import { parsePlatform, parsePlatforms, parseReference } from '../../model/index.ts';
import type { BaseReport } from '../facts.ts';
import { judgeBases } from './judge-bases.ts';

describe('base images', () => {
  function base(image: string, platform: string, more: Partial<BaseReport> = {}): BaseReport {
    return {
      use: { component: 'app', image, platform: parsePlatform(platform), file: 'Dockerfile', line: 3 },
      name: parseReference(image || 'x'),
      offered: parsePlatforms(['amd64,arm/v6']),
      from: 'registry',
      ...more,
    };
  }

  const failure = { code: 'UNREACHABLE', reason: 'no route' } as const;

  it.each([
    ['the platform', base('alpine:3', 'amd64'), 'ok', undefined],
    ['a lower level of ARM, which runs there', base('alpine:3', 'arm/v7'), 'ok', undefined],
    ['another platform only', base('alpine:3', 'arm64'), 'error', 'INCOMPLETE'],
    ['nothing', base('alpine:3', 'arm64', { offered: [], from: undefined }), 'error', 'INCOMPLETE'],
    ['no answer', base('alpine:3', 'arm64', { offered: [], from: undefined, failure }), 'warning', undefined],
    ['no answer, but in the engine', base('alpine:3', 'amd64', { from: 'engine', failure }), 'ok', undefined],
    ['no name', base('', 'arm64', { name: undefined }), 'error', 'DEFINITION_INVALID'],
  ] as const)('with %s', (...[, report, severity, error]) => {
    const [finding] = judgeBases({ wanted: [], bases: [report], binfmtImage: 'b' });
    expect([finding?.code, finding?.severity, finding?.error]).toEqual(['base-image', severity, error]);
    expect([finding?.breaks, finding?.fix].includes(undefined)).toBe(severity === 'ok');
  });

  it('are told once for all components that start from them', () => {
    const bases = [base('alpine:3', 'amd64'), base('alpine:3', 'amd64')];
    expect(judgeBases({ wanted: [], bases, binfmtImage: 'b' })).toHaveLength(1);
  });
});
