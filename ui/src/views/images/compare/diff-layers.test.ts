import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLayers, type Layer } from './diff-layers.ts';

const layers = (names: string): Layer[] =>
  Array.from(names, (digest) => ({ digest, mediaType: 'layer', size: 1 }));
const written = (left: string, right: string): string =>
  diffLayers(layers(left), layers(right))
    .map(({ left: mine, right: theirs }) => {
      if (mine === undefined) return `+${theirs?.digest ?? ''}`;
      return theirs === undefined ? `-${mine.digest}` : mine.digest;
    })
    .join(' ');

describe('two lists of layers', () => {
  it.each([
    ['abc', 'abc', 'a b c'],
    ['abc', 'abd', 'a b -c +d'],
    ['abc', 'xyabc', '+x +y a b c'],
    ['abcd', 'acd', 'a -b c d'],
    ['', 'ab', '+a +b'],
    ['', '', ''],
  ])('%s and %s stand beside each other', (left, right, want) => {
    expect(written(left, right)).toBe(want);
  });

  it('each keep all of theirs, in their order', () => {
    const names = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 12 });
    fc.assert(
      fc.property(names, names, (left, right) => {
        const pairs = diffLayers(layers(left), layers(right));
        expect(pairs.map((pair) => pair.left?.digest ?? '').join('')).toBe(left);
        expect(pairs.map((pair) => pair.right?.digest ?? '').join('')).toBe(right);
      }),
    );
  });
});
