import { beforeEach, describe, expect, it, vi } from 'vitest';
import { MOST_KEYS, recallText, storeText } from './bounded-storage.ts';

beforeEach(() => {
  localStorage.clear();
});

describe('the storage of the page', () => {
  it('gives back what was stored, the last of it', () => {
    storeText('a', '1');
    storeText('a', '2');
    expect(recallText('a')).toBe('2');
    expect(recallText('b')).toBeUndefined();
  });

  it('forgets the key that was not written for the longest time', () => {
    for (let at = 0; at < MOST_KEYS; at++) storeText(`run ${at}`, 'x');
    storeText('run 0', 'again');
    storeText('one more', 'x');
    expect(recallText('run 0')).toBe('again');
    expect(recallText('run 1')).toBeUndefined();
    expect(recallText('one more')).toBe('x');
  });

  it('does without storage where there is none', () => {
    const refused = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(() => {
      storeText('a', '1');
    }).not.toThrow();
    refused.mockRestore();
    expect(recallText('a')).toBeUndefined();
  });

  it('is not stopped by a list of keys that something else has written', () => {
    localStorage.setItem('xbundle.order', '{"a":1}');
    storeText('a', '1');
    expect(recallText('a')).toBe('1');
  });
});
