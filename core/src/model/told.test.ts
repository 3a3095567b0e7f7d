import { describe, expect, it } from 'vitest';
import { fillIn, tell } from './told.ts';

const SENTENCES = { lacks: '{image} has no {platform}', plain: 'nothing is there' } as const;

describe('what is told', () => {
  it('is a sentence with its values, and what it is made of', () => {
    const values = { image: 'app:v1', platform: 'linux/arm64' };
    expect(tell(SENTENCES, 'lacks', values)).toEqual({
      code: 'lacks',
      values,
      message: 'app:v1 has no linux/arm64',
    });
    expect(tell(SENTENCES, 'plain', {}).message).toBe('nothing is there');
  });

  it('has values as they are, whatever is in them', () => {
    const values = { image: '{platform} $& $1', platform: 'x' };
    expect(tell(SENTENCES, 'lacks', values).message).toBe('{platform} $& $1 has no x');
  });

  it.each<readonly [Readonly<Record<string, string>>]>([
    [{}],
    [{ image: 'app:v1' }],
    [{ image: 'app:v1', toString: 'x' }],
  ])('is nothing with only %j', (values) => {
    expect(fillIn(SENTENCES.lacks, values)).toBeUndefined();
  });
});
