import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isXbundleError } from '../errors.ts';
import { interpolate } from './interpolate.ts';

const context = {
  environment: { TAG: 'v1', EMPTY: '', A_1: 'x' },
  place: { file: 'compose.yaml', line: 3 },
};

describe('interpolate', () => {
  it.each([
    ['app', 'app'],
    ['app:$TAG', 'app:v1'],
    ['app:${TAG}', 'app:v1'],
    ['${A_1}$A_1', 'xx'],
    ['$TAG.2', 'v1.2'],
    ['$$TAG', '$TAG'],
    ['$${TAG}', '${TAG}'],
    ['a}b', 'a}b'],
    ['${EMPTY}', ''],
    ['${NONE:-d}', 'd'],
    ['${NONE-d}', 'd'],
    ['${EMPTY:-d}', 'd'],
    ['${EMPTY-d}', ''],
    ['${TAG:-d}', 'v1'],
    ['${NONE:-}', ''],
    ['${TAG:?no}', 'v1'],
    ['${EMPTY?no}', ''],
    ['${TAG:+y}', 'y'],
    ['${NONE:+y}', ''],
    ['${EMPTY:+y}', ''],
    ['${EMPTY+y}', 'y'],
    ['${NONE:-${TAG}}', 'v1'],
    ['${NONE:-${ALSO:-a$TAG}}b', 'av1b'],
    ['${TAG:-${NONE:?never asked}}', 'v1'],
    ['${NONE:+${NONE}}', ''],
    ['${NONE:-a:b?c-d}', 'a:b?c-d'],
  ])('makes %s %j', (text, expected) => {
    expect(interpolate(text, context)).toBe(expected);
  });

  it.each([
    ['$NONE', 'NONE is not set'],
    ['${NONE}', 'NONE is not set'],
    ['${NONE:?give it}', 'give it'],
    ['${EMPTY:?give it}', 'give it'],
    ['${NONE?give $TAG}', 'give v1'],
    ['${toString}', 'toString is not set'],
    ['$', 'want a name'],
    ['$1', 'want a name'],
    ['${}', 'want a name'],
    ['${TAG', 'want "}"'],
    ['${TAG!x}', 'want "}"'],
    ['${TAG:-x', 'not closed'],
    ['${A:-'.repeat(100), 'too many'],
  ])('refuses %s', (text, reason) => {
    expect(() => interpolate(text, context)).toThrow(reason);
  });

  it('ends for any text with a text or an error of its own', () => {
    const part = fc.constantFrom('$', '{', '}', ':', '-', '?', '+', 'TAG', 'NONE', 'EMPTY', ' ');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        try {
          interpolate(parts.join(''), context);
        } catch (error) {
          expect(isXbundleError(error, 'DEFINITION_INVALID')).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
