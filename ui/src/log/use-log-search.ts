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
  /** It could not be looked for. */
  readonly hasFailed: boolean;
}

const NOTHING: LogSearch = { matches: [], hasMore: false, isSearching: false, hasFailed: false };

/** Positions of the lines that hold the text; the backend looks for it, so that the log need not be here. */
export function useLogSearch({ job, cell }: LogOf, text: string): LogSearch {
  const client = useClient();
  const [search, setSearch] = useState(NOTHING);
  useEffect(() => {
    setSearch(text === '' ? NOTHING : { ...NOTHING, isSearching: true });
    if (text === '') return undefined;
    const stop = new AbortController();
    const { signal } = stop;
    const ask = async (): Promise<void> => {
      const which = { id: job, text, ...(cell !== undefined && { cell }) };
      let matches: readonly number[] = [];
      // One answer goes as far as its time allows.
      for (let from: number | undefined = 0; from !== undefined && matches.length < MATCHES;) {
        const request = { ...which, from, limit: MATCHES - matches.length };
        const part = await client.searchJobLog(request, { signal });
        if (signal.aborted) return;
        from = part.next;
        matches = [...matches, ...part.matches];
        const hasMore = from !== undefined;
        setSearch({ ...NOTHING, matches, hasMore, isSearching: hasMore && matches.length < MATCHES });
      }
    };
    const timer = setTimeout(() => {
      ask().catch(() => {
        if (!signal.aborted) setSearch({ ...NOTHING, hasFailed: true });
      });
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [client, job, cell, text]);
  return search;
}
