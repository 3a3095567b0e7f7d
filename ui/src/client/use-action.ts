import type { BackendClient } from '@xbundle/backend/contract';
import { useRef, useState } from 'react';
import { useClient } from '../host/host-context.tsx';
import { toBackendError, type BackendError } from './backend-error.ts';

export interface Action<Input extends readonly unknown[]> {
  /** Resolves when it is done, whether it went well or not. */
  readonly run: (...input: Input) => Promise<void>;
  readonly isRunning: boolean;
  readonly error: BackendError | undefined;
}

/** Something the user starts: it runs once at a time, and its failure is kept to be shown beside it. */
export function useAction<Input extends readonly unknown[]>(
  act: (client: BackendClient, ...input: Input) => Promise<void>,
): Action<Input> {
  const client = useClient();
  const [isRunning, setRunning] = useState(false);
  // A second press may come before the first is drawn.
  const running = useRef(false);
  const [error, setError] = useState<BackendError>();
  const run = async (...input: Input): Promise<void> => {
    if (running.current) return;
    running.current = true;
    setRunning(true);
    setError(undefined);
    try {
      await act(client, ...input);
    } catch (thrown) {
      setError(toBackendError(thrown));
    } finally {
      running.current = false;
      setRunning(false);
    }
  };
  return { run, isRunning, error };
}
