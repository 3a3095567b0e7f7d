import { expect, it } from 'vitest';
import { hangProse, wrapProse } from './prose.ts';

it.each([
  ['at blanks', 'aaa bbb ccc', 7, ['aaa bbb', 'ccc']],
  ['not in a word that is too long', 'a bbbbbbbbbb c', 4, ['a', 'bbbbbbbbbb', 'c']],
  ['not within quotes', 'use "a b c" now', 9, ['use', '"a b c"', 'now']],
  ['not within quotes that a sign follows', 'use "a b c", now', 9, ['use', '"a b c",', 'now']],
  ['not within braces', 'add {"a": {"b": true}} to it', 10, ['add', '{"a": {"b": true}}', 'to it']],
  ['within a quote that nobody closed', 'got "a b c', 6, ['got "a', 'b c']],
  ['at newlines too', 'one\ntwo', 80, ['one', 'two']],
  ['nothing', '', 80, []],
])('breaks lines %s', (...[, text, width, lines]) => {
  expect(wrapProse(text, width)).toEqual(lines);
});

it('hangs further lines under the first word', () => {
  expect(hangProse('mend: ', 'aaa bbb ccc', 13)).toEqual(['mend: aaa bbb', '      ccc']);
});
