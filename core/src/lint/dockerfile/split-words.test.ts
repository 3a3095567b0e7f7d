import { describe, expect, it } from 'vitest';
import { splitWords, wordEnd } from './split-words.ts';

describe('the words of an instruction', () => {
  it.each([
    ['stand between blanks', '\\', 'a\t b\n c ', ['a', 'b', 'c']],
    ['keep blanks in quotes', '\\', `a "b c"'d e' f`, ['a', `"b c"'d e'`, 'f']],
    ['keep one quote in the other', '\\', `"it's" 'a "b' c`, [`"it's"`, `'a "b'`, 'c']],
    ['keep what is escaped', '\\', 'a\\ b "c\\" d" e', ['a\\ b', '"c\\" d"', 'e']],
    ['take an escape in single quotes for text', '\\', "'a\\' b", ["'a\\'", 'b']],
    ['are escaped by another character', '`', 'a` b c\\ d', ['a` b', 'c\\', 'd']],
    ['end with the text where a quote is open', '\\', 'a "b c', ['a', '"b c']],
    ['end with the text where nothing follows an escape', '\\', 'a "b\\', ['a', '"b\\']],
    ['are split at ASCII blanks only', '\\', 'a\u00a0b', ['a\u00a0b']],
  ])('%s', (...[, escape, text, words]) => {
    const found = splitWords(text, 10, escape);
    expect(found.map((word) => word.text)).toEqual(words);
    for (const { text: word, start, end } of found) {
      expect(text.slice(start - 10, end - 10)).toBe(word);
      expect(wordEnd(text, start - 10, escape)).toBe(end - 10);
    }
  });
});
