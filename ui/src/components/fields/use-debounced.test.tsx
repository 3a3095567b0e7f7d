import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useDebounced } from './use-debounced.ts';

describe('a value that follows typing', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const wait = (ms: number): void => {
    act(() => {
      vi.advanceTimersByTime(ms);
    });
  };

  it('comes once typing has ended', () => {
    const { result, rerender } = renderHook(({ text }) => useDebounced({ text }), {
      initialProps: { text: '' },
    });
    for (const text of ['a', 'ab', 'abc']) {
      rerender({ text });
      wait(300);
      expect(result.current.text).toBe('');
    }
    wait(100);
    expect(result.current.text).toBe('abc');
  });

  it('is at rest when nobody types, though it is made anew each time', () => {
    let drawn = 0;
    renderHook(() => {
      drawn += 1;
      return useDebounced({ text: 'a' });
    });
    wait(400);
    const before = drawn;
    for (let at = 0; at < 10; at++) wait(400);
    expect(drawn).toBe(before);
  });
});
