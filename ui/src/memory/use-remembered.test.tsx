import { act, renderHook } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { useRemembered } from './use-remembered.ts';

const schema = z.string();
const remembered = (key: string) =>
  renderHook((name: string) => useRemembered(name, schema, 'first'), { initialProps: key });

beforeEach(() => {
  localStorage.clear();
});

describe('what is remembered', () => {
  it('is there again for the next component', () => {
    const before = remembered('a');
    act(() => {
      before.result.current[1]('changed');
    });
    expect(before.result.current[0]).toBe('changed');
    expect(remembered('a').result.current[0]).toBe('changed');
    expect(remembered('b').result.current[0]).toBe('first');
  });

  it('follows its key', () => {
    const hook = remembered('a');
    act(() => {
      hook.result.current[1]('of a');
    });
    hook.rerender('b');
    expect(hook.result.current[0]).toBe('first');
    hook.rerender('a');
    expect(hook.result.current[0]).toBe('of a');
  });

  it.each(['{', '7', '{"old":true}'])('is forgotten when it does not fit: %s', (text) => {
    localStorage.setItem('xbundle.a', text);
    expect(remembered('a').result.current[0]).toBe('first');
  });
});
