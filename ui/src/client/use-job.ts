import type { Job } from '@xbundle/backend/contract';
import { useEffect, useState } from 'react';
import { useClient } from '../host/host-context.tsx';
import { toBackendError, type BackendError } from './backend-error.ts';
import { followJob } from './follow-job.ts';
import { useVisible } from './use-visible.ts';

/** Between two tries to reach a backend that does not answer. */
const RETRY_MS = 2_000;

const NOTHING: FollowedJob = { job: undefined, error: undefined };

export interface FollowedJob {
  readonly job: Job | undefined;
  /** Why the last try to ask failed; it goes away by itself when the backend answers again. */
  readonly error: BackendError | undefined;
}

/** A job as it is now, while the page is visible. */
export function useJob(id: string | undefined): FollowedJob {
  const client = useClient();
  const visible = useVisible();
  const [followed, setFollowed] = useState<FollowedJob & { readonly id?: string }>(NOTHING);
  useEffect(() => {
    if (id === undefined || !visible) return undefined;
    const stop = new AbortController();
    const { signal } = stop;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = (): void => {
      const onJob = (job: Job): void => {
        if (!signal.aborted) setFollowed({ id, job, error: undefined });
      };
      followJob(client, id, { signal, onJob }).catch((thrown: unknown) => {
        if (signal.aborted) return;
        const error = toBackendError(thrown);
        setFollowed((before) => ({ id, job: before.id === id ? before.job : undefined, error }));
        if (error.code !== 'NOT_FOUND') timer = setTimeout(follow, RETRY_MS);
      });
    };
    follow();
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [client, id, visible]);
  return followed.id === id ? followed : NOTHING;
}
