import { lintDockerfile } from '@xbundle/core';
import { describe, expect, it } from 'vitest';
import { formatLintGithub } from './lint-github.ts';
import { formatLintSummary, formatLintText, type LintedFile } from './lint-text.ts';
import type { TextLayout } from './prose.ts';

const plain: TextLayout = { paint: (_, text) => text, width: 80 };

function linted(text: string, file = 'Dockerfile'): LintedFile {
  return { file, text, findings: lintDockerfile(text, { file }).findings };
}

const BAD = 'FROM alpine\nARG TARGETARCH=amd64\nRUN echo $TARGETARCH > /a\n';

describe('formatLintText', () => {
  it('underlines the range in its line, and tells the fix', () => {
    expect(formatLintText([linted(BAD)], plain)).toEqual([
      'Dockerfile:2:5 error XB001',
      '  ARG TARGETARCH has a default, which hides the value BuildKit sets for each',
      '  platform; remove "=amd64"',
      ' 2 | ARG TARGETARCH=amd64',
      '   |     ^^^^^^^^^^^^^^^^',
      '   = fix: Remove the default of TARGETARCH',
      '',
    ]);
  });

  it('keeps within 80 columns, with the range in sight', () => {
    const long = `FROM alpine\nRUN true ${'&& true '.repeat(40)}&& wget https://x/$TARGETARCH ${'&& true '.repeat(40)}\n`;
    const lines = formatLintText([linted(long)], plain);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    const [line = '', underline = ''] = lines.filter((each) => each.includes(' | '));
    expect(line.slice(underline.indexOf('^'), underline.lastIndexOf('^') + 1)).toBe('$TARGETARCH');
    expect(line).toMatch(/\| ….*…$/);
  });

  it('lets no control character through', () => {
    const text = 'FROM alpine\nARG TARGETARCH=\u001b[31mamd64\nCOPY $TARGETARCH /\n';
    expect(formatLintText([linted(text, 'a\u001bb')], plain).join('\n')).not.toContain('\u001b');
  });

  it.each([
    [BAD, '1 error, 0 warnings, 0 info in 1 file; --fix puts 1 right'],
    ['FROM alpine\n', 'No findings in 1 file'],
  ])('ends with a count', (text, summary) => {
    expect(formatLintSummary([linted(text)], plain.paint)).toBe(summary);
  });
});

describe('formatLintGithub', () => {
  it('escapes what would end a command', () => {
    const finding = linted(BAD, 'a,b:c/100%').findings[0];
    const [line = ''] =
      finding === undefined ? [] : formatLintGithub([{ ...finding, message: 'one\ntwo %' }]);
    expect(line).toBe(
      '::error file=a%2Cb%3Ac/100%25,line=2,endLine=2,col=5,endColumn=21,title=XB001::one%0Atwo %25%0ARemove the default of TARGETARCH',
    );
  });
});
