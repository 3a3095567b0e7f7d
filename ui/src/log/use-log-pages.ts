import type { LogLine } from '@xbundle/backend/contract';
import { useEffect, useMemo, useReducer } from 'react';
import { useClient } from '../host/host-context.tsx';
import { LogPages } from './log-pages.ts';

export interface LogOf {
  readonly job: string;
  /** Of one cell of a build; absent: of the whole job. */
  readonly cell?: string | undefined;
}

/** The pages of a log; the component is drawn again when one has come. */
export function useLogPages({ job, cell }: LogOf): LogPages {
  const client = useClient();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const stop = useMemo(() => new AbortController(), [client, job, cell]);
  useEffect(
    () => () => {
      stop.abort();
    },
    [stop],
  );
  return useMemo(() => {
    const { signal } = stop;
    const which = { id: job, ...(cell !== undefined && { cell }) };
    const load = async (from: number, limit: number): Promise<readonly LogLine[]> =>
      (await client.jobLog({ ...which, from, limit }, { signal })).lines;
    return new LogPages({ load, onChange: redraw, signal });
  }, [client, job, cell, stop]);
}
