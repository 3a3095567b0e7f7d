import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandWord, findReferences } from './expand.ts';

const VALUES: Readonly<Record<string, string>> = { A: 'linux/arm/v7', E: '', ARCH: 'amd64' };
const options = { escape: '\\' };

describe('expandWord', () => {
  it.each([
    ['$A', 'linux/arm/v7'],
    ['${A}x', 'linux/arm/v7x'],
    ['$A-${ARCH}', 'linux/arm/v7-amd64'],
    ['"$ARCH"', 'amd64'],
    ["'$ARCH'", '$ARCH'],
    ['\\$ARCH', '$ARCH'],
    ['a"b c"d', 'ab cd'],
    ['$NONE', ''],
    ['${NONE:-x}', 'x'],
    ['${NONE-x}', 'x'],
    ['${E:-x}', 'x'],
    ['${E-x}', ''],
    ['${E:+x}', ''],
    ['${E+x}', 'x'],
    ['${ARCH:+x}', 'x'],
    ['${NONE:-${ARCH}}', 'amd64'],
    ['${A#*/}', 'arm/v7'],
    ['${A##*/}', 'v7'],
    ['${A%/*}', 'linux/arm'],
    ['${A%%/*}', 'linux'],
    ['${ARCH/amd64/x64}', 'x64'],
    ['${ARCH/arm/x}', 'amd64'],
    ['${A//\\//-}', 'linux-arm-v7'],
    ['$', '$'],
    ['$1', '$1'],
    ['${', '${'],
    ['${A', 'linux/arm/v7'],
  ])('%s is %j', (text, value) => {
    expect(expandWord(text, (name) => VALUES[name], options)).toBe(value);
  });

  it('ends for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', '"', "'", '\\', ':', '-', '/', '#', '*') }),
        (text) => {
          expect(typeof expandWord(text, (name) => VALUES[name], options)).toBe('string');
          for (const { start, end, nameSpan, name } of findReferences(text, 0, options)) {
            expect(start).toBeLessThan(end);
            expect(text.slice(nameSpan.start, nameSpan.end)).toBe(name);
          }
        },
      ),
    );
  });
});

describe('findReferences', () => {
  it('gives the places of all variables, those within an operand included', () => {
    const text = 'x-${NONE:-$ARCH}/$A';
    expect(
      findReferences(text, 100, options).map(({ name, start, end }) => [
        name,
        text.slice(start - 100, end - 100),
      ]),
    ).toEqual([
      ['NONE', '${NONE:-$ARCH}'],
      ['ARCH', '$ARCH'],
      ['A', '$A'],
    ]);
  });
});
