import { DockerfileParser } from 'dockerfile-ast';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSourceText } from '../source-text.ts';
import { parseDockerfile } from './parse-dockerfile.ts';
import { allInstructions } from './tree.ts';

/** `KEYWORD first-last` of each instruction, by lines. */
function told(text: string): readonly string[] {
  const source = createSourceText(text);
  return allInstructions(parseDockerfile(source)).map(
    ({ keyword, start, end }) => `${keyword} ${source.positionAt(start).line}-${source.positionAt(end).line}`,
  );
}

/** Bodies of heredocs. */
function bodies(text: string): readonly string[] {
  return allInstructions(parseDockerfile(createSourceText(text))).flatMap(({ heredocs }) =>
    heredocs.map(({ body, quoted }) => `${quoted ? 'quoted ' : ''}${text.slice(body.start, body.end)}`),
  );
}

describe('the instructions of a Dockerfile', () => {
  it.each([
    ['follow each other', 'FROM a\nRUN b\n', ['FROM 1-1', 'RUN 2-2']],
    ['go on after a backslash', 'FROM a\nRUN b \\\n  c\nRUN d', ['FROM 1-1', 'RUN 2-3', 'RUN 4-4']],
    ['go on over comments and empty lines', 'FROM a\nRUN b \\\n# c\n\n  d\n', ['FROM 1-1', 'RUN 2-5']],
    ['end with the file', 'FROM a\nRUN b \\\n', ['FROM 1-1', 'RUN 2-2']],
    ['do not go on after two backslashes', 'FROM a\nRUN b \\\\\nRUN c\n', ['FROM 1-1', 'RUN 2-2', 'RUN 3-3']],
    ['may go on with another character', '# escape=`\nFROM a\nRUN b `\n c \\\n', ['FROM 2-2', 'RUN 3-4']],
    ['may be in small letters and indented', '  from a\n\trun b\n', ['FROM 1-1', 'RUN 2-2']],
    ['may end with carriage returns', 'FROM a\r\nRUN b \\\r\n c\r\n', ['FROM 1-1', 'RUN 2-3']],
    ['hold heredocs', 'FROM a\nRUN <<EOF\nCOPY x\nEOF\nRUN c\n', ['FROM 1-1', 'RUN 2-4', 'RUN 5-5']],
    ['hold a heredoc that never ends', 'FROM a\nRUN <<EOF\nb\n', ['FROM 1-1', 'RUN 2-3']],
    ['hold heredocs in triggers', 'FROM a\nONBUILD RUN <<E\nb\nE\n', ['FROM 1-1', 'ONBUILD 2-4', 'RUN 2-4']],
    ['hold no heredoc of another kind', 'FROM a\nCMD <<EOF\nRUN b\n', ['FROM 1-1', 'CMD 2-2', 'RUN 3-3']],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toEqual(expected);
  });

  it.each([
    ['one', 'FROM a\nRUN <<EOF\nb\nc\nEOF\n', ['b\nc\n']],
    ['one in quotes', "FROM a\nCOPY <<'EOF' /a\n$b\nEOF\n", ['quoted $b\n']],
    ['one whose tabs do not count', 'FROM a\nRUN <<-EOF\n\tb\n\tEOF\n', ['\tb\n']],
    ['two', 'FROM a\nCOPY <<A <<B /\na\nA\nb\nB\n', ['a\n', 'b\n']],
    ['one for a shell', 'FROM a\nRUN bash <<EOF\nb\nEOF\n', ['b\n']],
    ['none, but a shift', 'FROM a\nRUN echo $((1<<2))\n', []],
    ['an empty one', 'FROM a\nRUN <<EOF\nEOF\n', ['']],
  ])('have heredocs: %s', (_, text, expected) => {
    expect(bodies(text)).toEqual(expected);
  });

  it('are those that dockerfile-ast finds', () => {
    const line = fc.constantFrom(
      ...[
        'FROM a',
        'RUN b',
        'RUN b \\',
        '  && c \\',
        '  && d',
        '# e',
        '',
        '   ',
        'COPY --from=a f g',
        'ARG A=1',
      ],
      ...['RUN <<EOF', 'EOF', 'ONBUILD RUN h \\', 'CMD ["i"]', 'ENV A=1 \\', '  B=2', '  # j'],
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.constantFrom('\n', '\r\n'), (lines, newline) => {
        const text = ['FROM a', ...lines, ''].join(newline);
        const parsed = DockerfileParser.parse(text).getInstructions();
        const expected = parsed.map((each) => `${each.getKeyword()} ${each.getRange().start.line + 1}`);
        const source = createSourceText(text);
        const own = allInstructions(parseDockerfile(source))
          .filter(({ onBuild }) => onBuild === undefined)
          .map(({ keyword, start }) => `${keyword} ${source.positionAt(start).line}`);
        expect(own).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
