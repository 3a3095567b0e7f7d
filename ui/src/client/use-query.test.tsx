import { act, renderHook, waitFor } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { HostProvider } from '../host/host-context.tsx';
import { createFixtureTransport } from '../testing/fixture-transport.ts';
import { BackendError } from './backend-error.ts';
import { createBackendClient } from './create-client.ts';
import { useAction } from './use-action.ts';
import { useQuery, type Load } from './use-query.ts';

const client = createBackendClient(createFixtureTransport({}));
const host = { client, themes: undefined, openExternal: () => undefined };
const wrapper = ({ children }: { children: React.ReactNode }) => (
  <HostProvider host={host}>{children}</HostProvider>
);

interface Asked {
  readonly name: string | undefined;
  readonly load: Load<string>;
}

function ask(load: Load<string>, { name }: { name: string | undefined } = { name: 'a' }) {
  return renderHook(({ name: key, load: ask }: Asked) => useQuery(key, ask), {
    wrapper,
    initialProps: { name, load },
  });
}

describe('a question to the backend', () => {
  it('is not asked without a key', () => {
    const load = vi.fn(() => Promise.resolve('x'));
    expect(ask(load, { name: undefined }).result.current).toMatchObject({
      value: undefined,
      isLoading: false,
    });
    expect(load).not.toHaveBeenCalled();
  });

  it('is given up when another is asked, whose answer alone counts', async () => {
    let first: AbortSignal | undefined;
    const slow: Load<string> = (_, signal) =>
      new Promise((resolve) => {
        first = signal;
        signal.addEventListener('abort', () => {
          resolve('too late');
        });
      });
    const query = ask(slow);
    expect(query.result.current.isLoading).toBe(true);
    query.rerender({ name: 'b', load: () => Promise.resolve('of b') });
    await waitFor(() => {
      expect(query.result.current.value).toBe('of b');
    });
    expect(first?.aborted).toBe(true);
  });

  it('keeps its answer when it fails the next time, and tells why', async () => {
    const load = vi
      .fn<Load<string>>()
      .mockResolvedValueOnce('good')
      .mockRejectedValueOnce(new BackendError('UNREACHABLE', 'gone'))
      .mockResolvedValueOnce('good again');
    const query = ask(load);
    await waitFor(() => {
      expect(query.result.current.value).toBe('good');
    });
    act(query.result.current.reload);
    await waitFor(() => {
      expect(query.result.current.error?.code).toBe('UNREACHABLE');
    });
    expect(query.result.current.value).toBe('good');
    act(query.result.current.reload);
    await waitFor(() => {
      expect(query.result.current).toMatchObject({ value: 'good again', error: undefined });
    });
  });
});

describe('an action', () => {
  it('runs once at a time, and keeps why it failed until it is run again', async () => {
    const work = vi
      .fn<() => Promise<void>>()
      .mockRejectedValueOnce(new BackendError('EXISTS', 'there already'))
      .mockResolvedValue(undefined);
    const { result } = renderHook(() => useAction(work), { wrapper });
    await act(async () => {
      await Promise.all([result.current.run(), result.current.run()]);
    });
    expect(work).toHaveBeenCalledTimes(1);
    expect(result.current.error?.code).toBe('EXISTS');
    await act(() => result.current.run());
    expect(work).toHaveBeenCalledTimes(2);
    expect(result.current).toMatchObject({ error: undefined, isRunning: false });
  });
});
