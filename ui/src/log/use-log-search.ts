import { useEffect, useState } from 'react';
import { useClient } from '../host/host-context.tsx';
import type { LogOf } from './use-log-pages.ts';

const TYPING_MS = 250;
/** Enough to step through; the count is then told as "more than". */
const MATCHES = 1_000;

export interface LogSearch {
  readonly matches: readonly number[];
  readonly hasMore: boolean;
  readonly isSearching: boolean;
}

const NOTHING: LogSearch = { matches: [], hasMore: false, isSearching: false };

/** Positions of the lines that hold the text; the backend looks for it, so that the log need not be here. */
export function useLogSearch({ job, cell }: LogOf, text: string): LogSearch {
  const client = useClient();
  const [search, setSearch] = useState(NOTHING);
  useEffect(() => {
    setSearch(text === '' ? NOTHING : { ...NOTHING, isSearching: true });
    if (text === '') return undefined;
    const stop = new AbortController();
    const ask = async (): Promise<void> => {
      const request = { id: job, text, limit: MATCHES, ...(cell !== undefined && { cell }) };
      const { matches, next } = await client.searchJobLog(request, { signal: stop.signal });
      if (!stop.signal.aborted) setSearch({ matches, hasMore: next !== undefined, isSearching: false });
    };
    const timer = setTimeout(() => {
      ask().catch(() => {
        if (!stop.signal.aborted) setSearch(NOTHING);
      });
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [client, job, cell, text]);
  return search;
}
