import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnsi, stripAnsi } from './ansi.ts';

const E = '\u001b';

describe('a line of a log', () => {
  it.each([
    ['plain', 'plain', [{ text: 'plain' }]],
    ['a colour', `a ${E}[31mred${E}[0m b`, [{ text: 'a ' }, { text: 'red', color: 1 }, { text: ' b' }]],
    ['bold and bright', `${E}[1;92mok${E}[22;39m.`, [{ text: 'ok', bold: true, color: 10 }, { text: '.' }]],
    ['a colour of the 256', `${E}[38;5;196mx${E}[48;2;1;2;3my`, [{ text: 'x' }, { text: 'y' }]],
    ['a cleared screen', `${E}[2J${E}[1;1Hhere`, [{ text: 'here' }]],
    ['a title', `${E}]0;owned\u0007after`, [{ text: 'after' }]],
    ['a link', `${E}]8;;https://evil.example${E}\\text${E}]8;;${E}\\`, [{ text: 'text' }]],
    ['an unfinished escape', `x${E}[`, [{ text: 'x' }]],
    ['a bell and a backspace', 'a\u0007b\u0008c', [{ text: 'abc' }]],
    ['turned text', 'a\u202eb', [{ text: 'a\\u202eb' }]],
    ['markup', '<b>x</b>', [{ text: '<b>x</b>' }]],
  ])('with %s', (_, line, want) => {
    expect(parseAnsi(line)).toEqual(want);
  });

  it('never holds a control character afterwards, whatever it was', () => {
    const characters = fc.constantFrom(
      E,
      '[',
      ']',
      ';',
      'm',
      '3',
      '1',
      '\u0007',
      '\u009b',
      '\\',
      'x',
      '\u202e',
      '\u0000',
    );
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 60 }), (line) => {
        expect(stripAnsi(line)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
      }),
    );
  });

  it('of 60 000 characters is read at once', () => {
    const start = performance.now();
    stripAnsi(`${E}[`.repeat(30_000));
    stripAnsi(`${E}]`.repeat(30_000));
    expect(performance.now() - start).toBeLessThan(500);
  });
});
