import { expect, it } from 'vitest';
import fc from 'fast-check';
import { formatCsv, formatCsvFields, parseCsv, parseCsvFields } from './csv.ts';

it.each([
  [['type=oci', 'dest=/a b'], 'type=oci,dest=/a b'],
  [['dest=/a,b'], '"dest=/a,b"'],
  [['dest=/a"b'], '"dest=/a""b"'],
  [['dest=/a=b'], 'dest=/a=b'],
  [[' a', ''], '" a",""'],
  [['a\nb'], '"a\nb"'],
  [['-a', "it's"], "-a,it's"],
])('writes %j as %j', (fields, text) => {
  expect(formatCsv(fields)).toBe(text);
  expect(parseCsv(text)).toEqual(fields);
});

it('reads what it writes', () => {
  const texts = fc.array(fc.string(), { minLength: 1 });
  fc.assert(
    fc.property(texts, (fields) => {
      expect(parseCsv(formatCsv(fields))).toEqual(fields);
    }),
  );
});

it('reads any line or none', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      parseCsvFields(text);
    }),
  );
});

it.each(['a"b', '"a', '"a"b', 'a,"b"c'])('refuses %j', (text) => {
  expect(parseCsv(text)).toBeUndefined();
});

it.each(['id', '=x', 'a=1,a=2', 'a=1,b'])('finds no fields in %j', (text) => {
  expect(parseCsvFields(text)).toBeUndefined();
});

it('leaves out fields without a value', () => {
  expect(formatCsvFields({ id: 'a', src: undefined, env: '' })).toBe('id=a,env=');
});
