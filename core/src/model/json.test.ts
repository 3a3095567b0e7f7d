import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { LIMITS } from '../limits.ts';
import { parseStrictJson, refuseOtherCase, stringifyJson } from './json.ts';

const parse = (text: string | Uint8Array): unknown =>
  parseStrictJson(typeof text === 'string' ? new TextEncoder().encode(text) : text, 'the test');

const invalid = expect.objectContaining({ code: 'DOCUMENT_INVALID' }) as Error;

describe('parseStrictJson accepts', () => {
  it.each([
    ['{}', {}],
    ['[]', []],
    ['null', null],
    [' {"a" : [ 1 , "x" ] } \n', { a: [1, 'x'] }],
    ['[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
    ['{"a":{"b":1},"b":{"a":1}}', { a: { b: 1 }, b: { a: 1 } }],
    ['{"a":"b","b":"a"}', { a: 'b', b: 'a' }],
    ['{"a":"{\\"a\\":1,\\"a\\":2}"}', { a: '{"a":1,"a":2}' }],
    ['{"a":"\\\\","b":1}', { a: '\\', b: 1 }],
    ['{"a":["x","x",{"x":1}]}', { a: ['x', 'x', { x: 1 }] }],
    ['{"annotations":{"A":"1","a":"2"}}', { annotations: { A: '1', a: '2' } }],
    [
      '{"config":{"Labels":{"Maintainer":"x","maintainer":"y"}}}',
      { config: { Labels: { Maintainer: 'x', maintainer: 'y' } } },
    ],
    ['{"size":9007199254740991}', { size: 9007199254740991 }],
    ['{"size":0,"rate":1.5}', { size: 0, rate: 1.5 }],
    ['{"rate":1e3}', { rate: 1000 }],
    ['{"emoji":"😀"}', { emoji: '😀' }],
  ])('%s', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it('every object that JSON.stringify writes whose keys differ by more than case', () => {
    const key = fc.string({ unit: 'grapheme' }).filter((text) => text.toLowerCase() !== 'size');
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 0 }),
        fc.array(tie('value'), { maxLength: 4 }),
        fc
          .uniqueArray(fc.tuple(key, tie('value')), {
            maxLength: 4,
            selector: ([name]) => name.toLowerCase().replaceAll('\u017F', 's'),
          })
          .map((entries): unknown => Object.fromEntries(entries)),
      ),
    }));
    fc.assert(
      fc.property(value, fc.nat(4), (document, indent) => {
        const text = JSON.stringify(document, undefined, indent);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });
});

describe('parseStrictJson refuses', () => {
  it.each([
    ['an exact duplicate', '{"a":1,"a":2}'],
    ['a duplicate with equal values', '{"a":1,"a":1}'],
    ['a duplicate deep inside', '[{"x":[{"a":1,"b":{},"a":2}]}]'],
    ['a duplicate after nested objects', '{"a":{"c":1},"b":[{"c":1}],"a":2}'],
    ['a duplicate with an escaped key', '{"a":1,"\\u0061":2}'],
    ['a duplicate of an escaped quote', '{"\\"":1,"\\u0022":2}'],
    ['keys that differ in case', '{"layers":[],"Layers":[]}'],
    ['keys that differ in case by an escape', '{"layers":[],"\\u004cayers":[]}'],
    ['keys that Go folds: the long s', '{"layers":[],"layer\u017F":[]}'],
    ['keys that Go folds: the Kelvin sign', '{"k":1,"\u212A":2}'],
    ['an exact duplicate in a free map', '{"annotations":{"a":"1","a":"2"}}'],
    ['keys that differ in case below a free map', '{"annotations":{"x":{"a":1,"A":2}}}'],
    ['keys that differ in case in an array under a free map', '{"annotations":[{"a":1,"A":2}]}'],
    ['two __proto__ keys', '{"__proto__":1,"__proto__":2}'],
    ['half a surrogate pair in a key', '{"\\ud800":1}'],
    ['a size with an exponent', '{"size":1e3}'],
    ['a size with a fraction', '{"layers":[{"size":2.0}]}'],
    ['data behind the document', '{} {}'],
    ['a NUL behind the document', '{}\0'],
    ['a comma too many', '[1,]'],
    ['a comment', '{} // x'],
    ['NaN', '{"a":NaN}'],
    ['single quotes', "{'a':1}"],
    ['a string without an end', '{"a'],
    ['nothing', ''],
    ['a byte order mark', '\uFEFF{}'],
  ])('%s', (_, text) => {
    expect(() => parse(text)).toThrow(invalid);
  });

  it.each([
    ['an invalid byte', [0x22, 0xff, 0x22]],
    ['an overlong encoding', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a cut-off character', [0x22, 0xe2, 0x82]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])('%s', (_, bytes) => {
    expect(() => parse(Uint8Array.from(bytes))).toThrow(invalid);
  });

  it('a document nested a million deep, without a stack overflow', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const text = `${open.repeat(1_000_000)}1${close.repeat(1_000_000)}`;
      expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
    }
  });

  it('one level more than the limit', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(parse(nested(LIMITS.jsonDepth))).toBeInstanceOf(Array);
    expect(() => parse(nested(LIMITS.jsonDepth + 1))).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    );
  });

  it('a duplicate anywhere among many keys', () => {
    const keys = fc.uniqueArray(
      fc.string({ unit: fc.constantFrom(...Array.from('abcdefgh')), minLength: 1 }),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(keys, fc.tuple(fc.nat(), fc.nat(), fc.boolean()), (names, [which, where, upper]) => {
        const again = names[which % names.length] ?? '';
        const all = [...names];
        all.splice(where % (names.length + 1), 0, upper ? again.toUpperCase() : again);
        const text = `{${all.map((name) => `${JSON.stringify(name)}:1`).join(',')}}`;
        expect(() => parse(text)).toThrow(invalid);
      }),
    );
  });
});

it('names the document and the key', () => {
  expect(() => parse('{"a":1,"A":1}')).toThrow('reading the test: the key "A" stands twice in one object');
});

it('reads 4 MiB of keys, and of one string, in a moment', () => {
  const keys = JSON.stringify(
    Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [`key${at}`, at])),
  );
  const text = JSON.stringify({ a: '\\"'.repeat(1_000_000) });
  const start = performance.now();
  parse(keys);
  parse(text);
  expect(performance.now() - start).toBeLessThan(3000);
});

it('does not let a __proto__ key reach any prototype', () => {
  const value = parse('{"__proto__":{"polluted":true}}');
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect({}).not.toHaveProperty('polluted');
});

describe('refuseOtherCase', () => {
  it.each([
    [{ Layers: 1 }, true],
    [{ 'layer\u017F': 1 }, true],
    [{ layers: 1, other: 2 }, false],
    [[], false],
    [null, false],
    ['Layers', false],
  ])('of %o is %s', (value, refused) => {
    const check = () => {
      refuseOtherCase(value, ['layers'], 'it');
    };
    if (refused) expect(check).toThrow(invalid);
    else check();
  });
});

it('writes JSON in one form, without what is undefined', () => {
  expect(stringifyJson({ b: 1, a: [undefined, 2], c: undefined })).toBe(
    '{\n  "b": 1,\n  "a": [\n    null,\n    2\n  ]\n}\n',
  );
});
