import { act, renderHook, waitFor } from '@testing-library/react';
import type { Job, JobState } from '@xbundle/backend/contract';
import { describe, expect, it, vi } from 'vitest';
import { BackendError } from '../../client/backend-error.ts';
import { createBackendClient } from '../../client/create-client.ts';
import { HostProvider } from '../../host/host-context.tsx';
import { storeText } from '../../memory/bounded-storage.ts';
import { createFixtureTransport } from '../../testing/fixture-transport.ts';
import { transferAt } from '../../testing/sample-transfer.ts';
import { useStartedJob } from './use-started-job.ts';

/** A backend with one job, in the state that the test says; it goes on when the test changes it. */
function jobIn(first: JobState | 'none') {
  let state = first;
  const read = (): Job => {
    if (state === 'none') throw new BackendError('NOT_FOUND', 'there is no such job');
    return { ...transferAt({ id: 'a', kind: 'verify', startedAt: 0, now: 1 }), state };
  };
  const client = createBackendClient(
    createFixtureTransport({
      startJob: () => {
        state = 'running';
        return read();
      },
      job: read,
      jobEvents: async ({ after }) => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        return { events: [], cursor: after, reset: true, ended: false };
      },
    }),
  );
  const host = { client, themes: undefined, openExternal: () => undefined };
  const onDone = vi.fn();
  const hook = renderHook(() => useStartedJob('test', onDone), {
    wrapper: ({ children }) => <HostProvider host={host}>{children}</HostProvider>,
  });
  return {
    hook,
    onDone,
    set: (next: JobState) => {
      state = next;
    },
  };
}

describe('a job that a part of the page has started', () => {
  it('is followed to its end, which is told once', async () => {
    const { hook, onDone, set } = jobIn('none');
    expect(hook.result.current).toMatchObject({ job: undefined, isBusy: false });
    await act(() => hook.result.current.start({ kind: 'verify', bundle: '/a.tar' }));
    await waitFor(() => {
      expect(hook.result.current.job?.state).toBe('running');
    });
    expect(hook.result.current.isBusy).toBe(true);
    set('done');
    await waitFor(() => {
      expect(hook.result.current.isBusy).toBe(false);
    });
    hook.rerender();
    expect(hook.result.current.job?.state).toBe('done');
    expect(onDone).toHaveBeenCalledTimes(1);
  });

  it('that failed is shown, and can be started again', async () => {
    const { hook, onDone, set } = jobIn('none');
    await act(() => hook.result.current.start({ kind: 'verify', bundle: '/a.tar' }));
    set('failed');
    await waitFor(() => {
      expect(hook.result.current.job?.state).toBe('failed');
    });
    expect(hook.result.current.isBusy).toBe(false);
    expect(onDone).not.toHaveBeenCalled();
  });

  it('is found again after a reload while it goes on', async () => {
    storeText('job test', '"a"');
    const { hook } = jobIn('running');
    await waitFor(() => {
      expect(hook.result.current.job?.state).toBe('running');
    });
  });

  it.each(['done', 'failed', 'none'] as const)(
    'is left to the history when it is %s after a reload',
    async (state) => {
      storeText('job test', '"a"');
      const { hook, onDone } = jobIn(state);
      await waitFor(() => {
        expect(localStorage.getItem('xbundle.job test')).toBe('""');
      });
      expect(hook.result.current).toMatchObject({ job: undefined, error: undefined, isBusy: false });
      expect(onDone).not.toHaveBeenCalled();
    },
  );
});
