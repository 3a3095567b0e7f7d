import { hasEnded, type JobRequestInput } from '@xbundle/backend/contract';
import { useEffect, useRef } from 'react';
import { z } from 'zod';
import type { BackendError } from '../../client/backend-error.ts';
import { useAction } from '../../client/use-action.ts';
import { useJob, type FollowedJob } from '../../client/use-job.ts';
import { useRemembered } from '../../memory/use-remembered.ts';

const idSchema = z.string();

export interface StartedJob extends FollowedJob {
  readonly start: (request: JobRequestInput) => Promise<void>;
  /** It is being started, or goes on. */
  readonly isBusy: boolean;
  readonly startError: BackendError | undefined;
}

/**
 * A job that a part of the page starts and shows: it is found again after a reload while it goes on; one that has
 * ended in the meantime is left to the history. `onDone` is called once for each that goes well.
 */
export function useStartedJob(key: string, onDone?: () => void): StartedJob {
  const [id, setId] = useRemembered(`job ${key}`, idSchema, '');
  /** The job that was seen going on: only its end is news. */
  const seen = useRef<string>(undefined);
  const action = useAction(async (client, request: JobRequestInput) => {
    const { id: started } = await client.startJob({ job: request });
    seen.current = started;
    setId(started);
  });
  const followed = useJob(id === '' ? undefined : id);
  const stage = id === '' ? 'none' : stageOf(followed);
  if (stage === 'running') seen.current = id;
  const isOld = isLeft(stage, seen.current === id);
  useEffect(() => {
    if (isOld) setId('');
  }, [isOld, setId]);
  useTellOnce(followed.job?.state === 'done' && !isOld ? id : undefined, onDone);
  return {
    ...(isOld ? { job: undefined, error: undefined } : followed),
    start: action.run,
    isBusy: action.isRunning || GOING.has(stage),
    startError: action.error,
  };
}

type Stage = 'none' | 'asked' | 'running' | 'ended' | 'gone' | 'unknown';

const GOING: ReadonlySet<Stage> = new Set(['asked', 'running']);

/** It ended, or was forgotten, while nobody looked. */
function isLeft(stage: Stage, wasSeen: boolean): boolean {
  return stage === 'gone' || (stage === 'ended' && !wasSeen);
}

function stageOf({ job, error }: FollowedJob): Stage {
  if (error?.code === 'NOT_FOUND') return 'gone';
  if (job === undefined) return error === undefined ? 'asked' : 'unknown';
  return hasEnded(job.state) ? 'ended' : 'running';
}

/** Calls `tell` once for each id. */
function useTellOnce(id: string | undefined, tell: (() => void) | undefined): void {
  const told = useRef<string>(undefined);
  useEffect(() => {
    if (id === undefined || told.current === id) return;
    told.current = id;
    tell?.();
  }, [id, tell]);
}
