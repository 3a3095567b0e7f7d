import type { BackendClient } from '@xbundle/backend/contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient } from '../host/host-context.tsx';
import { toBackendError, type BackendError } from './backend-error.ts';
import { useVisible } from './use-visible.ts';

export interface Query<Value> {
  /** The last answer; it stays while the same question is asked again. */
  readonly value: Value | undefined;
  readonly error: BackendError | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

export type Load<Value> = (client: BackendClient, signal: AbortSignal) => Promise<Value>;

interface Answered<Value> {
  readonly key: string;
  readonly value?: Value;
  readonly error?: BackendError;
}

/**
 * Asks when `key` changes (not at all while it is undefined), and with `pollMs` again that long after each answer
 * while the page is visible. A question that is no longer wanted is given up.
 */
export function useQuery<Value>(key: string | undefined, load: Load<Value>, pollMs?: number): Query<Value> {
  const client = useClient();
  const visible = useVisible() || pollMs === undefined;
  const [answered, setAnswered] = useState<Answered<Value>>();
  const [isLoading, setLoading] = useState(false);
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    if (key === undefined || !visible) return undefined;
    const stop = new AbortController();
    setLoading(true);
    void settle(latest.current(client, stop.signal)).then((outcome) => {
      if (stop.signal.aborted) return;
      setLoading(false);
      setAnswered((before) => ({ ...kept(before, key), ...outcome, key }));
      if (pollMs !== undefined) timer = setTimeout(again, pollMs);
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
    function again(): void {
      setRound((count) => count + 1);
    }
  }, [client, key, visible, pollMs, round]);
  const reload = useCallback(() => {
    setRound((count) => count + 1);
  }, []);
  const mine = answered?.key === key ? answered : undefined;
  return { value: mine?.value, error: mine?.error, isLoading: isLoading || isUnanswered(key, mine), reload };
}

function isUnanswered(key: string | undefined, mine: object | undefined): boolean {
  return key !== undefined && mine === undefined;
}

function kept<Value>(before: Answered<Value> | undefined, key: string): { readonly value?: Value } {
  return before?.key === key && before.value !== undefined ? { value: before.value } : {};
}

type Outcome<Value> = { readonly value: Value; readonly error?: never } | { readonly error: BackendError };

async function settle<Value>(answer: Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { value: await answer };
  } catch (error) {
    return { error: toBackendError(error) };
  }
}
