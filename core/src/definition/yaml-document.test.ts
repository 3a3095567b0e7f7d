import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isXbundleError } from '../errors.ts';
import { parseYamlDocument } from './yaml-document.ts';

const parse = (text: string): unknown => parseYamlDocument(text, 'x.yaml', { mergeKeys: true }).value;

/** Each level stands for nine of the one before. */
function laughs(levels: number, entry: (aliases: string) => string): string {
  const lines = Array.from({ length: levels }, (_, at) => {
    const aliases = Array<string>(9).fill(`*a${at}`).join(', ');
    return `a${at + 1}: &a${at + 1} ${entry(`[${aliases}]`)}`;
  });
  return ['a0: &a0 { x: 1 }', ...lines].join('\n');
}

describe('parseYamlDocument', () => {
  it.each<[string, string, unknown]>([
    [
      'plain scalars as YAML 1.2 has them',
      'a: yes\nb: 0o17\nc: 1:30\nd: ~',
      { a: 'yes', b: 15, c: '1:30', d: null },
    ],
    ['JSON with tabs', '{\n\t"a": [1, "\\u00e9\\/"]\n}\n', { a: [1, 'é/'] }],
    ['merge keys', 'a: &a {x: 1}\nb: {<<: *a, y: 2}', { a: { x: 1 }, b: { x: 1, y: 2 } }],
    ['keys of objects that every object has', 'constructor: 1\ntoString: 2', { constructor: 1, toString: 2 }],
    ['nothing', '# only this', null],
  ])('reads %s', (title, text, value) => {
    expect(parse(text), title).toEqual(value);
  });

  it.each<[string, string, number]>([
    ['a syntax error', 'a: 1\nb: [1\nc: 2', 3],
    ['a key twice', 'a: 1\nb:\n  c: 1\n  "c": 2', 4],
    ['a key twice in JSON', '{"a": 1,\n"a": 2}', 2],
    ['a merge key twice', 'a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a', 4],
    ['the key __proto__', 'a:\n  __proto__: {x: 1}', 2],
    ['a list as a key', '? [a, b]\n: 1', 1],
    ['an alias as a key', 'a: &a b\n*a : 1', 2],
    ['a null key', '~: 1', 1],
    ['a custom tag', 'a: 1\nb: !include x.yaml', 2],
    ['a tag of a language', '!!js/function "return 1"', 1],
    ['a tag of YAML 1.1', 'a: !!binary aGk=', 1],
    ['an unknown directive', '%FOO 1\n---\na: 1', 1],
    ['a second document', 'a: 1\n---\nb: 1', 2],
  ])('refuses %s and says where', (title, text, line) => {
    const error: unknown = (() => {
      try {
        return parse(text);
      } catch (caught) {
        return caught;
      }
    })();
    expect(isXbundleError(error, 'DEFINITION_INVALID'), title).toBe(true);
    expect(String(error)).toContain(`x.yaml:${line}: `);
  });

  it.each<[string, string]>([
    ['an alias to nothing', 'a: *b'],
    ['an alias before its anchor', 'a: *b\nb: &b 1'],
  ])('refuses %s', (title, text) => {
    expect(() => parse(text), title).toThrow(
      expect.objectContaining({ code: 'DEFINITION_INVALID' }) as Error,
    );
  });

  const megabyte = 1_048_576;
  it.each<[string, string]>([
    ['a billion laughs', laughs(12, (aliases) => aliases)],
    ['a billion laughs of merge keys', laughs(12, (aliases) => `{ <<: ${aliases} }`)],
    ['brackets inside each other', '['.repeat(megabyte)],
    ['braces inside each other', '{a: '.repeat(megabyte / 4)],
    ['lists inside each other', '- '.repeat(megabyte / 2)],
    ['keys inside each other', '? '.repeat(megabyte / 2)],
    [
      'mappings inside each other',
      Array.from({ length: 1_400 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
    ],
    ['anchors without end', '&a '.repeat(megabyte / 3)],
    ['aliases without end', `- &a 1\n${'- *a\n'.repeat(100_000)}`],
    ['items without end', '- a\n'.repeat(megabyte / 4)],
    ['commas without end', `[${','.repeat(megabyte)}]`],
    ['lines without end', '\n'.repeat(megabyte)],
  ])('refuses %s at once', (title, text) => {
    expect(() => parse(text), title).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }) as Error);
  });

  it('ends with a document that holds itself', () => {
    expect(() => parse('a: &a [*a]')).not.toThrow();
  });

  it('reads many keys in a time that grows with their number', () => {
    const text = Array.from({ length: 10_000 }, (_, at) => `k${at}: 1`).join('\n');
    expect(Object.keys(parse(text) as object)).toHaveLength(10_000);
  });

  it('reads what JSON.stringify writes as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3, noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value, undefined, 2);
        if (text.includes('"__proto__"')) return;
        expect(parseYamlDocument(text, 'x.json').value).toEqual(JSON.parse(text));
      }),
    );
  });

  it('reads any text or says what is wrong with it', () => {
    const syntax = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '-',
      '[',
      ']',
      '{',
      '}',
      '&a',
      '*a',
      '"',
      "'",
      '|',
      '!',
      '#',
      ',',
      '?',
    );
    fc.assert(
      fc.property(fc.array(syntax, { maxLength: 60 }), (parts) => {
        try {
          parse(parts.join(''));
        } catch (error) {
          expect(isXbundleError(error, 'DEFINITION_INVALID', 'LIMIT_EXCEEDED'), String(error)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each<[readonly PropertyKey[], number | undefined]>([
    [[], 1],
    [['b'], 2],
    [['b', 1], 4],
    [['b', 1, 'c'], 4],
    [['b', 1, 'nothing'], 4],
    [['nothing'], 1],
  ])('knows the line of %j', (path, line) => {
    expect(parseYamlDocument('a: 1\nb:\n  - 1\n  - c: 2\n', 'x').lineOf(path)).toBe(line);
  });
});
