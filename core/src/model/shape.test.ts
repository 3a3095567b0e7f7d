import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseShape, type Shape } from './shape.ts';
import * as shape from './shape.ts';

interface Part {
  readonly name: string;
  readonly size?: number;
}

const members: shape.Members<Part> = { name: shape.text(1, 8), size: shape.optional(shape.number) };
const strict = shape.strictObject<Part>(members);
const loose = shape.looseObject<Part>(members);
const parts = shape.list(strict, 2);

const messageOf = (checked: Shape<unknown>, value: unknown): string => {
  try {
    parseShape(checked, value, { what: 'it' });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no error';
};

describe('an object', () => {
  it('has its members in the order of the shape, whatever their order in the text', () => {
    const read = strict(JSON.parse('{"size":1,"name":"a"}'));
    expect(JSON.stringify(read)).toBe('{"name":"a","size":1}');
  });

  it('keeps what it does not know only where it is loose', () => {
    expect(loose({ name: 'a', more: [1] })).toEqual({ name: 'a', more: [1] });
    expect(messageOf(strict, { name: 'a', more: [1] })).toBe('reading it: more: is not known');
  });

  it('has no member of its prototype', () => {
    const ofPrototype = shape.looseObject<{ readonly toString: string }>({ toString: shape.text() });
    expect(messageOf(ofPrototype, {})).toBe('reading it: toString: is missing');
  });

  it('keeps a __proto__ as any other member, and refuses it where it is strict', () => {
    const value: unknown = JSON.parse('{"name":"a","__proto__":{"size":1}}');
    const read = loose(value);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(read.size).toBeUndefined();
    expect(JSON.stringify(read)).toBe('{"name":"a","__proto__":{"size":1}}');
    expect(messageOf(strict, value)).toBe('reading it: __proto__: is not known');
  });
});

it.each<[title: string, checked: Shape<unknown>, value: unknown, message: string]>([
  ['a list for an object', strict, [], 'the document: want an object'],
  ['null for an object', strict, null, 'the document: want an object'],
  ['an object for a list', parts, {}, 'the document: want a list'],
  ['a member that is missing', parts, [{ name: 'a' }, {}], '[1].name: is missing'],
  ['an optional member that is null', strict, { name: 'a', size: null }, 'size: want a number'],
  ['text that is empty', strict, { name: '' }, 'name: it is empty'],
  ['text that is too long', strict, { name: 'a'.repeat(9) }, 'name: want at most 8 characters, got 9'],
  ['a number for text', strict, { name: 1 }, 'name: want text'],
  ['too many entries', parts, [1, 2, 3], 'the document: want at most 2 entries, got 3'],
  ['text for a flag', shape.flag, 'true', 'the document: want true or false'],
  ['none of the words', shape.oneOf('a', 'b'), 'c', 'the document: want "a" or "b"'],
  ['a number among texts', shape.textByName, { a: 'x', b: 1 }, 'b: want text'],
  [
    'what a test refuses',
    shape.suchThat(shape.number, (n) => n > 1, 'want more'),
    1,
    'the document: want more',
  ],
])('%s is refused with its place', (...[, checked, value, message]) => {
  expect(messageOf(checked, value)).toBe(`reading it: ${message}`);
});

it('a member that is unset may be absent or null, and no other thing', () => {
  const checked = shape.looseObject<{ readonly a?: string | null }>({ a: shape.unset(shape.text()) });
  expect(checked({})).toEqual({});
  expect(checked({ a: null })).toEqual({ a: null });
  expect(messageOf(checked, { a: 1 })).toBe('reading it: a: want text');
});

it('a member that must be absent is refused with any value', () => {
  const checked = shape.looseObject<{ readonly a?: never }>({ a: shape.absent });
  expect(checked({})).toEqual({});
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(messageOf(checked, { a: value })).toBe('reading it: a: must not be there');
    }),
  );
});

it('objects of text by name are read as they are', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (value) => {
      expect(shape.textByName(value)).toEqual({ ...value });
    }),
  );
});
