import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyFixes, lintDockerfile, parseLintConfig, RULES } from './index.ts';

const BAD = 'FROM alpine\nARG TARGETARCH=amd64\nRUN echo $TARGETARCH > /a\n';

function rulesOf(text: string): readonly string[] {
  return lintDockerfile(text).findings.map(({ rule }) => rule);
}

describe('lintDockerfile', () => {
  it('gives places by line and column, counted from 1', () => {
    expect(lintDockerfile(BAD, { file: 'app/Dockerfile' }).findings).toMatchObject([
      {
        rule: 'XB001',
        file: 'app/Dockerfile',
        range: { start: { line: 2, column: 5 }, end: { line: 2, column: 21 } },
        fix: {
          edits: [{ range: { start: { line: 2, column: 15 }, end: { line: 2, column: 21 } }, text: '' }],
        },
      },
    ]);
  });

  it.each([
    ['above the instruction', BAD.replace('ARG', '# xbundle ignore=XB001 one platform only\nARG')],
    ['among other rules', BAD.replace('ARG', '# xbundle ignore=XB004, XB001 so it is\nARG')],
    ['above other comments', BAD.replace('ARG', '# xbundle ignore=XB001\n# more\nARG')],
    ['for all rules', BAD.replace('ARG', '# xbundle ignore=all\nARG')],
  ])('takes an ignore comment %s', (_, text) => {
    expect(rulesOf(text)).toEqual([]);
    expect(lintDockerfile(text).ignored).toHaveLength(1);
  });

  it.each(['Dockerfile.arm64', 'docker/arm64v8-build.Dockerfile', 'docker\\Dockerfile.aarch64'])(
    'takes %s for a file that is meant for one architecture',
    (file) => {
      const text = 'FROM golang\nARG TARGETARCH\nENV GOARCH=arm64\nRUN go build -o /app .\n';
      expect(lintDockerfile(text, { file }).findings).toMatchObject([{ rule: 'XB005', severity: 'info' }]);
      expect(lintDockerfile(text, { file: 'arm64/Dockerfile' }).findings).toMatchObject([
        { severity: 'error' },
      ]);
    },
  );

  it('puts an ARG that a trigger lacks into a trigger before it', () => {
    const text = 'FROM alpine\nONBUILD RUN echo $TARGETARCH > /a\n';
    expect(applyFixes(text, lintDockerfile(text).findings).text).toBe(
      'FROM alpine\nONBUILD ARG TARGETARCH\nONBUILD RUN echo $TARGETARCH > /a\n',
    );
  });

  it('tells the reason of what is ignored', () => {
    const { ignored } = lintDockerfile(BAD.replace('ARG', '# xbundle ignore=XB001 amd64 by contract\nARG'));
    expect(ignored).toMatchObject([{ reason: 'amd64 by contract', finding: { rule: 'XB001' } }]);
  });

  it.each([
    ['of another rule', BAD.replace('ARG', '# xbundle ignore=XB002\nARG')],
    ['of another instruction', `# xbundle ignore=XB001\n${BAD}`],
    ["of BuildKit's checks", `# check=skip=all\n${BAD}`],
  ])('leaves findings under a comment %s', (_, text) => {
    expect(rulesOf(text)).toEqual(['XB001']);
  });

  it('takes an ignore comment within a step for the line below it', () => {
    const text =
      'FROM alpine\nRUN true \\\n  # xbundle ignore=XB002\n  && echo $TARGETARCH > /a \\\n  && echo $TARGETOS > /b\n';
    expect(lintDockerfile(text).findings.map(({ range }) => range.start.line)).toEqual([5]);
  });

  it('takes severities from the configuration, and leaves rules out', () => {
    const config = parseLintConfig('rules: { XB001: info }', 'c.yaml');
    expect(lintDockerfile(BAD, { config }).findings).toMatchObject([{ severity: 'info' }]);
    const off = parseLintConfig('rules: { xb001: off }', 'c.yaml');
    expect(lintDockerfile(BAD, { config: off }).findings).toEqual([]);
  });

  it.each([
    'rules: { XB999: off }',
    'rules: { XB001: loud }',
    'rule: {}',
    'ignore: x',
    'a: [',
    '&a [*a]',
    'rules: *x',
  ])('refuses the configuration %j', (text) => {
    expect(() => parseLintConfig(text, 'c.yaml')).toThrow(
      expect.objectContaining({ code: 'DEFINITION_INVALID' }),
    );
  });

  it('refuses a text that is too long', () => {
    expect(() => lintDockerfile('#'.repeat(1_048_577))).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    );
  });

  it.each(['', 'FROM', 'RUN', 'FROM \nRUN $', 'ARG', 'FROM a\nRUN <<EOF', 'FROM a\nRUN "${A', 'COPY --from'])(
    'survives %j',
    (text) => {
      expect(() => lintDockerfile(text)).not.toThrow();
    },
  );

  it('survives any cut and any noise in any example, and its fixes can be applied', () => {
    const texts = RULES.flatMap(({ bad, good }) => [bad, good]);
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(400), fc.string({ maxLength: 6 }), (text, at, noise) => {
        const mutated = text.slice(0, at) + noise + text.slice(at + noise.length);
        const { findings } = lintDockerfile(mutated);
        expect(typeof applyFixes(mutated, findings).text).toBe('string');
      }),
      { numRuns: 400 },
    );
  });

  it('reads a Windows file and one with another escape character', () => {
    const text = '# escape=`\r\nFROM alpine\r\nRUN echo `\r\n  $TARGETARCH > /a\r\n';
    expect(lintDockerfile(text).findings).toMatchObject([
      { rule: 'XB002', range: { start: { line: 4, column: 3 } } },
    ]);
  });
});
